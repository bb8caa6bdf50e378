"""The personal address from which a calendar programme reads one's days. It names nobody and can end."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.core.signing import BadSignature
from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.notifications.models import CalendarLink
from core.people.enums import ROLES_UNDER_CHARTER
from core.people.models import User
from core.people.queries import charter_in_force
from tenants import tokens

PURPOSE = "calendar_link"


class LinkClosed(Exception):
    """Forged, of another town, replaced or ended; or its person has no days here any more."""


@transaction.atomic
def make_link(*, user: User, at: datetime) -> str:
    """The secret part of a new address, told this once; the former one reads nothing more."""
    secret = secrets.token_urlsafe(32)
    link, _ = CalendarLink.objects.update_or_create(
        user=user, defaults={"secret_hash": _hash(secret), "made_at": at, "ended_at": None}
    )
    journal.record(
        actor=user, act="notifications.calendar_link_made", target=link, at=at, fields=["secret_hash"]
    )
    return tokens.sign(secret, purpose=PURPOSE)


@transaction.atomic
def end_link(*, user: User, at: datetime) -> None:
    """Ending one that has ended changes nothing."""
    link = CalendarLink.objects.select_for_update(of=("self",)).filter(user=user, ended_at=None).first()
    if link is None:
        return
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    journal.record(
        actor=user, act="notifications.calendar_link_ended", target=link, at=at, fields=["ended_at"]
    )


def person_of(token: str, *, at: datetime) -> User:
    """Whose days the address shows. Raises LinkClosed.

    It holds no longer than what lets the person in: the account, a role under the charter, its signature.
    """
    try:
        secret = str(tokens.unsign(token, purpose=PURPOSE))
    except BadSignature:
        raise LinkClosed from None
    hashed = _hash(secret)
    link = CalendarLink.objects.select_related("user").filter(secret_hash=hashed, ended_at=None).first()
    if link is None or not hmac.compare_digest(link.secret_hash, hashed):
        raise LinkClosed
    user, day = link.user, timezone.localdate(at)
    if not user.present_on(day) or not user.has_role(*ROLES_UNDER_CHARTER, on=day):
        raise LinkClosed
    if charter_in_force(user, day) is None:
        raise LinkClosed
    return user


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
