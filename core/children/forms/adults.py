from typing import Any

from django import forms
from django.utils import timezone

from core.children.enums import GuardianKind, LivesWith
from core.children.forms.telling import ModeChoice
from core.children.models import Child, Guardian, Guardianship
from core.children.operations.adults import AdultDetails, Rights
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.typed_fields import row_field
from core.ui.widgets import ChoiceCards


class AdultForm(OnceForm, forms.ModelForm):  # type: ignore[type-arg]
    """Who the adult is and how to reach him or her."""

    kind = forms.ChoiceField(
        label="C’est", choices=GuardianKind.choices, widget=forms.RadioSelect, initial=GuardianKind.PERSON
    )

    class Meta:
        model = Guardian
        fields = [
            "kind",
            "first_name",
            "last_name",
            "phone",
            "other_phone",
            "email",
            "message_allowed",
            "contact_notes",
            "language",
            "needs_interpreter",
            "interpreter",
        ]
        help_texts = {"contact_notes": "Par exemple : après 17 h, plutôt par SMS."}

    def details(self) -> AdultDetails:
        names = self.Meta.fields
        return AdultDetails(**{name: self.cleaned_data[name] for name in names})


class RightsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an adult is to one child, and since when."""

    decision_on = FrenchDateField(label="Décision du", required=False, lean="past", latest=timezone.localdate)
    decision_ends_on = FrenchDateField(label="Valable jusqu’au", required=False, lean="future")
    since = FrenchDateField(label="Depuis le", lean="past", initial=timezone.localdate)

    class Meta:
        model = Guardianship
        fields = [
            "link",
            "authority",
            "lives_with",
            "contact_forbidden",
            "address_secret_from",
            "decision",
            "decision_on",
            "decision_ends_on",
        ]
        help_texts = {
            "authority": "L’avoir et l’exercer sont deux choses. Dans le doute, choisissez « Non connue ».",
            "decision": "Quel juge, quelle date. Sans recopier ses motifs.",
        }

    def __init__(self, *args: Any, child: Child, but: Guardian | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lives_with"].initial = LivesWith.UNKNOWN
        others = Guardian.objects.filter(guardianships__child=child, guardianships__ends_on=None)
        choice = row_field(self, "address_secret_from")
        choice.queryset = others.exclude(pk=but.pk if but else None).distinct().by_name()
        choice.empty_label = "Personne"

    def rights(self) -> Rights:
        return Rights(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class RightsChangeForm(RightsForm):
    """The same for somebody who is there already: a correction, or a new situation from a day on."""

    mode = ModeChoice(
        label="Que faites-vous ?",
        choices=[
            (ModeChoice.CHANGE, "La situation a changé"),
            (ModeChoice.CORRECT, "Je corrige ce qui est écrit"),
        ],
        widget=ChoiceCards(
            hints={
                ModeChoice.CHANGE: "L’ancienne situation reste lisible, avec ses dates.",
                ModeChoice.CORRECT: "C’était une erreur ou un oubli.",
            }
        ),
    )
    from_on = FrenchDateField(label="Changement à partir du", required=False, lean="past")
    since = None  # type: ignore[assignment]
    field_order = ["mode", "from_on"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("mode") == ModeChoice.CHANGE and not cleaned.get("from_on"):
            if "from_on" not in self.errors:
                self.add_error("from_on", "Dites à partir de quel jour.")
        return cleaned


class EndForm(forms.Form):
    on = FrenchDateField(label="Dernier jour", lean="past", initial=timezone.localdate)
