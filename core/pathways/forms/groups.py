"""Forms of a group action: its places and days, who comes, who waits, what is asked. Cleaning alone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from core.children.models import Guardian
from core.pathways.models import Action
from core.pathways.operations.actions import Permission
from core.pathways.operations.guests import Asked
from core.pathways.operations.series import Rhythm
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field
from core.ui.widgets import ChoiceCards

SAFETY = "Qui vient la ou le chercher, qui appeler. Rien sur sa santé."
EVERY = [("7", "Chaque semaine"), ("14", "Une semaine sur deux"), ("1", "Chaque jour")]


def safety_field() -> forms.CharField:
    return forms.CharField(
        label="Pour sa sécurité", required=False, max_length=200, validators=[refuse_nir], help_text=SAFETY
    )


def waiting_field() -> forms.BooleanField:
    return forms.BooleanField(
        label="Liste d’attente, s’il n’y a plus de place",
        required=False,
        help_text="Une place qui se libère est proposée dans l’ordre des inscriptions.",
    )


class SeriesForm(OnceForm):
    """Every Wednesday until a day, holidays left out; each day of a camp."""

    first_on = FrenchDateField(label="Première séance")
    last_on = FrenchDateField(label="Jusqu’au", lean="future")
    every = forms.TypedChoiceField(label="Quand", choices=EVERY, coerce=int, widget=ChoiceCards())
    starts_at = forms.TimeField(
        label="À quelle heure",
        required=False,
        help_text="Par exemple : 14:00",
        error_messages={"invalid": "Écrivez l’heure ainsi : 14:00."},
    )
    minutes = forms.IntegerField(label="Durée en minutes", min_value=5, max_value=1440)
    venue = forms.CharField(label="Où", required=False, max_length=200, validators=[refuse_nir])
    skip_holidays = forms.BooleanField(
        label="Pas pendant les vacances ni les jours fériés",
        required=False,
        help_text="Les vacances scolaires de la ville.",
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        is_camp = action.kind == "camp"
        start = {
            "first_on": max(action.planned_from, timezone.localdate()),
            "last_on": action.planned_until,
            "every": "1" if is_camp else "7",
            "minutes": 480 if is_camp else 90,
            "venue": action.venue,
            "skip_holidays": not is_camp,
        }
        super().__init__(*args, initial=start, **kwargs)

    def rhythm(self) -> Rhythm:
        names = ("first_on", "last_on", "every", "skip_holidays")
        return Rhythm(**{name: self.cleaned_data[name] for name in names})

    def rest(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_at", "minutes", "venue")}


class PlacesForm(OnceForm):
    places = forms.IntegerField(
        label="Places pour les enfants",
        required=False,
        min_value=1,
        max_value=500,
        help_text="Vide : sans limite. Une place de plus est aussitôt proposée à qui attend.",
    )
    parent_places = forms.IntegerField(
        label="Places pour les parents",
        required=False,
        min_value=0,
        max_value=500,
        help_text="Comptées à part. Vide : sans limite ; 0 : les parents ne participent pas.",
    )


class PermissionForm(OnceForm):
    """What the parents allow, and until when."""

    authorised_by = forms.CharField(
        label="Qui autorise",
        max_length=200,
        validators=[refuse_nir],
        help_text="La personne qui exerce l’autorité parentale.",
    )
    authorised_on = FrenchDateField(
        label="Autorisation du", lean="past", latest=timezone.localdate, initial=timezone.localdate
    )
    authorised_until = FrenchDateField(label="Valable jusqu’au", required=False, lean="future")

    def permission(self) -> Permission:
        data = self.cleaned_data
        return Permission(by=data["authorised_by"], on=data["authorised_on"], until=data["authorised_until"])


class AskForm(PermissionForm):
    """A worker asks for a place: the programme answers, and looks whether the child is known."""

    first_name = forms.CharField(label="Prénom", max_length=100, validators=[refuse_nir])
    last_name = forms.CharField(label="Nom", max_length=100, validators=[refuse_nir])
    birth_on = FrenchDateField(
        label="Date de naissance",
        lean="past",
        required=False,
        year_required=True,
        latest=timezone.localdate,
    )
    safety = safety_field()
    field_order = ["first_name", "last_name", "birth_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["authorised_until"]

    def asked(self) -> Asked:
        names = ("first_name", "last_name", "birth_on", "authorised_by", "authorised_on", "safety")
        return Asked(**{name: self.cleaned_data[name] for name in names})


class DeclineForm(OnceForm):
    answer = forms.CharField(
        label="Pourquoi, en une ligne",
        max_length=200,
        validators=[refuse_nir],
        help_text="La structure le lira. Sans nom ni détail de la famille.",
    )


class ParentForm(OnceForm):
    """An adult around a child of the action, or a first name alone."""

    guardian = forms.ModelChoiceField(
        label="Parent d’un enfant de cette action",
        queryset=Guardian.objects.none(),
        required=False,
        empty_label="Une autre personne",
    )
    first_name = forms.CharField(
        label="Sinon, son prénom",
        required=False,
        max_length=100,
        validators=[refuse_nir],
        help_text="Un prénom suffit : aucun dossier n’est ouvert.",
    )

    def __init__(self, *args: Any, guardians: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Guardian.objects.filter(pk__in=guardians).by_name()
        row_field(self, "guardian").queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("guardian"):
            data["first_name"] = ""
        elif not data.get("first_name"):
            self.add_error("first_name", "Choisissez un parent, ou écrivez son prénom.")
        return data
