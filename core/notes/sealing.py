"""How private notes are encrypted (ADR 0020): a key for each author, itself under the installation's.

The installation's keys come from the environment, never from the database: REUSSITE_NOTES_KEYS holds
`name:base64` of 32 bytes each, separated by commas; the first encrypts, the others still open.
"""

import base64
import binascii
import os
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tenants import context

NONCE = 12


class KeyMissing(Exception):
    """The installation has not, or no longer, the key under which this was written."""


@cache
def _parsed(text: str) -> dict[str, bytes]:
    """Raises ImproperlyConfigured."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (word.strip() for word in text.split(","))):
        name, _, value = part.partition(":")
        try:
            key = base64.b64decode(value, altchars=b"-_", validate=True)
        except binascii.Error:
            key = b""
        if not name or len(name) > 20 or len(key) != 32 or name in keys:
            raise ImproperlyConfigured("REUSSITE_NOTES_KEYS: name:base64 of 32 bytes, separated by commas.")
        keys[name] = key
    return keys


def master_names() -> list[str]:
    """The first is the one under which new keys are wrapped; none: private notes are off."""
    return list(_parsed(settings.PRIVATE_NOTES_KEYS))


def available() -> bool:
    return bool(master_names())


def new_author_key(author_id: int) -> tuple[bytes, str]:
    """(wrapped key, name of the master). Raises KeyMissing when the installation has none."""
    return wrapped(AESGCM.generate_key(256), author_id)


def wrapped(key: bytes, author_id: int) -> tuple[bytes, str]:
    name = next(iter(master_names()), "")
    return _encrypt(_wrapping(name, author_id), key, b"author-key"), name


def unwrapped(sealed: bytes, master: str, author_id: int) -> bytes:
    """Raises KeyMissing."""
    return _decrypt(_wrapping(master, author_id), sealed, b"author-key")


def seal(text: str, key: bytes, *, uid: UUID) -> bytes:
    """Bound to its own row: what is copied to another note's row does not open."""
    return _encrypt(key, text.encode(), _about(uid))


def unseal(sealed: bytes, key: bytes, *, uid: UUID) -> str:
    """Raises KeyMissing."""
    return _decrypt(key, sealed, _about(uid)).decode()


def _about(uid: UUID) -> bytes:
    return f"private-note|{context.require().schema}|{uid}".encode()


def _wrapping(name: str, author_id: int) -> bytes:
    """A town's and an author's own, so that a key copied to another row or town opens nothing."""
    master = _parsed(settings.PRIVATE_NOTES_KEYS).get(name)
    if master is None:
        raise KeyMissing(name or "none")
    about = f"reussite private notes|{context.require().schema}|{author_id}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(master)


def _encrypt(key: bytes, content: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, about)


def _decrypt(key: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about)
    except InvalidTag as error:
        raise KeyMissing("other") from error
