"""The demonstration's meetings: once, the same each time, every member's page worth a look."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.meetings import demo, queries
from core.meetings.enums import Attendance
from core.meetings.models import AgendaItem, Meeting, Minutes, Presence
from core.meetings.workflow import MeetingState
from core.pathways.models import Decision
from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.people.models import User
from tests.core.pathways import making

pytestmark = pytest.mark.usefixtures("in_town_a")
NOW = datetime(2026, 12, 28, 10, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def member(settings: Any) -> User:
    """A town with one entered child, two agreed referrals of late November, and people of today."""
    settings.DEMO = True
    entry = making.Entry()
    for part in ("child", "family", "coordinator", "referent"):
        entry.sign(part)  # type: ignore[arg-type]
    for _ in range(2):
        child = making.child()
        making.agreed(child, entry.coordinator, making.guardian(child))
    return making.user(Role.TEAM_MEMBER)


def test_no_meeting_is_made_up_outside_the_demonstration(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(NotADemonstration):
        demo.populate(at=NOW)
    assert not Meeting.objects.exists()


def test_every_state_is_there_once(member: User) -> None:
    making.user(Role.TEAM_MEMBER, signed=False)
    assert demo.populate(at=NOW) == 4
    assert demo.populate(at=NOW) == 0
    states = Meeting.objects.order_by("starts_at").values_list("state", flat=True)
    expected = [MeetingState.APPROVED, MeetingState.CLOSED, MeetingState.CONVENED, MeetingState.PLANNED]
    assert list(states) == expected
    assert all(timezone.localtime(meeting.starts_at).weekday() == 1 for meeting in Meeting.objects.all())


def test_the_closed_one_waits_and_the_coming_one_is_open_to_its_guests(member: User) -> None:
    demo.populate(at=NOW)
    closed = Meeting.objects.get(state=MeetingState.CLOSED)
    assert {item.decision.kind for item in closed.agenda.all() if item.decision} == {"entry", "more"}
    assert closed.presences.filter(attendance=Attendance.PRESENT).exists()
    assert not Minutes.objects.filter(item__meeting=closed).exists()
    assert AgendaItem.objects.visible_to(member).filter(meeting=closed).count() == 2
    coming = Meeting.objects.get(state=MeetingState.CONVENED)
    assert Presence.objects.filter(meeting=coming, user=member).exists()


def test_old_urgent_entries_do_not_crowd_the_next_agenda(member: User) -> None:
    demo.populate(at=NOW)
    assert not Decision.objects.filter(urgent=True, ratified_on=None).exists()
    assert not queries.candidates(Meeting.objects.get(state=MeetingState.PLANNED)).urgent
