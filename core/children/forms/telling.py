"""What several forms of a child's file carry."""

from django import forms


class ModeChoice(forms.ChoiceField):
    """Correct what is written, or say what has changed since a day."""

    CORRECT, CHANGE = "correct", "change"
