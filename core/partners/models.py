"""The network around the programme: who there is, what exists already, what was agreed with whom.

Districts and domains are kept as codes: they belong to apps above this one, and come from the same
checked file.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.partners.enums import OfferForm, OrganisationKind


def _unless_blank(field: str, message: str) -> models.UniqueConstraint:
    """Among active ones: an organisation that comes back under another code keeps its number."""
    return models.UniqueConstraint(
        field,
        condition=~Q(**{field: ""}) & Q(active=True),
        name=f"organisation_{field}_once",
        violation_error_message=message,
    )


class Organisation(models.Model):
    """A partner, institutional or associative; `provider` when it is paid to deliver actions."""

    code = models.CharField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=30, choices=OrganisationKind)
    provider = models.BooleanField("prestataire", default=False)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    uai = models.CharField("UAI", max_length=8, blank=True)
    finess = models.CharField("FINESS", max_length=9, blank=True)
    since = models.DateField("partenaire depuis", null=True, blank=True)
    districts = ArrayField(models.CharField(max_length=8), verbose_name="quartiers", default=list, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    active = models.BooleanField("active", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values),
                name="organisation_kind_known",
                violation_error_message="Choisissez la nature de l’organisation dans la liste.",
            ),
            _unless_blank("siret", "Une organisation a déjà ce SIRET."),
            _unless_blank("rna", "Une organisation a déjà ce numéro RNA."),
            _unless_blank("uai", "Une organisation a déjà ce numéro UAI."),
            _unless_blank("finess", "Une organisation a déjà ce numéro FINESS."),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPerson(models.Model):
    """A professional to call at an organisation. Not a user: no sign-in."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField("nom", max_length=200)
    function = models.CharField("fonction", max_length=200)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    active = models.BooleanField("actif", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="contact_once_an_organisation",
                violation_error_message="Ce contact est déjà connu de cette organisation.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """An existing scheme (droit commun): looked at first for each objective."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    code = models.CharField("code", max_length=40)
    label = models.CharField("libellé", max_length=200)
    domains = ArrayField(models.CharField(max_length=40), verbose_name="domaines")
    form = models.CharField("forme", max_length=10, choices=OfferForm)
    summary = models.CharField("description", max_length=1000, blank=True)
    youngest = models.PositiveSmallIntegerField("à partir de (ans)", null=True, blank=True)
    oldest = models.PositiveSmallIntegerField("jusqu’à (ans)", null=True, blank=True)
    active = models.BooleanField("active", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "code",
                name="offer_once_an_organisation",
                violation_error_message="Cette organisation a déjà une offre de ce code.",
            ),
            models.CheckConstraint(
                condition=Q(form__in=OfferForm.values),
                name="offer_form_known",
                violation_error_message="Choisissez la forme de l’offre dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(youngest__isnull=True)
                | Q(oldest__isnull=True)
                | Q(youngest__lte=models.F("oldest")),
                name="offer_ages_in_order",
                violation_error_message="L’âge le plus bas dépasse le plus haut.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Agreement(models.Model):
    """What the programme and an organisation signed: its subject, its dates, what may be shared."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField("référence", max_length=200)
    subject = models.CharField("objet", max_length=1000)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)
    shares = models.CharField("informations partagées", max_length=1000, blank=True)
    active = models.BooleanField("active", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "reference",
                name="agreement_once_an_organisation",
                violation_error_message="Cette convention est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__lte=models.F("ends_on")),
                name="agreement_dates_in_order",
                violation_error_message="La fin de la convention précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
