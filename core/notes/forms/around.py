"""Forms of the circle and of letters: cleaning alone, no write."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from core.children.models import Child, Guardian
from core.notes.enums import OutsideKind
from core.notes.forms.notes import one_line
from core.notes.letter_texts import ASKED, Template
from core.partners.models import Organisation
from core.ui.fields import FrenchDateField, UploadField
from core.ui.forms import OnceForm
from core.ui.typed_fields import row_field
from core.ui.widgets import ChoiceCards


class OutsideForm(OnceForm):
    kind = forms.ChoiceField(label="Qui est-ce ?", choices=OutsideKind.choices)
    name = one_line("Nom", required=False, max_length=200)
    function = one_line("Fonction", required=False, max_length=120)
    organisation = forms.ModelChoiceField(
        label="Structure du réseau",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Aucune, ou une autre",
        help_text="Si elle est dans le réseau, la page dit ce que le contrat permet de lui dire.",
    )
    house = one_line("Autre structure", required=False, max_length=200)
    phone = forms.CharField(label="Téléphone", required=False, max_length=30)
    since_on = FrenchDateField(label="Depuis le", required=False, lean="past")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Organisation.objects.filter(active=True).order_by("name", "pk")
        row_field(self, "organisation").queryset = rows

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not any(data.get(name) for name in ("name", "organisation", "house")):
            raise forms.ValidationError("Donnez un nom, ou au moins la structure.")
        return data


class LastDayForm(forms.Form):
    until_on = FrenchDateField(label="Jusqu’à quel jour ?", initial=timezone.localdate)


class LetterForm(OnceForm):
    """Whom it goes to, and what the letter asks for."""

    def __init__(
        self, *args: Any, template: Template, child: Child, adults: list[Guardian], on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        if not child.is_adult_on(on):
            self.fields["guardian"] = forms.ModelChoiceField(
                label="À qui ?",
                queryset=Guardian.objects.filter(pk__in=[adult.pk for adult in adults]).by_name(),
                empty_label="Choisissez",
                help_text="Les personnes à informer. Le courrier porte leur adresse, et aucune autre.",
            )
        for name in template.asked:
            self.fields[name] = one_line(ASKED[name])

    def asked(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.template.asked}


class ReturnForm(OnceForm):
    on = FrenchDateField(label="Date du papier", lean="past", latest=timezone.localdate)
    agreed = forms.TypedChoiceField(
        label="La réponse",
        choices=[("yes", "D’accord"), ("no", "Pas d’accord")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=ChoiceCards(),
    )
    ends_on = FrenchDateField(label="Valable jusqu’au", required=False, lean="future")
    scan = UploadField(label="Photo du papier signé", required=False)

    def kind(self) -> str:
        field: UploadField = self.fields["scan"]  # type: ignore[assignment]
        sent = self.cleaned_data.get("scan")
        return (field.kind_of(sent) or "") if sent else ""
