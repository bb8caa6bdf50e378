"""What several forms of a child's file carry."""

from uuid import uuid4

from django import forms


class OnceForm(forms.Form):
    """Carries a key, so that a double click or a reload makes nothing twice (journal.operations.once)."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ModeChoice(forms.ChoiceField):
    """Correct what is written, or say what has changed since a day."""

    CORRECT, CHANGE = "correct", "change"
