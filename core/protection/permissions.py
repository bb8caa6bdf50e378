"""Which act on an *information préoccupante* that one may see (`Concern.objects.visible_to`)."""

from core.people.enums import Role
from core.people.models import User
from core.protection.models import Concern
from core.protection.workflow import ConcernState


def can_rewrite(user: User, concern: Concern) -> bool:
    return concern.author_id == user.pk and concern.state == ConcernState.WRITTEN


def can_follow(user: User, concern: Concern) -> bool:
    """Transmit, note what the département answers, say who else must know: its author, the coordination."""
    return concern.author_id == user.pk or user.has_role(Role.COORDINATOR)
