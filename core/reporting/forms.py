"""Cleaning of dates and words around figures; no writes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.reporting.enums import ReportKind
from core.reporting.indicators import Period, parse
from core.reporting.models import ReportBlock
from core.reporting.operations.reports import Text
from core.reporting.reports.prompts import prompt_of
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field


class FreePeriodForm(forms.Form):
    """Two days; `period` once they are in order."""

    du = FrenchDateField(label="Du", lean="past")
    au = FrenchDateField(label="Au", lean="past")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("du") and data.get("au"):
            try:
                data["period"] = Period(data["du"], data["au"])
            except ValueError as error:
                raise ValidationError(str(error)) from error
        return data


class FreezeForm(OnceForm):
    note = forms.CharField(
        label="Une remarque",
        required=False,
        max_length=200,
        validators=[refuse_nir],
        help_text="Par exemple : présenté au comité de pilotage de novembre.",
    )


class BeginForm(OnceForm):
    kind = forms.ChoiceField(
        label="Pour",
        choices=ReportKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez à qui ce bilan est destiné."},
    )
    year = forms.ChoiceField(label="Année")

    def __init__(self, *args: Any, years: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "year").choices = [
            (one.code, one.label[:1].upper() + one.label[1:]) for one in years
        ]

    def clean_year(self) -> Period:
        found = parse(self.cleaned_data["year"])
        if found is None:
            raise ValidationError("Choisissez une année dans la liste.")
        return found


class TextsForm(forms.Form):
    """All texts of a report on one page, each with its title and what may be said there.

    What was shown first goes along: of two open pages, each writes what its reader changed.
    """

    def __init__(self, *args: Any, kind: str, blocks: Iterable[ReportBlock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blocks = list(blocks)
        for number, block in enumerate(self.blocks, 1):
            self.fields[f"title_{block.pk}"] = forms.CharField(
                label=f"Titre {number}",
                max_length=120,
                initial=block.title,
                validators=[refuse_nir],
                show_hidden_initial=True,
            )
            self.fields[f"text_{block.pk}"] = forms.CharField(
                label=f"Texte {number}\u00a0: {block.title}",
                required=False,
                initial=block.text,
                max_length=20_000,
                validators=[refuse_nir],
                help_text=prompt_of(kind, block.code),
                widget=forms.Textarea({"rows": 6}),
                show_hidden_initial=True,
            )

    def texts(self) -> dict[int, Text]:
        """Those that were changed."""
        data = self.cleaned_data
        return {
            block.pk: Text(data[f"title_{block.pk}"], data[f"text_{block.pk}"])
            for block in self.blocks
            if {f"title_{block.pk}", f"text_{block.pk}"} & set(self.changed_data)
        }


class FinaliseForm(forms.Form):
    """`seen` says which draft was read; `names` is asked for where a text seems to name a child."""

    seen = forms.CharField(widget=forms.HiddenInput)
    names = forms.BooleanField(
        label="J’ai relu ces passages\u00a0: ils ne nomment aucun enfant accompagné.", required=False
    )

    def __init__(self, *args: Any, named: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not named:
            del self.fields["names"]
