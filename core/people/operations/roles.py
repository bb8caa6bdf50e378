"""Who is what, from when to when."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from core.people.enums import ROLES_OF_KIND, PersonAct, Role
from core.people.models import RoleAssignment, User
from core.people.operations.accounts import CannotActOnSelf, require_another_manager
from core.people.operations.log import note
from tenants import context


class NotARoleHere(Exception):
    """A town has no national role, the national site has no role of a town."""


class AlreadyHeld(Exception):
    """The person holds the role, or will, during those days."""


def require_roles_of_this_place(roles: frozenset[Role]) -> None:
    """Raises NotARoleHere."""
    if foreign := roles - ROLES_OF_KIND[context.require().kind]:
        raise NotARoleHere(", ".join(sorted(foreign)))


def give_role(
    *,
    person: User,
    role: Role,
    by: User | None,
    at: datetime,
    since_on: date,
    until_on: date | None = None,
) -> RoleAssignment:
    """Raises NotARoleHere, AlreadyHeld, CannotActOnSelf (nobody makes themselves a coordinator)."""
    require_roles_of_this_place(frozenset({role}))
    if by is not None and by.pk == person.pk:
        raise CannotActOnSelf("give_role")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        overlapping = person.assignments.filter(role=role).filter(
            Q(until_on=None) | Q(until_on__gte=since_on)
        )
        if until_on is not None:
            overlapping = overlapping.filter(since_on__lte=until_on)
        if overlapping.exists():
            raise AlreadyHeld(role)
        assignment = RoleAssignment.objects.create(
            user=person, role=role, since_on=since_on, until_on=until_on, given_by=by
        )
        note(act=PersonAct.ROLE_GIVEN, person=person, by=by, at=at, fields=[role])
    person.forget_roles()
    return assignment


def end_role(*, assignment: RoleAssignment, by: User, at: datetime, until_on: date) -> RoleAssignment:
    """`until_on` is the last day of the role. A role that had not started is ended on its first day.

    Raises CannotActOnSelf, LastManager.
    """
    if by.pk == assignment.user_id:
        raise CannotActOnSelf("end_role")
    with transaction.atomic():
        require_another_manager(than=assignment.user, losing=frozenset({Role(assignment.role)}), at=at)
        locked = (
            RoleAssignment.objects.select_for_update(of=("self",))
            .select_related("user")
            .get(pk=assignment.pk)
        )
        locked.until_on = max(until_on, locked.since_on)
        locked.save(update_fields=["until_on"])
        note(act=PersonAct.ROLE_ENDED, person=locked.user, by=by, at=at, fields=[locked.role])
    assignment.user.forget_roles()
    locked.user.forget_roles()
    return locked
