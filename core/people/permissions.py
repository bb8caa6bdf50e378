"""Who may do what to whom among the people of a place."""

from core.people.enums import PEOPLE_MANAGERS, Role
from core.people.models import User


def can_manage_people(user: User) -> bool:
    """Invite, give and end roles, suspend: a town's coordinator and administrator, the national operator."""
    return user.has_role(*PEOPLE_MANAGERS)


def can_change_account(user: User, person: User) -> bool:
    """Somebody else's account: nobody gives themselves a role or closes their own door."""
    return can_manage_people(user) and user.pk != person.pk


def can_record_paper_signature(user: User) -> bool:
    return user.has_role(Role.COORDINATOR)
