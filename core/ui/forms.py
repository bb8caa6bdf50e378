"""What forms of several apps carry."""

from uuid import uuid4

from django import forms


class OnceForm(forms.Form):
    """Carries a key, so that a double click or a reload makes nothing twice (journal.operations.once)."""

    form_key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), initial=uuid4)
