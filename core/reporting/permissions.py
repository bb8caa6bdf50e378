"""Who sees figures, and how much of them."""

from core.people.enums import Role
from core.people.models import User

READERS = (Role.COORDINATOR, Role.STEERING)
SEE_ROWS = (Role.COORDINATOR,)


def can_see_exact_figures(user: User) -> bool:
    """Who meets every child of the town learns nothing from a small number. Free dates are theirs alone."""
    return user.has_role(*SEE_ROWS)


def can_freeze(user: User) -> bool:
    return user.has_role(Role.COORDINATOR)


def can_write_reports(user: User) -> bool:
    return user.has_role(Role.COORDINATOR)
