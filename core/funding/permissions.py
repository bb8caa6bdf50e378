"""Who reads and writes the programme's money: the coordination, and nobody by another role."""

from core.people.enums import Role
from core.people.models import User

READERS = (Role.COORDINATOR,)


def can_keep_accounts(user: User) -> bool:
    return user.has_role(*READERS)
