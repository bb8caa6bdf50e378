"""What the nation did reaches the coordination, once each, and tells of nobody."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.exchange.models import Campaign
from core.exchange.operations import campaigns, returns
from core.exchange.workflow import StepKind
from core.notifications.catalogue import CATALOGUE
from core.notifications.models import Notice
from core.notifications.operations import telling
from core.people.enums import Role
from core.people.models import User
from core.returns.operations import watching
from tenants.context import Place, entered
from tenants.models import OutboxRow
from tests.core.pathways import making as people
from tests.core.returns import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(in_town_a: Place) -> Campaign:
    return making.opened()


@pytest.fixture
def coordinator(in_town_a: Place) -> User:
    return people.user(Role.COORDINATOR)


@pytest.fixture
def watched(coordinator: User, in_town_a: Place) -> Callable[[date], list[str]]:
    def watched(day: date) -> list[str]:
        """Events that are new that day, for the coordination."""
        at = datetime.combine(day, time(10), ZoneInfo("Europe/Paris"))
        known = set(Notice.objects.values_list("pk", flat=True))
        watching.watch(at=at)
        for row in OutboxRow.objects.filter(schema_name=in_town_a.schema, kind="event").order_by("pk"):
            telling.tell(**{name: row.payload[name] for name in ("event", "about", "key")}, at=at)
        new = Notice.objects.exclude(pk__in=known).order_by("pk")
        return [one.event.removeprefix("returns.") for one in new]

    return watched


def test_a_campaign_is_told_at_its_opening_and_before_it_is_due(
    campaign: Campaign, coordinator: User, watched: Callable[[date], list[str]]
) -> None:
    assert watched(date(2027, 9, 15)) == ["campaign_opened"]
    assert watched(date(2027, 9, 16)) == []
    assert watched(date(2027, 10, 31)) == ["return_due"]
    assert watched(date(2027, 11, 5)) == []
    making.sent(campaign, coordinator)
    assert watched(date(2027, 11, 24)) == []
    returns.withdraw_return(campaign=campaign, by=coordinator, at=making.NOW)
    assert watched(date(2027, 11, 25)) == ["return_due"]


def test_the_nations_reminder_reaches_those_who_did_not_answer(
    campaign: Campaign, coordinator: User, national: Place, watched: Callable[[date], list[str]]
) -> None:
    watched(making.TODAY)
    with entered(national, switching=True):
        campaigns.remind_towns(campaign=campaign, by=people.user(Role.OPERATOR), at=making.NOW)
    assert watched(making.TODAY) == ["return_due"]


def test_a_question_and_what_is_decided_are_told(
    campaign: Campaign,
    coordinator: User,
    in_town_a: Place,
    national: Place,
    watched: Callable[[date], list[str]],
) -> None:
    making.sent(campaign, coordinator)
    values = {"campaign": campaign, "schema": in_town_a.schema, "by": None, "at": making.NOW}
    with entered(national, switching=True):
        returns.decide_return(**values, kind=StepKind.SENT_BACK, number=1, question="Pourquoi ?")
    assert {"campaign_opened", "return_sent_back"} <= set(watched(making.TODAY))
    making.sent(campaign, coordinator)
    with entered(national, switching=True):
        returns.decide_return(**values, kind=StepKind.ACCEPTED, number=2)
    assert watched(making.TODAY) == ["return_accepted"]


def test_the_words_name_nobody_and_lead_to_the_return() -> None:
    mine = {code: one for code, one in CATALOGUE.items() if code.startswith("returns.")}
    assert len(mine) == 5
    for one in mine.values():
        assert "{" not in one.line
        assert one.roles == {Role.COORDINATOR}
