"""The key with which a phone keeps a roll-call that is not sent yet (docs/adr: roll-calls without network).

It is made from the sign-in's own session, kept nowhere, and given to the page alone: what a phone keeps
cannot be read once that session is over, here or from another device.
"""

from base64 import b64encode
from hashlib import sha256

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tenants import context


def phone_key(request: HttpRequest) -> str:
    """256 bits for AES-GCM, in base 64."""
    return b64encode(_digest(request, "key", str(request.session.session_key))).decode()


def phone_of(request: HttpRequest) -> str:
    """Whose page this is: who signs in again after a lost session goes on, another person does not."""
    return _digest(request, "person", "").hex()[:16]


def _digest(request: HttpRequest, purpose: str, of: str) -> bytes:
    town = context.require().schema
    return salted_hmac(
        f"pathways.roll.{purpose}", f"{town}:{request.user.pk}:{of}", algorithm=sha256().name
    ).digest()
