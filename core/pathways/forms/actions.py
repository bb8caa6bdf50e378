"""Forms of actions and their sessions: cleaning alone, no write."""

from typing import Any

from django import forms
from django.utils import timezone

from core.children.enums import Sex
from core.children.operations.files import ChildDetails
from core.children.sameness import Match
from core.pathways.forms.groups import PermissionForm, safety_field, waiting_field
from core.pathways.forms.referrals import LinkForm
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.widgets import ChoiceCards

ONE_LINE: dict[str, Any] = {"max_length": 300, "validators": [refuse_nir]}


class SessionForm(OnceForm):
    on = FrenchDateField(label="Quel jour")
    starts_at = forms.TimeField(
        label="À quelle heure",
        required=False,
        help_text="Par exemple : 14:00",
        error_messages={"invalid": "Écrivez l’heure ainsi : 14:00."},
    )
    minutes = forms.IntegerField(label="Durée en minutes", min_value=5, max_value=1440, initial=60)
    venue = forms.CharField(label="Où", required=False, max_length=200, validators=[refuse_nir])


class BecauseForm(forms.Form):
    because = forms.CharField(label="Pourquoi, en une ligne", **ONE_LINE)


class QuantityForm(forms.Form):
    quantity = forms.DecimalField(
        label="Quantité", min_value=0, max_digits=7, decimal_places=2, localize=True
    )


class PracticeForm(forms.Form):
    title = forms.CharField(label="Titre", max_length=200, validators=[refuse_nir])
    wording = forms.CharField(
        label="Comment on fait",
        widget=forms.Textarea({"rows": 6}),
        validators=[refuse_nir],
        help_text="Sans aucun nom ni situation : d’autres du réseau le liront.",
    )


class GuestForm(PermissionForm):
    """A child without pathway: a handful of fields, and the parents' authorisation."""

    first_name = forms.CharField(label="Prénom", max_length=100, validators=[refuse_nir])
    last_name = forms.CharField(label="Nom", max_length=100, validators=[refuse_nir])
    birth_on = FrenchDateField(
        label="Date de naissance", lean="past", year_required=True, latest=timezone.localdate
    )
    sex = forms.ChoiceField(
        label="Fille ou garçon", choices=Sex.choices, required=False, widget=ChoiceCards()
    )
    safety = safety_field()
    may_wait = waiting_field()
    field_order = ["first_name", "last_name", "birth_on", "sex"]

    def __init__(self, *args: Any, matches: list[Match], **kwargs: Any) -> None:
        """With `matches`, children who are like this one, the form also asks which one it is."""
        super().__init__(*args, **kwargs)
        if matches:
            asked = LinkForm(matches=matches, name="cet enfant").fields["choice"]
            self.fields["choice"] = asked
            self.order_fields(["choice", *(self.field_order or ())])

    def details(self) -> ChildDetails:
        names = ("first_name", "last_name", "birth_on", "sex")
        return ChildDetails(**{name: self.cleaned_data[name] for name in names})
