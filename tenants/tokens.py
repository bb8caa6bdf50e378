"""Signed values that are worth something in one town alone: links, codes, sealed identifiers."""

from typing import Any

from django.core import signing

from tenants import context


def sign(value: Any, *, purpose: str) -> str:
    """A URL-safe signature of a JSON-able value, for this purpose in the entered town."""
    return signing.dumps(value, salt=_salt(purpose), compress=True)


def unsign(token: str, *, purpose: str, max_age: int | None = None) -> Any:
    """The value. Raises django.core.signing.BadSignature when forged, expired, or of another town or purpose.

    `max_age` is in seconds.
    """
    return signing.loads(token, salt=_salt(purpose), max_age=max_age)


def _salt(purpose: str) -> str:
    return f"reussite:{purpose}:{context.require().schema}"
