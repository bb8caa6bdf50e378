"""The town-wide form for people without an account."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email

from core.pathways.enums import Informed
from core.pathways.forms.referrals import ReferralForm
from core.ui.typed_fields import choice_field
from core.ui.widgets import ChoiceCards

LONGEST_TEXT = 5000
TEXTS = ("facts", "strengths", "tried", "wishes")
IDENTITY = ("referrer_name", "referrer_function", "referrer_organisation", "referrer_contact")
WHO = {
    "outsiders": "Une professionnelle ou un professionnel, une association",
    "families": "Un parent, une personne de la famille",
    "youngsters": "Un jeune, pour moi-même",
}
FUNCTION_OF = {"families": "Parent ou famille", "youngsters": "Jeune"}
_ADDRESS = re.compile(r"[^\s<>,;()]+@[^\s<>,;()]+")


class OutsideForm(ReferralForm):
    """As the form of those who have an account, with who writes. `later` asks for nothing yet."""

    form_key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), initial=uuid4)
    who = forms.ChoiceField(label="Vous êtes", widget=ChoiceCards())

    class Meta(ReferralForm.Meta):
        fields = [*IDENTITY, *ReferralForm.Meta.fields]
        help_texts = {
            **ReferralForm.Meta.help_texts,
            "referrer_function": "Enseignante, éducateur, bénévole…",
            "referrer_organisation": "L’école, l’association, le service.",
            "referrer_contact": "Un téléphone ou une adresse e-mail : la coordination vous répondra.",
        }

    field_order = ["who", *IDENTITY]

    def __init__(self, *args: Any, allowed: frozenset[str], later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later
        self._ask_who(allowed)
        for name in ("referrer_name", "referrer_contact"):
            self.fields[name].required = True
        for name in TEXTS:
            self.fields[name].validators.append(MaxLengthValidator(LONGEST_TEXT))
        if later:
            for name, field in self.fields.items():
                field.required = name == "form_key"

    def _ask_who(self, allowed: frozenset[str]) -> None:
        choices = [(name, label) for name, label in WHO.items() if name in allowed]
        if len(choices) == 1:
            self.fields["who"].widget = forms.HiddenInput()
        choice_field(self, "who").choices = choices
        written = {function: name for name, function in FUNCTION_OF.items()}
        self.initial["who"] = written.get(self.instance.referrer_function) or choices[0][0]
        if allowed != {"outsiders"}:
            for name in ("referrer_function", "referrer_organisation"):
                self.fields[name].help_text += " Pour les professionnels et les associations."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        who = data.get("who")
        if who in FUNCTION_OF:
            data["referrer_function"] = FUNCTION_OF[who]
        elif not self.later:
            if not data.get("referrer_function"):
                self.add_error("referrer_function", "Dites votre fonction.")
            if not data.get("referrer_organisation"):
                self.add_error("referrer_organisation", "Dites pour quelle structure vous écrivez.")
        return data

    @property
    def from_a_program(self) -> bool:
        """People do not see the page's field "website"; programs that fill in everything do."""
        return bool(self.data.get("website"))

    def stated(self) -> dict[str, Any]:
        names = [name for name in self.Meta.fields if name != "motives"]
        values = {name: self.cleaned_data[name] for name in names}
        values["parents_informed"] = values["parents_informed"] or Informed.UNKNOWN
        return values

    @property
    def mail_address(self) -> str:
        """The e-mail address within what was written on how to reach the person; empty without one."""
        for found in _ADDRESS.findall(self.cleaned_data.get("referrer_contact", "")):
            address = found.strip(".:")
            try:
                validate_email(address)
            except ValidationError:
                continue
            return str(address)
        return ""
