from django import forms

from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field


class MergeForm(forms.Form):
    """Two files are of one child: which one is kept, and how one knows."""

    kept = forms.TypedChoiceField(label="Quel dossier gardez-vous ?", coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Comment savez-vous que c’est le même enfant ?", max_length=200, validators=[refuse_nir]
    )

    def choose_among(self, choices: list[tuple[int, str]]) -> None:
        choice_field(self, "kept").choices = choices
