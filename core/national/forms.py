"""Cleaning of what prepares a release; no writes."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from core.exchange.enums import Status
from core.national.enums import Recipient
from core.national.operations import releasing
from core.reporting import indicators
from core.reporting.indicators import Period
from core.ui.forms import OnceForm


class PrepareForm(OnceForm):
    year = forms.TypedChoiceField(label="Année scolaire", coerce=int)
    recipient = forms.ChoiceField(label="Pour qui", choices=Recipient.choices)
    source = forms.ChoiceField(
        label="Chiffres",
        choices=[
            (Status.OFFICIAL, "Retours de l’enquête annuelle"),
            (Status.RUNNING, "Chiffres en cours d’année"),
        ],
    )
    labelled = forms.IntegerField(
        label="Nombre de villes labellisées",
        min_value=1,
        max_value=5000,
        help_text="D’après la liste de l’État, à la fin de la période.",
    )
    made_up = forms.BooleanField(
        label="Sur les villes fictives", required=False, help_text="Pour la démonstration."
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = releasing.years(on)
        self.fields["year"].choices = [(year, f"{year}-{year + 1}") for year in years]  # type: ignore[attr-defined]
        if not settings.DEMO:
            del self.fields["made_up"]

    @property
    def period(self) -> Period:
        return indicators.school_year(self.cleaned_data["year"])
