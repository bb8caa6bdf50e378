"""Which act. Which rows is asked of `visible_to` first, or of `access.reasons_for` for one child."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from core.children import access
from core.children.models import Child
from core.people.enums import Role
from core.people.models import User

CREATING = (Role.COORDINATOR, Role.SECRETARY, Role.REFERENT)


def can_create_child(user: User, at: datetime | None = None) -> bool:
    return _holds(user, at, Role.COORDINATOR, Role.SECRETARY) or (
        _holds(user, at, Role.REFERENT) and access.is_own_staff(user)
    )


def can_edit(user: User, reasons: Iterable[access.Reason], at: datetime | None = None) -> bool:
    """The first page of the file, addresses, schooling, how to reach adults."""
    reasons = list(reasons)
    return can_edit_rights(reasons) or (bool(reasons) and _holds(user, at, Role.SECRETARY))


def can_edit_rights(reasons: Iterable[access.Reason]) -> bool:
    """Who holds which authority, and what protects the child: the coordinator and the child's referent."""
    return any(reason.edits for reason in reasons)


def can_edit_child(user: User, child: Child, at: datetime | None = None) -> bool:
    """As `can_edit`, asked by an app above."""
    return can_edit(user, access.reasons_for(user, child, at), at)


def can_confirm_email(user: User, at: datetime | None = None) -> bool:
    """A signature may be asked at this address: the coordinator answers for whose it is."""
    return _holds(user, at, Role.COORDINATOR)


def can_settle_sameness(user: User, at: datetime | None = None) -> bool:
    return _holds(user, at, Role.COORDINATOR)


def can_move_up(user: User, at: datetime | None = None) -> bool:
    return _holds(user, at, Role.COORDINATOR)


def can_see_access_log(user: User, at: datetime | None = None) -> bool:
    return _holds(user, at, Role.COORDINATOR)


def _holds(user: User, at: datetime | None, *roles: Role) -> bool:
    return user.has_role(*roles, on=timezone.localdate(at))
