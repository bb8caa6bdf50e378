"""Who may do what with the yearly return: the coordination, which meets every child of the town."""

from core.people.enums import Role
from core.people.models import User

WRITERS = (Role.COORDINATOR,)


def can_write_return(user: User) -> bool:
    return bool(user.has_role(*WRITERS))
