from core.meetings.models.agenda import AgendaItem, Minutes
from core.meetings.models.meeting import Meeting, Presence
from core.meetings.models.team import Team, TeamMembership

__all__ = ["AgendaItem", "Meeting", "Minutes", "Presence", "Team", "TeamMembership"]
