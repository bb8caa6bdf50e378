"""Cleaning of dates and words around figures; no writes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.reporting.indicators import Period
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir


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
