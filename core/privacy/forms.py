from django import forms
from django.utils import timezone

from core.ui.fields import FrenchDateField
from core.ui.free_text import refuse_nir
from core.ui.widgets import ChoiceCards


class EmergencyReasonForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi faut-il ouvrir ce dossier maintenant ?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        validators=[refuse_nir],
        help_text="Une phrase. La coordination la lira aujourd’hui.",
    )


class EmergencyForm(EmergencyReasonForm):
    """Somebody whose file one may not see: named exactly."""

    first_name = forms.CharField(label="Prénom de l’enfant", max_length=100)
    last_name = forms.CharField(label="Nom de l’enfant", max_length=100)
    birth_on = FrenchDateField(
        label="Date de naissance", lean="past", year_required=True, latest=timezone.localdate
    )
    field_order = ["first_name", "last_name", "birth_on", "reason"]


class ReviewForm(forms.Form):
    justified = forms.TypedChoiceField(
        label="Cet accès était-il justifié ?",
        choices=[("yes", "Oui"), ("no", "Non")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=ChoiceCards(hints={"no": "Dites quelle suite vous donnez."}),
    )
    review = forms.CharField(label="Suite donnée", max_length=300, required=False, validators=[refuse_nir])
