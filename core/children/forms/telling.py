"""What an operation refuses, told at the field where it was typed."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError


class OnceForm(forms.Form):
    """Carries a key, so that a double click or a reload makes nothing twice (journal.operations.once)."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ModeChoice(forms.ChoiceField):
    """Correct what is written, or say what has changed since a day."""

    CORRECT, CHANGE = "correct", "change"


def tell(form: forms.BaseForm, refused: ValidationError) -> None:
    """Add the errors to the form; those of fields that it does not show go to its head."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, messages in refused.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)
