"""What an operation refuses, told at the field where it was typed."""

from django import forms
from django.core.exceptions import ValidationError


def tell(form: forms.BaseForm, refused: ValidationError) -> None:
    """Add the errors to the form; those of fields that it does not show go to its head."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, messages in refused.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)
