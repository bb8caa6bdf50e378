"""What a meeting opens of a child's file: the identity, to those invited, while the meeting lasts.

Not the file: what the team needs beyond the identity was written once, in the referral, and stands on the
agenda, which `AgendaItem.objects.visible_to` opens for the same time. The gate of the parents' agreement is
kept by `core.children.access` for the identity, and by `AgendaQuerySet.agreed` for the agenda.
"""

from datetime import datetime

from django.utils import timezone

from core.children.access import Grant, Reason, Scope
from core.meetings.enums import GUESTS
from core.meetings.models import AgendaItem
from core.people.models import User

TEAM_MEETING = Reason(
    "team_meeting",
    "Réunion d’équipe pluridisciplinaire",
    "Examiner une situation en équipe",
    Scope.IDENTITY,
    reaches=False,
)


def grants(user: User, at: datetime) -> list[Grant]:
    """From the convening to the approval of the minutes. A coordinator needs no link."""
    if not user.has_role(*GUESTS, on=timezone.localdate(at)):
        return []
    items = AgendaItem.objects.visible_to_guest(user).filter(meeting__pseudonymous=False)
    return [Grant(TEAM_MEETING, items.values("child_id"))]
