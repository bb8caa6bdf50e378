"""An account from its opening to the person's departure."""

from datetime import date, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from core.people.enums import PEOPLE_MANAGERS, PersonAct, Role
from core.people.models import Invitation, User, UserQuerySet
from core.people.names import fold
from core.people.operations.log import note

DETAILS = ("first_name", "last_name", "function", "profession", "phone", "organisation_code")


class CannotActOnSelf(Exception):
    """Roles and accounts are given and taken by somebody else."""


class LastManager(Exception):
    """Nobody would be left to invite people and give roles."""


def change_details(*, person: User, by: User, at: datetime, **details: str) -> User:
    """Change some of DETAILS. Raises TypeError for anything else."""
    if unknown := set(details) - set(DETAILS):
        raise TypeError(f"{sorted(unknown)} can't be changed here.")
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=person.pk)
        changed = [name for name, value in details.items() if getattr(locked, name) != value]
        if changed:
            set_details(locked, {name: details[name] for name in changed})
            locked.save(update_fields=[*changed, "sort_name"])
            note(act=PersonAct.DETAILS_CHANGED, person=locked, by=by, at=at, fields=changed)
    return locked


def set_details(person: User, details: dict[str, Any]) -> None:
    for name, value in details.items():
        setattr(person, name, value.strip())
    person.sort_name = fold(f"{person.last_name} {person.first_name}")


def suspend(*, person: User, by: User, at: datetime) -> None:
    """Close the account at once, open sessions included; roles stay as they are.

    Raises CannotActOnSelf, LastManager.
    """
    if by.pk == person.pk:
        raise CannotActOnSelf("suspend")
    with transaction.atomic():
        require_another_manager(than=person, losing=frozenset(Role), at=at)
        locked = User.objects.select_for_update().get(pk=person.pk)
        if not locked.is_active:
            return
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        _end_sessions(locked)
        _revoke_invitations(locked, at)
        note(act=PersonAct.SUSPENDED, person=locked, by=by, at=at)
    person.is_active = False


def resume(*, person: User, by: User, at: datetime) -> None:
    """Open a suspended account again, also after a departure. Raises CannotActOnSelf."""
    if by.pk == person.pk:
        raise CannotActOnSelf("resume")
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=person.pk)
        if locked.is_active and locked.left_on is None:
            return
        locked.is_active, locked.left_on = True, None
        locked.save(update_fields=["is_active", "left_on"])
        note(act=PersonAct.RESUMED, person=locked, by=by, at=at)
    person.is_active, person.left_on = True, None


def record_departure(*, person: User, by: User, at: datetime, left_on: date) -> None:
    """`left_on` is the last day of work: from the next one nothing opens, and no role counts.

    Raises CannotActOnSelf, LastManager.
    """
    if by.pk == person.pk:
        raise CannotActOnSelf("record_departure")
    with transaction.atomic():
        require_another_manager(than=person, losing=frozenset(Role), at=at)
        locked = User.objects.select_for_update().get(pk=person.pk)
        locked.left_on = left_on
        locked.save(update_fields=["left_on"])
        _revoke_invitations(locked, at)
        if left_on < timezone.localdate(at):
            _end_sessions(locked)
        note(act=PersonAct.LEFT, person=locked, by=by, at=at, fields=["left_on"])
    person.left_on = left_on


def require_another_manager(*, than: User, losing: frozenset[Role], at: datetime) -> None:
    """Raises LastManager when the place would have nobody left to manage its people.

    To be called first in the transaction: it locks the managers, in one order, so that of two who take
    each other's role at once the second sees what the first did.
    """
    day = timezone.localdate(at)
    held = User.objects.get(pk=than.pk).roles_on(day)
    if not held & losing & PEOPLE_MANAGERS or (held - losing) & PEOPLE_MANAGERS:
        return
    list(_managers(day).select_for_update(of=("self",)).order_by("pk"))
    if not _managers(day).exclude(pk=than.pk).exists():
        raise LastManager


def _managers(day: date) -> UserQuerySet:
    return User.objects.holding(*PEOPLE_MANAGERS, on=day).filter(joined_at__isnull=False)


def _end_sessions(person: User) -> None:
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()


def _revoke_invitations(person: User, at: datetime) -> None:
    Invitation.objects.filter(user=person, used_at=None, revoked_at=None).update(revoked_at=at)
