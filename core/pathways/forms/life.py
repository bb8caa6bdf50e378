"""Forms of a pathway that lives: cleaning alone, no write."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from core.partners.models import Agreement, Offer, Organisation
from core.pathways.enums import ActionForm, EncounterKind, GroupKind, Standing, WithWhom
from core.pathways.forms.groups import safety_field, waiting_field
from core.pathways.forms.referrals import PersonChoice
from core.pathways.models import Action, Domain, Objective, Practice
from core.people.enums import Role
from core.people.models import User
from core.people.names import fold
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field
from core.ui.widgets import ChoiceCards

ONE_LINE: dict[str, Any] = {"max_length": 300, "validators": [refuse_nir]}


def _long(label: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea({"rows": 3}), validators=[refuse_nir], **kwargs)


class StandingForm(forms.Form):
    standing = forms.ChoiceField(
        label="Où en est cet objectif", choices=Standing.choices, widget=ChoiceCards()
    )
    note = forms.CharField(
        label="Ce qui le montre, en une ligne",
        required=False,
        help_text="Un fait que chacun peut voir. Par exemple : il a lu une page à voix haute.",
        **ONE_LINE,
    )
    on = FrenchDateField(label="Vu le", lean="past", latest=timezone.localdate, initial=timezone.localdate)


class OfferChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        full = " (complet)" if obj.is_full else ""
        return f"{obj.label}, {obj.organisation.name}, {obj.when}{full}"


class ConsiderForm(forms.Form):
    offer = OfferChoice(label="Une offre du réseau", queryset=Offer.objects.none(), required=False)
    told = forms.CharField(
        label="Ou une autre solution, en une ligne",
        required=False,
        max_length=200,
        validators=[refuse_nir],
        help_text="Une voisine, un club hors de l’annuaire…",
    )

    def __init__(self, *args: Any, objective: Objective, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = Offer.objects.open().select_related("organisation")
        known = objective.solutions.exclude(offer=None).values("offer")
        field = row_field(self, "offer")
        field.queryset = offers.exclude(pk__in=known).order_by("pk")
        field.choices = _by_domain(field, objective)


def _by_domain(field: Any, objective: Objective) -> list[Any]:
    """Those of the objective's domain first, each group by name."""
    fitting: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for offer in sorted(field.queryset, key=lambda offer: (fold(offer.label), offer.pk)):
        group = fitting if objective.domain.code in offer.domains else others
        group.append((offer.pk, field.label_from_instance(offer)))
    return [("", "Choisissez"), (objective.domain.label, fitting), ("Autres domaines", others)]


class SettleForm(forms.Form):
    kept = forms.TypedChoiceField(
        label="Cette solution est-elle retenue ?",
        choices=[("yes", "Oui, retenue"), ("no", "Non")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=ChoiceCards(),
    )
    why = forms.CharField(
        label="Pourquoi, en une ligne",
        help_text="Par exemple : une place le mercredi ; trop loin ; complet jusqu’en mars.",
        **ONE_LINE,
    )


class NothingForm(forms.Form):
    because = forms.CharField(label="Rien n’existe, parce que", **ONE_LINE)


class ActionFields(OnceForm):
    """What a new action says, individual or not."""

    title = forms.CharField(label="Que fait-on ?", max_length=200, validators=[refuse_nir])
    offer = OfferChoice(
        label="Dispositif existant",
        queryset=Offer.objects.none(),
        required=False,
        empty_label="Aucun : c’est du sur mesure",
    )
    practice = forms.ModelChoiceField(
        label="Une pratique de la ville à reprendre",
        queryset=Practice.objects.none(),
        required=False,
        empty_label="Aucune",
    )
    wording = _long(
        "Sur mesure : comment on fait",
        required=False,
        help_text="Vide si une pratique est reprise : ses mots sont copiés.",
    )
    organisation = forms.ModelChoiceField(
        label="Menée par la structure",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="L’équipe du PRE",
    )
    agreement = forms.ModelChoiceField(
        label="Au titre de la convention",
        queryset=Agreement.objects.none(),
        required=False,
        empty_label="Sans convention",
    )
    worker = PersonChoice(
        label="Par qui, dans l’équipe",
        queryset=User.objects.none(),
        required=False,
        empty_label="Personne de l’équipe",
    )
    planned_from = FrenchDateField(label="À partir du", initial=timezone.localdate)
    planned_until = FrenchDateField(label="Jusqu’au", required=False, lean="future")
    rhythm = forms.CharField(
        label="Quand", required=False, max_length=200, help_text="Par exemple : le mercredi à 14 h."
    )
    venue = forms.CharField(label="Où", required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        querysets = {
            "offer": Offer.objects.open().select_related("organisation").order_by("label", "pk"),
            "practice": Practice.objects.filter(active=True).order_by("title", "pk"),
            "organisation": Organisation.objects.filter(active=True).order_by("name", "pk"),
            "agreement": Agreement.objects.in_force(today).order_by("reference", "pk"),
            "worker": User.objects.holding(Role.COORDINATOR, Role.REFERENT, on=today).by_name(),
        }
        for name, rows in querysets.items():
            row_field(self, name).queryset = rows

    def clean(self) -> dict[str, Any]:
        """The words of a practice that is taken over become the action's own."""
        data: dict[str, Any] = super().clean() or {}
        practice = data.get("practice")
        if practice is not None and not data.get("wording"):
            data["wording"] = practice.wording
        return data


class NewActionForm(ActionFields):
    """For one objective: the domain is the objective's."""

    def details(self, objective: Objective) -> dict[str, Any]:
        data = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        return {**data, "domain": objective.domain, "form": ActionForm.INDIVIDUAL}


class NewGroupForm(ActionFields):
    kind = forms.ChoiceField(
        label="De quel genre",
        choices=GroupKind.choices,
        initial=GroupKind.WORKSHOP,
        widget=ChoiceCards(
            hints={
                "workshop": "Des séances, chaque semaine par exemple.",
                "outing": "Un jour, quelque part.",
                "camp": "Plusieurs jours de suite.",
            }
        ),
    )
    domain = forms.ModelChoiceField(label="Domaine", queryset=Domain.objects.none(), empty_label="Choisissez")
    places = forms.IntegerField(
        label="Places pour les enfants",
        required=False,
        min_value=1,
        max_value=500,
        help_text="Vide : sans limite. Au-delà, les enfants attendent leur tour.",
    )
    parent_places = forms.IntegerField(
        label="Places pour les parents",
        required=False,
        min_value=0,
        max_value=500,
        help_text="Comptées à part. Vide : sans limite.",
    )
    field_order = ["title", "kind", "domain"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domains = Domain.objects.filter(active=True).order_by("order", "pk")
        row_field(self, "domain").queryset = domains


class JoinForm(OnceForm):
    action = forms.ModelChoiceField(
        label="Action collective", queryset=Action.objects.none(), empty_label="Choisissez"
    )
    safety = safety_field()
    may_wait = waiting_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Action.objects.visible_to(user).living().filter(form=ActionForm.GROUP)
        row_field(self, "action").queryset = rows.order_by("title", "pk")


class EncounterForm(OnceForm):
    """Three taps and one line on a phone; the rest is there for who has a minute more."""

    kind = forms.ChoiceField(label="Quoi", choices=EncounterKind.choices, widget=ChoiceCards())
    with_whom = forms.ChoiceField(label="Avec", choices=WithWhom.choices, widget=ChoiceCards())
    facts = forms.CharField(
        label="Ce qui s’est passé, en une ligne",
        max_length=500,
        validators=[refuse_nir],
        help_text="Des faits : ce que l’on a vu, entendu, décidé.",
    )
    on = FrenchDateField(label="Quand", lean="past", latest=timezone.localdate, initial=timezone.localdate)
    missed = forms.BooleanField(label="Personne n’était là", required=False)
    minutes = forms.IntegerField(label="Durée en minutes", required=False, min_value=1, max_value=1440)
    judgement = _long(
        "Ce que j’en pense",
        required=False,
        help_text="À part des faits. La famille peut demander à le lire.",
    )


class AppointmentForm(OnceForm):
    on = FrenchDateField(label="Quel jour", lean="future")
    hour = forms.TimeField(
        label="À quelle heure",
        help_text="Par exemple : 16:30",
        error_messages={"invalid": "Écrivez l’heure ainsi : 16:30."},
    )
    venue = forms.CharField(label="Où", max_length=200, validators=[refuse_nir])
    with_whom = forms.ChoiceField(
        label="Avec", choices=WithWhom.choices, widget=ChoiceCards(), initial=WithWhom.FAMILY
    )

    def when(self) -> datetime:
        hour: time = self.cleaned_data["hour"]
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], hour))


class OutcomeForm(forms.Form):
    name = forms.ChoiceField(
        label="Ce rendez-vous",
        choices=[("keep", "A eu lieu"), ("miss", "Personne n’est venu"), ("cancel", "Est annulé")],
        widget=ChoiceCards(),
    )
    outcome = forms.CharField(label="Suite, en une ligne", required=False, **ONE_LINE)
