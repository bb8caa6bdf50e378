from datetime import datetime

from django.utils import timezone

from core.people.enums import Role
from core.people.models import User

# Professionals who may have to answer for a child who is not theirs. The coordinator sees every file; a
# partner's worker in the face of danger transmits to the département, which asks for no file.
EMERGENCY_ROLES = (Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER)


def can_open_emergency(user: User, at: datetime | None = None) -> bool:
    return user.has_role(*EMERGENCY_ROLES, on=timezone.localdate(at))


def can_review_emergency(user: User, at: datetime | None = None) -> bool:
    return user.has_role(Role.COORDINATOR, on=timezone.localdate(at))
