"""One question for each kind of message that can wait."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from core.notifications.enums import Channel
from core.notifications.message import Message
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.widgets import ChoiceCards


class PreferencesForm(forms.Form):
    def __init__(
        self, *args: Any, kinds: Iterable[tuple[str, Message]], chosen: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for event, message in kinds:
            self.fields[event] = forms.ChoiceField(
                label=message.label,
                choices=Channel.choices,
                initial=chosen.get(event, message.default),
            )

    def channels(self) -> dict[str, Channel]:
        return {event: Channel(value) for event, value in self.cleaned_data.items()}


class CallForm(OnceForm):
    """Half a minute after the receiver is down."""

    reached = forms.TypedChoiceField(
        label="Quelqu’un a-t-il répondu ?",
        choices=[("yes", "Oui"), ("no", "Personne n’a répondu")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=ChoiceCards(),
    )
    facts = forms.CharField(
        label="En une ligne", required=False, max_length=300, validators=[refuse_nir],
        help_text="Ce qui a été dit, des faits.",
    )  # fmt: skip

    def __init__(self, *args: Any, needs_facts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_facts = needs_facts

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.needs_facts and data.get("reached") and not data.get("facts"):
            self.add_error("facts", "Dites en une ligne ce qui s’est passé.")
        return data
