from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.widgets import Script


class DateEntry(forms.TextInput):
    """Typed first; the calendar button appears where the browser has one."""

    template_name = "forms/date_entry.html"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else super().format_value(value)


class _Cards:
    """Choices as cards: `hints` says in a sentence what each one means."""

    template_name = "forms/choice_cards.html"
    own_layout = True
    hints: Mapping[Any, str]

    def __init__(self, *args: Any, hints: Mapping[Any, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        return {**option, "hint": self.hints.get(getattr(value, "value", value), "")}


class ChoiceCards(_Cards, forms.RadioSelect):
    """One of several, each explained."""


class MultipleChoiceCards(_Cards, forms.CheckboxSelectMultiple):
    """Several of several, each explained."""


class AddressEntry(forms.MultiWidget):
    template_name = "forms/address_entry.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # Somebody else's address is written here: the browser is not to offer the writer's own.
        off = {"autocomplete": "off"}
        widgets = {
            "street": forms.TextInput(off),
            "extra": forms.TextInput(off),
            "postcode": forms.TextInput({**off, "inputmode": "numeric", "class": "short", "maxlength": "6"}),
            "city": forms.TextInput(off),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        return [value.street, value.extra, value.postcode, value.city] if value else ["", "", "", ""]


class SignaturePad(forms.MultiWidget):
    """Drawn with finger, mouse or pen; or, as good, a typed name and an explicit consent."""

    template_name = "forms/signature_pad.html"
    use_fieldset = True

    class Media:
        js = [Script("ui/signature.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None, *, consent: str = "") -> None:
        self.consent = consent
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "consent": forms.CheckboxInput(),
            "strokes": forms.HiddenInput(),
        }
        super().__init__(widgets, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "consent": self.consent}

    def decompress(self, value: Any) -> list[Any]:
        return [value.name, bool(value.name), value.as_json] if value else ["", False, ""]
