"""One question for each kind of message that can wait."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from core.notifications.catalogue import Message
from core.notifications.enums import Channel


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
