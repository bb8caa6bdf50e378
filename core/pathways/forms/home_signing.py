"""What a guardian fills in at home."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.pathways.models import Contract
from core.ui.fields import SignatureField
from core.ui.free_text import refuse_nir


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Le code reçu, à six chiffres",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short"}
        ),
        error_messages={"required": "Écrivez les six chiffres du code."},
    )

    def clean_code(self) -> str:
        code = re.sub(r"[\s.-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValidationError("Le code a six chiffres.", code="shape")
        return code


class HomeSigningForm(forms.Form):
    language = forms.CharField(label="Dans quelle langue avez-vous lu ce contrat ?", max_length=60)
    interpreter = forms.CharField(
        label="Qui vous l’a traduit ?", required=False, max_length=200, validators=[refuse_nir]
    )
    signature = SignatureField(
        label="Votre signature",
        consent="J’ai lu ce contrat, je suis d’accord, et mon nom tapé vaut ma signature.",
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = contract.language
