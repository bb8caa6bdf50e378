from typing import Any

from django import forms
from django.utils import timezone

from core.children.enums import Sex
from core.children.models import Child
from core.children.operations.files import ChildDetails
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm


class ChildForm(OnceForm, forms.ModelForm):  # type: ignore[type-arg]
    """Who the child is. Without the whole file, what the child says of itself is neither shown nor sent."""

    birth_on = FrenchDateField(
        label="Date de naissance", required=False, lean="past", year_required=True, latest=timezone.localdate
    )
    sex = forms.ChoiceField(
        label="Sexe", choices=Sex.choices, required=False, widget=forms.RadioSelect, initial=Sex.UNKNOWN
    )

    class Meta:
        model = Child
        fields = [
            "first_name",
            "last_name",
            "usual_name",
            "birth_on",
            "sex",
            "languages",
            "own_words",
            "phone",
            "email",
        ]
        widgets = {"own_words": forms.Textarea({"rows": 4})}
        help_texts = {
            "usual_name": "S’il est différent du nom de famille.",
            "languages": "À la maison et ailleurs.",
            "own_words": "Ce qu’elle ou il aime, sait faire, voudrait. Avec ses mots.",
        }

    def __init__(self, *args: Any, whole: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not whole:
            del self.fields["own_words"]

    def details(self) -> ChildDetails:
        values = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        values.setdefault("own_words", self.instance.own_words)
        return ChildDetails(**values)
