"""Who may do what with a meeting. Which rows: `visible_to` of the models."""

from core.meetings.enums import SITTING
from core.people.enums import Role
from core.people.models import User


def can_prepare(user: User) -> bool:
    """Plan, convene, build the agenda, hold the meeting, close it, approve its minutes."""
    return user.has_role(Role.COORDINATOR)


def can_sit(user: User) -> bool:
    return user.has_role(*SITTING)
