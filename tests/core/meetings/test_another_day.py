"""A meeting begun on another day than planned: somebody says which day its decisions bear."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.meetings import queries
from core.meetings.operations import closing, live
from core.meetings.operations.live import AnotherDay
from core.pathways.models import Decision
from core.pathways.operations import decisions
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.meetings.making import Team1
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def browse(town_a: Place, sign_in: SignIn) -> Callable[[User], Client]:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def test_begun_early_it_moves_to_today_or_does_not_begin() -> None:
    team = Team1()  # planned in two days
    planned = TODAY + timedelta(days=2)
    for held_on in (None, planned, TODAY - timedelta(days=1)):
        with pytest.raises(AnotherDay):
            live.open_meeting(meeting=team.meeting, by=team.coordinator, at=NOW, held_on=held_on)
    opened = live.open_meeting(meeting=team.meeting, by=team.coordinator, at=NOW, held_on=TODAY)
    assert timezone.localdate(opened.starts_at) == TODAY


def test_typed_in_afterwards_it_keeps_its_day_and_so_do_its_decisions() -> None:
    team = Team1()
    item = team.item()
    held, later = TODAY + timedelta(days=2), NOW + timedelta(days=6)
    with pytest.raises(AnotherDay):
        live.open_meeting(meeting=team.meeting, by=team.coordinator, at=later)
    opened = live.open_meeting(meeting=team.meeting, by=team.coordinator, at=later, held_on=held)
    assert timezone.localdate(opened.starts_at) == held
    team.draft(item, kind="more", redirected_to="Un club")
    closing.close_meeting(meeting=opened, by=team.coordinator, at=later)
    decision = Decision.objects.get(agenda_item=item)
    assert (decision.decided_on, decision.redirected_to) == (held, "")


def test_on_its_own_day_nothing_is_asked() -> None:
    team = Team1()
    at = NOW + timedelta(days=2)
    assert live.open_meeting(meeting=team.meeting, by=team.coordinator, at=at).state == "open"


def test_the_page_asks_before_it_begins(
    browse: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    team = Team1()
    client = browse(team.coordinator)
    asked = client.post(f"/reunions/{team.meeting.pk}/ouvrir/")
    assert "Elle se tient aujourd’hui" in asked.text
    assert "Elle a eu lieu ce jour-là" not in asked.text  # it is still to come
    team.meeting.refresh_from_db()
    assert team.meeting.state == "planned"
    client.post(f"/reunions/{team.meeting.pk}/ouvrir/", {"jour": "aujourd-hui"})
    team.meeting.refresh_from_db()
    assert team.meeting.state == "open"


def test_the_agenda_says_which_entries_are_to_be_ratified() -> None:
    team = Team1()
    plain, urgent = team.referral(), team.referral()
    decisions.admit_in_urgency(referral=urgent, reason="Rupture.", by=team.coordinator, at=NOW)
    team.item(plain)
    team.item(urgent)
    lines, _ = queries.situations(team.meeting, team.coordinator)
    assert [line.urgent for line in lines] == [False, True]
    again, _ = queries.situations(team.plan(), making.user())
    assert again == []


def test_the_letter_bears_a_day_and_no_hour(browse: Callable[[User], Client]) -> None:
    team = Team1()
    item = team.item()
    team.open()
    team.draft(item, kind="more")
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    page = browse(team.coordinator).get(f"/reunions/{team.meeting.pk}/papiers/{item.number}/lettre/").text
    assert "24\u00a0novembre\u00a02026" in page
    assert "10\u00a0h" not in page
