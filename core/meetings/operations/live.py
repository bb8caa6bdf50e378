"""What happens while people sit together: each change is kept, and never over somebody else's."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.meetings.drafts import Draft
from core.meetings.models import AgendaItem, Meeting
from core.meetings.operations.agenda import record
from core.meetings.operations.moving import CannotMeet, lock_item, lock_meeting, move_meeting
from core.meetings.operations.planning import seat_members
from core.meetings.workflow import MeetingState
from core.people.models import User


class WrittenMeanwhile(Exception):
    """Another screen saved this situation first; `item` holds what it wrote. Nothing was overwritten."""

    def __init__(self, item: AgendaItem) -> None:
        super().__init__("Quelqu’un a écrit sur cette situation en même temps que vous. Rien n’a été effacé.")
        self.item = item


class AnotherDay(CannotMeet):
    """It was planned for another day than the one on which it is opened: somebody has to say which counts."""


@transaction.atomic
def open_meeting(*, meeting: Meeting, by: User, at: datetime, held_on: date | None = None) -> Meeting:
    """Opening an open meeting changes nothing. Raises CannotMeet, AnotherDay.

    The decisions will bear the day of the meeting. `held_on` says which it is where the plan says another:
    the planned one, whose minutes are typed in afterwards, or today, to which the meeting then moves.
    """
    locked = lock_meeting(meeting.pk)
    if locked.state == MeetingState.OPEN:
        return locked
    convened = locked.state == MeetingState.CONVENED
    planned, today = timezone.localdate(locked.starts_at), timezone.localdate(at)
    fields = ["opened_at"]
    if (planned != today and held_on not in (planned, today)) or (held_on is not None and held_on > today):
        raise AnotherDay("Cette réunion est prévue un autre jour. Dites quand elle se tient.")
    if held_on == today != planned:
        locked.starts_at = at.replace(second=0, microsecond=0)
        fields.append("starts_at")
    locked.opened_at = at
    move_meeting(locked, "open", by=by, at=at, fields=fields)
    if not convened:  # begun without convening: the roll call still knows the members
        seat_members(locked, at=at)
    return locked


@transaction.atomic
def show_names(*, meeting: Meeting, shown: bool, by: User, at: datetime) -> Meeting:
    """On every screen of this meeting at once, the projected one included."""
    locked = lock_meeting(meeting.pk)
    if locked.pseudonymous != (not shown):
        locked.pseudonymous = not shown
        locked.save(update_fields=["pseudonymous"])
        journal.record(actor=by, act="meetings.names", target=locked, at=at, fields=["pseudonymous"])
    return locked


@transaction.atomic
def save_draft(*, item: AgendaItem, version: int, draft: Draft, by: User, at: datetime) -> AgendaItem:
    """Keep what is typed, if it was typed over the last version. Raises WrittenMeanwhile, CannotMeet.

    The same text again (an answer that got lost on its way, a second press) is kept once.
    """
    meeting = lock_meeting(item.meeting_id)
    if meeting.state != MeetingState.OPEN:
        raise CannotMeet("La réunion n’est pas en cours : la décision ne s’écrit plus ici.")
    locked = lock_item(item.pk)
    before = Draft.of(locked.draft)
    if before == draft:
        return locked
    if locked.version != version:
        raise WrittenMeanwhile(locked)
    locked.draft = draft.to_store()
    locked.version, locked.saved_at, locked.saved_by = version + 1, at, by
    locked.save(update_fields=["draft", "version", "saved_at", "saved_by"])
    names = ("kind", "reason", "redirected_to", "next_look", "lines")
    changed = [name for name in names if getattr(before, name) != getattr(draft, name)]
    record(locked, "draft_saved", by=by, at=at, fields=changed)
    return locked
