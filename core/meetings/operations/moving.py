"""One way to move a meeting's state, and to lock what is written."""

from collections.abc import Iterable
from datetime import datetime

from core.journal import operations as journal
from core.meetings.models import AgendaItem, Meeting
from core.meetings.workflow import MEETING, PREPARING
from core.people.models import User


class CannotMeet(Exception):
    """The meeting, the agenda or a person does not allow this act. The message is French."""


def lock_meeting(pk: int) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_item(pk: int) -> AgendaItem:
    """The situation alone; its meeting is locked before, where both are."""
    return AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=pk)


def lock_in_preparation(pk: int) -> Meeting:
    """The meeting, whose agenda may still change. Raises CannotMeet."""
    meeting = lock_meeting(pk)
    if meeting.state not in PREPARING:
        raise CannotMeet("L’ordre du jour de cette réunion ne change plus.")
    return meeting


def move_meeting(meeting: Meeting, name: str, *, by: User, at: datetime, fields: Iterable[str] = ()) -> None:
    """Save the new state and `fields` with their line in the change log. Raises CannotMeet."""
    sources, target = MEETING[name]
    if meeting.state not in sources:
        raise CannotMeet(f"La réunion est « {meeting.get_state_display()} » : cet acte n’est pas possible.")
    meeting.state = target
    names = {"state", *fields}
    meeting.save(update_fields=names)
    journal.record(actor=by, act=f"meetings.{name}", target=meeting, at=at, fields=names)
