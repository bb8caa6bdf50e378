"""How an account comes to be: somebody invites, the person follows the link once, in this place alone."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.signing import BadSignature
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.people import letters
from core.people.enums import PersonAct, Role
from core.people.models import Invitation, RoleAssignment, User
from core.people.operations.accounts import set_details
from core.people.operations.log import note
from core.people.operations.roles import require_roles_of_this_place
from tenants import tokens

VALID_FOR = timedelta(days=7)
PURPOSE = "invitation"


class AddressTaken(Exception):
    """The address has an account here already."""


class AlreadyJoined(Exception):
    """The person has opened the account; there is nothing to invite to."""


class InvitationClosed(Exception):
    """The link is forged, of another place, used, revoked or too old; the person is told the same."""


def invite(
    *,
    email: str,
    first_name: str,
    last_name: str,
    roles: Iterable[Role],
    by: User | None,
    at: datetime,
    function: str = "",
    organisation_code: str = "",
    from_file: bool = False,
) -> Invitation:
    """Make the account, not yet open, with its roles from today, and send the link.

    Raises AddressTaken, NotARoleHere.
    """
    held = frozenset(Role(role) for role in roles)
    require_roles_of_this_place(held)
    address = email.strip().lower()
    with transaction.atomic():
        if User.objects.filter(email=address).exists():
            raise AddressTaken(address)
        person = User(email=address, invited_at=at, from_file=from_file)
        set_details(
            person,
            {
                "first_name": first_name,
                "last_name": last_name,
                "function": function,
                "organisation_code": organisation_code,
            },
        )
        person.set_unusable_password()
        person.save(force_insert=True)
        day = timezone.localdate(at)
        RoleAssignment.objects.bulk_create(
            RoleAssignment(user=person, role=role, since_on=day, given_by=by) for role in sorted(held)
        )
        note(act=PersonAct.INVITED, person=person, by=by, at=at, fields=held)
        return _send(person, by=by, at=at)


def invite_again(*, person: User, by: User, at: datetime) -> Invitation:
    """A new link; the former one stops working. Raises AlreadyJoined."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=person.pk)
        if locked.joined_at is not None or not locked.present_on(timezone.localdate(at)):
            raise AlreadyJoined
        Invitation.objects.filter(user=locked, used_at=None, revoked_at=None).update(revoked_at=at)
        note(act=PersonAct.INVITED_AGAIN, person=locked, by=by, at=at)
        return _send(locked, by=by, at=at)


def revoke_invitation(*, person: User, by: User, at: datetime) -> None:
    """The link that was sent stops working; nothing happens when there is none."""
    with transaction.atomic():
        waiting = Invitation.objects.filter(user=person, used_at=None, revoked_at=None)
        if waiting.update(revoked_at=at):
            note(act=PersonAct.INVITATION_REVOKED, person=person, by=by, at=at)


def invitation_of(token: str, *, at: datetime) -> Invitation:
    """The open invitation that a link names. Raises InvitationClosed."""
    invitation = Invitation.objects.select_related("user").filter(**_named_by(token)).first()
    return _require_open(invitation, at)


def accept_invitation(
    *,
    token: str,
    at: datetime,
    first_name: str,
    last_name: str,
    function: str = "",
    phone: str = "",
    password: str | None = None,
) -> User:
    """Open the account, once. Without a password the caller adds a passkey in the same transaction.

    Raises InvitationClosed.
    """
    with transaction.atomic():
        found = Invitation.objects.select_for_update().filter(**_named_by(token)).first()
        invitation = _require_open(found, at)
        person = User.objects.select_for_update().get(pk=invitation.user_id)
        names = {"first_name": first_name, "last_name": last_name, "function": function, "phone": phone}
        set_details(person, names)
        person.set_password(password)
        person.joined_at = at
        person.save()
        invitation.used_at = at
        invitation.save(update_fields=["used_at"])
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        note(act=PersonAct.JOINED, person=person, by=person, at=at)
    return person


def _require_open(invitation: Invitation | None, at: datetime) -> Invitation:
    if invitation is None or not invitation.is_open(at):
        raise InvitationClosed
    if not invitation.user.present_on(timezone.localdate(at)):
        raise InvitationClosed
    return invitation


def _named_by(token: str) -> dict[str, str]:
    try:
        secret = tokens.unsign(token, purpose=PURPOSE)
    except BadSignature:
        raise InvitationClosed from None
    return {"secret_sha256": _hash(str(secret))}


def _send(person: User, *, by: User | None, at: datetime) -> Invitation:
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        user=person, secret_sha256=_hash(secret), sent_by=by, sent_at=at, expires_at=at + VALID_FOR
    )
    token = tokens.sign(secret, purpose=PURPOSE)
    link = letters.address_of(reverse("people:invitation", args=[token]))
    values = {"person": person, "link": link, "expires_at": invitation.expires_at, "sender": by}
    letters.send("people/emails/invitation", to=person.email, values=values, kind="invitation")
    return invitation


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
