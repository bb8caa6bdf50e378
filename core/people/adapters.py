"""What django-allauth asks of us: closed doors, the place's name, its sender, sealed secrets."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.people import letters, queries
from core.people.backends import PeopleBackend
from core.people.models import User
from tenants import context


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Also for passkeys: who was invited only, suspended or gone does not come in."""
        if not PeopleBackend().user_can_authenticate(user):
            clear_login(request)
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def get_from_email(self) -> str:
        return letters.sender()

    def format_email_subject(self, subject: str) -> str:
        return f"{context.require().name} : {subject}"

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """allauth's texts, in the shape of all our letters."""
        plain: EmailMessage = super().render_mail(*args, **kwargs)
        message = EmailMultiAlternatives(
            plain.subject, plain.body, plain.from_email, plain.to, reply_to=letters.reply_to()
        )
        message.attach_alternative(letters.as_html(str(plain.body)), "text/html")
        message.extra_headers["Reussite-Kind"] = "account"
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {**context, "place": _place()})

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:account")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def _get_site_name(self) -> str:
        return _place().name

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where a second factor is required, the last one stays."""
        if authenticator.type not in queries.SECOND_FACTORS or not queries.second_factor_required():
            return True
        return queries.has_second_factor(authenticator.user, but=authenticator)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """A passkey of a former host is not asked for: nobody could show it."""
        if user.is_anonymous:
            return False
        factors = Authenticator.objects.filter(user=user)
        if types is not None:
            factors = factors.filter(type__in=types)
        return any(queries.is_usable(factor) for factor in factors)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        return "Clé d’accès"


def _place() -> context.Place:
    return context.require()


def _cipher() -> Fernet:
    """A key of this place: a copied row is worth nothing in another."""
    material = f"{settings.SECRET_KEY}:second-factor:{_place().schema}".encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(material).digest()))
