"""Input about people. allauth's forms are its own; here they get our words and lose their placeholders."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from core.people.enums import ROLE_HINTS, ROLES_OF_KIND, Role
from core.people.models import Charter, User
from core.ui.fields import FrenchDateField
from core.ui.widgets import ChoiceCards, MultipleChoiceCards
from tenants import context

LONG_ENOUGH = (
    "Au moins 12 caractères. Le plus simple : quatre ou cinq mots sans rapport entre eux. "
    "Les mots de passe trop courants sont refusés."
)
MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)


class PlainWords:
    """Labels and hints by field name; no placeholder, which would vanish when one types."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class LoginForm(PlainWords, account.LoginForm):  # type: ignore[misc]
    labels = {"login": "Adresse e-mail", "password": "Mot de passe"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username webauthn", "autofocus": True}


class ResetPasswordForm(PlainWords, account.ResetPasswordForm):  # type: ignore[misc]
    """Who has not opened the account yet follows the invitation; the page says the same to all."""

    labels = {"email": "Adresse e-mail"}

    def clean_email(self) -> str:
        email: str = super().clean_email()
        day = timezone.localdate()
        self.users = [user for user in self.users if user.joined_at and user.present_on(day)]
        return email


class ConfirmResetCodeForm(PlainWords, account.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    labels = {"code": "Code reçu par e-mail"}


class NewPasswordForm(PlainWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "Nouveau mot de passe", "password2": "Le même, encore une fois"}
    hints = {"password1": LONG_ENOUGH}


class ChangePasswordForm(PlainWords, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": "Mot de passe actuel", **NewPasswordForm.labels}
    hints = NewPasswordForm.hints


class SetPasswordForm(PlainWords, account.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": "Mot de passe", "password2": "Le même, encore une fois"}
    hints = NewPasswordForm.hints


class ReauthenticateForm(PlainWords, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": "Mot de passe"}


class SecondFactorForm(PlainWords, second_factor.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": "Code à 6 chiffres, ou code de secours"}


class ConfirmSecondFactorForm(PlainWords, second_factor.ReauthenticateForm):  # type: ignore[misc]
    labels = SecondFactorForm.labels


class ActivateCodeForm(PlainWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": "Code à 6 chiffres que l’application affiche"}


class SoundCredential:
    """allauth and fido2 raise all sorts when what a browser sends is malformed or forged: here, an error."""

    def _clean_fields(self) -> None:
        self._or_refuse(super()._clean_fields)  # type: ignore[misc]

    def _clean_form(self) -> None:
        self._or_refuse(super()._clean_form)  # type: ignore[misc]

    def _or_refuse(self, step: Callable[[], None]) -> None:
        try:
            step()
        except MALFORMED:
            refused = forms.ValidationError("La clé d’accès n’a pas pu être lue. Réessayez.")
            self.add_error("credential", refused)  # type: ignore[attr-defined]


class OpeningPasskeyForm(SoundCredential, passkeys.SignupWebAuthnForm):  # type: ignore[misc]
    """The first passkey of an invited person."""


class LoginPasskeyForm(SoundCredential, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class SecondPasskeyForm(SoundCredential, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmPasskeyForm(SoundCredential, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(SoundCredential, PlainWords, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """Every passkey of ours opens the door alone, so there is nothing to choose."""

    labels = {"name": "Nom de cette clé"}
    hints = {"name": "Pour la reconnaître : « Téléphone », « Ordinateur du bureau »…"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True


class EditPasskeyForm(PlainWords, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    labels = {"name": "Nom de cette clé"}


class RolesField(forms.MultipleChoiceField):
    """The roles of this kind of place, each with what it opens."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_role_choices, widget=MultipleChoiceCards(hints=ROLE_HINTS), **kwargs)

    def clean(self, value: Any) -> list[Role]:
        return [Role(role) for role in super().clean(value)]


def _role_choices() -> list[tuple[str, str]]:
    here = ROLES_OF_KIND[context.require().kind]
    return [(role.value, str(role.label)) for role in Role if role in here]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Adresse e-mail",
        help_text="Son adresse professionnelle : l’invitation y est envoyée, elle servira à se connecter.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    first_name = forms.CharField(label="Prénom", max_length=100)
    last_name = forms.CharField(label="Nom", max_length=100)
    function = forms.CharField(label="Fonction", max_length=120, required=False)
    roles = RolesField(label="Rôles", error_messages={"required": "Choisissez au moins un rôle."})

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                "Cette adresse a déjà un compte ici. Vous la trouverez dans la liste."
            )
        return email


class PersonalDetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["first_name", "last_name", "function", "profession", "phone"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "function": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        }
        help_texts = {
            "profession": "Vos règles de déontologie en dépendent : enseignant, assistante sociale…"
        }


class OpenAccountForm(forms.Form):
    """What an invited person says of themselves; the password is asked for when no passkey is made."""

    first_name = forms.CharField(
        label="Prénom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    function = forms.CharField(
        label="Fonction",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = forms.CharField(
        label="Téléphone professionnel",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        help_text=LONG_ENOUGH,
        strip=False,
        error_messages={"required": "Choisissez un mot de passe, ou créez une clé d’accès."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)
        if self.data.get("credential"):
            self.fields["password"].required = False

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.person)
        return password


class GiveRoleForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=_role_choices, widget=ChoiceCards(hints=ROLE_HINTS))
    since_on = FrenchDateField(label="À partir du")
    until_on = FrenchDateField(
        label="Jusqu’au",
        lean="future",
        required=False,
        help_text="Dernier jour compris. Sans date, le rôle dure jusqu’à ce que vous y mettiez fin.",
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        since_on, until_on = self.cleaned_data.get("since_on"), self.cleaned_data.get("until_on")
        if since_on and until_on and until_on < since_on:
            self.add_error("until_on", "La fin ne peut pas précéder le début.")
        return values


class LastDayForm(forms.Form):
    on = FrenchDateField(label="Dernier jour")


class PaperSignatureForm(forms.Form):
    on = FrenchDateField(label="Date écrite sur le papier", lean="past", latest=timezone.localdate)


class SignCharterForm(forms.Form):
    name = forms.CharField(
        label="Écrivez votre prénom et votre nom",
        max_length=210,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    read = forms.BooleanField(
        label="J’ai lu la charte et je m’engage à la respecter.",
        error_messages={"required": "Cochez cette case pour dire que vous vous engagez."},
    )
    # The version that was on the screen: another may have come into force while one was reading.
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, charter: Charter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = charter.version
