from django import forms

from core.sheets.shapes import LABELS
from core.ui.free_text import refuse_nir
from core.ui.widgets import ChoiceCards


class ExportForm(forms.Form):
    reason = forms.CharField(
        label="Pour quoi faire",
        min_length=5,
        max_length=300,
        validators=[refuse_nir],
        help_text="Lu par la coordination. Par exemple : préparer les places de l’atelier d’été.",
    )
    format = forms.ChoiceField(
        label="Format", choices=list(LABELS.items()), initial="xlsx", widget=ChoiceCards()
    )
