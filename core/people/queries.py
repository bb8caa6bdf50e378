"""What is asked of people across their tables."""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.utils import timezone
from fido2.utils import websafe_decode

from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import Charter, CharterSignature, Invitation, User
from tenants import context

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_HAS_SECOND_FACTOR = "people_second_factor"


def current_charter(on: date) -> Charter | None:
    """The version that is asked for that day."""
    return Charter.objects.filter(in_force_on__lte=on).order_by("-version").first()


def charter_in_force(user: User, on: date) -> CharterSignature | None:
    """The signature by which `user` is held to secrecy that day; None when there is none that counts.

    It is one of the current version, or of a former one as long as every later version in force lets
    the former hold.
    """
    signatures = {
        signature.charter_id: signature
        for signature in CharterSignature.objects.filter(user=user, signed_on__lte=on)
    }
    if not signatures:
        return None
    for charter in Charter.objects.filter(in_force_on__lte=on).order_by("-version"):
        if signature := signatures.get(charter.pk):
            return signature
        if charter.former_holds_until is None or charter.former_holds_until < on:
            return None
    return None


def under_charter(user: User, on: date) -> bool:
    """A yes is remembered on the object, as its roles are: so asked once a request. Nobody unsigns."""
    known: set[date] = user.__dict__.setdefault("_days_under_charter", set())
    if on not in known and charter_in_force(user, on):
        known.add(on)
    return on in known


def second_factor_required() -> bool:
    """Whether this place asks everybody for a second factor (`access.mfa_required` of its file)."""
    return bool(context.require().config.get("access", {}).get("mfa_required", False))


def has_second_factor(user: User, *, but: Authenticator | None = None) -> bool:
    """Whether a factor remains that can be shown here, `but` set aside."""
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
    return any(is_usable(factor) for factor in factors if but is None or factor.pk != but.pk)


def is_usable(factor: Authenticator) -> bool:
    """A passkey of a former host opens nothing."""
    if factor.type != Authenticator.Type.WEBAUTHN:
        return True
    return passkey_host(factor) == context.require().primary_host


def lacks_second_factor(user: User, session: MutableMapping[str, Any]) -> bool:
    """Asked on every page, so a yes is remembered in the session; removing the last factor is refused."""
    if not second_factor_required() or session.get(_HAS_SECOND_FACTOR) == user.pk:
        return False
    if not has_second_factor(user):
        return True
    session[_HAS_SECOND_FACTOR] = user.pk
    return False


def passkeys_to_enrol_again(old_host: str) -> int:
    """How many passkeys stop working when the place leaves `old_host`: a passkey belongs to one host."""
    passkeys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, user__is_active=True)
    return sum(passkey_host(passkey) == old_host for passkey in passkeys)


def passkey_host(passkey: Authenticator) -> str:
    """The host on which it was made, from what the browser then signed; empty when that can't be read."""
    try:
        client_data = passkey.data["credential"]["response"]["clientDataJSON"]
        origin = json.loads(websafe_decode(client_data))["origin"]
    except (KeyError, TypeError, ValueError):
        return ""
    return urlsplit(origin).hostname or ""


@dataclass(frozen=True)
class PersonLine:
    """One person as the page of people shows them."""

    person: User
    roles: tuple[Role, ...]
    state: str  # "here", "invited", "invitation_over", "suspended" or "gone"
    charter_signed: bool
    expires_at: datetime | None

    @property
    def under_charter(self) -> bool:
        return not ROLES_UNDER_CHARTER.isdisjoint(self.roles)

    @property
    def role_words(self) -> str:
        return ", ".join(str(role.label) for role in self.roles)


def people_lines(at: datetime) -> list[PersonLine]:
    """Everybody of this place by name, in a constant number of queries."""
    day = timezone.localdate(at)
    people = list(User.objects.prefetch_related("assignments").by_name())
    open_invitations = {
        invitation.user_id: invitation
        for invitation in Invitation.objects.filter(used_at=None, revoked_at=None)
    }
    holders = _charter_holders(day)
    return [_line(person, open_invitations.get(person.pk), holders, at) for person in people]


def person_line(person: User, at: datetime) -> PersonLine:
    invitation = Invitation.objects.filter(user=person, used_at=None, revoked_at=None).first()
    day = timezone.localdate(at)
    holders = {person.pk} if charter_in_force(person, day) else set()
    return _line(person, invitation, holders, at)


def _line(person: User, invitation: Invitation | None, holders: set[int], at: datetime) -> PersonLine:
    held = person.roles_on(timezone.localdate(at))
    return PersonLine(
        person=person,
        roles=tuple(role for role in Role if role in held),
        state=state_of(person, invitation, at),
        charter_signed=person.pk in holders,
        expires_at=invitation.expires_at if invitation else None,
    )


def state_of(person: User, invitation: Invitation | None, at: datetime) -> str:
    day = timezone.localdate(at)
    if person.left_on is not None and person.left_on < day:
        return "gone"
    if not person.is_active:
        return "suspended"
    if person.joined_at is not None:
        return "here"
    return "invited" if invitation is not None and invitation.is_open(at) else "invitation_over"


def charters_that_hold(on: date) -> list[Charter]:
    """The current version, and the former ones as long as every later one lets them hold."""
    counting: list[Charter] = []
    for charter in Charter.objects.filter(in_force_on__lte=on).order_by("-version"):
        counting.append(charter)
        if charter.former_holds_until is None or charter.former_holds_until < on:
            break
    return counting


def _charter_holders(on: date) -> set[int]:
    """Everybody whose signature counts that day, by the rule of `charter_in_force`."""
    counting = charters_that_hold(on)
    signatures = CharterSignature.objects.filter(charter__in=counting, signed_on__lte=on)
    return set(signatures.values_list("user", flat=True))
