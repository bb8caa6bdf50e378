"""A form whose texts leave: what looks nominative is pointed at, and leaves once it was read again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from core.exchange import nominative
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir


def text_field(
    label: str, *, required: bool = False, most: int = 2000, help_text: str = "", rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        validators=[refuse_nir],
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class LeavingForm(OnceForm):
    """Call `add_confirmation` once all texts are declared; `texts` are those that leave."""

    def add_confirmation(self) -> None:
        self.fields["read_again"] = forms.BooleanField(
            label="J’ai relu ce qui est signalé : cela ne désigne personne.",
            required=False,
            widget=forms.HiddenInput(),
        )

    def texts(self) -> Iterable[str]:
        """Names of the fields."""
        return [name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)]

    def signs(self, texts: Mapping[str, str]) -> dict[str, list[str]]:
        """By field, what is pointed at."""
        return {name: nominative.signs(text) for name, text in texts.items()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        signs = self.signs({name: data.get(name) or "" for name in self.texts()})
        if not any(signs.values()):
            return data
        self.fields["read_again"].widget = forms.CheckboxInput()
        if not data.get("read_again"):
            for name, whys in signs.items():
                for why in whys:
                    self.add_error(name, f"À relire avant que ce texte parte\u00a0: {why}.")
            self.add_error("read_again", "Corrigez, ou cochez si le texte ne désigne vraiment personne.")
        return data


class MessageForm(LeavingForm):
    text = text_field(
        "Votre message", required=True, help_text="Il part tel quel : ni nom, ni petit nombre d’enfants."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_confirmation()
