"""The network around the programme: who there is, what exists already, what was agreed with whom.

Districts and domains are kept as codes: they belong to apps above this one, and come from the same
checked file.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.partners.enums import NETWORK_MANAGERS, CostKind, OfferForm, OrganisationKind, Weekday
from core.ui.free_text import FreeLineField
from core.ui.typography import NO_BREAK

if TYPE_CHECKING:
    from core.people.models import User


def _unless_blank(field: str, message: str) -> models.UniqueConstraint:
    """Among active ones: an organisation that comes back under another code keeps its number."""
    return models.UniqueConstraint(
        field,
        condition=~Q(**{field: ""}) & Q(active=True),
        name=f"organisation_{field}_once",
        violation_error_message=message,
    )


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User") -> "OrganisationQuerySet":
        """The active ones; those that left the network too, for who keeps it. No child hangs on them."""
        return self if user.has_role(*NETWORK_MANAGERS) else self.filter(active=True)


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

    objects = OrganisationQuerySet.as_manager()

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

    @property
    def is_institution(self) -> bool:
        return OrganisationKind(self.kind).is_institution


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


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> "OfferQuerySet":
        """Those that a family can be told of: theirs and their organisation's are still there."""
        return self.filter(active=True, organisation__active=True)

    def visible_to(self, user: "User") -> "OfferQuerySet":
        return self if user.has_role(*NETWORK_MANAGERS) else self.open()


class Offer(models.Model):
    """An existing scheme (droit commun): looked at first for each objective.

    No district means the whole town, no weekday means days to be agreed, no `places` means no limit known.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    code = models.CharField("code", max_length=40)
    label = models.CharField("libellé", max_length=200)
    domains = ArrayField(models.CharField(max_length=40), verbose_name="domaines")
    form = models.CharField("forme", max_length=10, choices=OfferForm)
    summary = FreeLineField("description", max_length=1000, blank=True)
    need_words = FreeLineField("autres mots pour la trouver", max_length=300, blank=True)
    districts = ArrayField(models.CharField(max_length=8), verbose_name="quartiers", default=list, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours", default=list, blank=True)
    hours = FreeLineField("horaires", max_length=120, blank=True)
    venue = FreeLineField("lieu", max_length=200, blank=True)
    places = models.PositiveSmallIntegerField("places", null=True, blank=True)
    places_left = models.PositiveSmallIntegerField("places libres", null=True, blank=True)
    places_told_on = models.DateField("places dites le", null=True, blank=True, editable=False)
    cost = models.CharField("coût", max_length=10, choices=CostKind, blank=True)
    price = FreeLineField("tarif", max_length=120, blank=True)
    youngest = models.PositiveSmallIntegerField("à partir de (ans)", null=True, blank=True)
    oldest = models.PositiveSmallIntegerField("jusqu’à (ans)", null=True, blank=True)
    active = models.BooleanField("active", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    objects = OfferQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=Weekday.values),
                name="offer_weekdays_known",
                violation_error_message="Choisissez les jours dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(cost__in=["", *CostKind.values]),
                name="offer_cost_known",
                violation_error_message="Choisissez le coût dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True)
                | Q(places_left__isnull=True)
                | Q(places_left__lte=F("places")),
                name="offer_places_left_fit",
                violation_error_message="Il ne peut pas rester plus de places qu’il n’y en a.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_full(self) -> bool:
        return self.places_left == 0

    @property
    def ages(self) -> str:
        """« 6 à 11 ans », as a person says it."""
        if self.youngest is None and self.oldest is None:
            return "Tous les âges"
        if self.oldest is None:
            return f"À partir de {self.youngest}{NO_BREAK}ans"
        if self.youngest is None:
            return f"Jusqu’à {self.oldest}{NO_BREAK}ans"
        return f"{self.youngest} à {self.oldest}{NO_BREAK}ans"

    @property
    def days(self) -> str:
        """« lundi, jeudi »; empty when they are to be agreed."""
        return ", ".join(str(Weekday(day).label) for day in sorted(self.weekdays))

    @property
    def when(self) -> str:
        """« mercredi, 9 h à 12 h », « jours à convenir »."""
        return ", ".join(part for part in (self.days, self.hours) if part) or "jours à convenir"


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force(self, on: date) -> "AgreementQuerySet":
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            Q(ended_on__isnull=True) | Q(ended_on__gte=on),
            active=True,
            starts_on__lte=on,
        )


class Agreement(models.Model):
    """What the programme and an organisation signed: its subject, its dates, its price, what may be shared.

    An ended one stays; `active` is false for one that left the town's file. `ends_on` is the date that was
    signed, `ended_on` an earlier last day, so that applying the file again does not reopen what was ended.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField("référence", max_length=200)
    subject = FreeLineField("objet", max_length=1000)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)
    ended_on = models.DateField("arrêtée le", null=True, blank=True, editable=False)
    shares = FreeLineField("informations partagées", max_length=1000, blank=True)
    unit_price = models.DecimalField("prix unitaire", max_digits=8, decimal_places=2, null=True, blank=True)
    unit = FreeLineField("unité", max_length=60, blank=True)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2, null=True, blank=True)
    active = models.BooleanField("active", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    objects = AgreementQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="agreement_ended_after_its_start",
                violation_error_message="La convention ne peut pas s’arrêter avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                condition=(Q(unit_price__isnull=True) | Q(unit_price__gte=0))
                & (Q(amount__isnull=True) | Q(amount__gte=0)),
                name="agreement_prices_not_negative",
                violation_error_message="Un prix ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True) | ~Q(unit=""),
                name="agreement_price_says_its_unit",
                violation_error_message="Dites ce que le prix unitaire paie\u00a0: une heure, une séance…",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def last_on(self) -> date | None:
        """Its last day: as signed, or earlier."""
        return min((day for day in (self.ends_on, self.ended_on) if day is not None), default=None)

    def in_force_on(self, day: date) -> bool:
        return self.active and self.starts_on <= day and (self.last_on is None or day <= self.last_on)
