"""The night's cells: sent once while nothing changes, again when something did, replaced ones forgotten."""

from datetime import date, timedelta

import psycopg
import pytest
from django.utils import timezone

from core.exchange import perimeter, queries
from core.exchange.enums import Status
from core.exchange.models import Batch, Cell, Pin
from core.exchange.operations import cells
from core.journal import operations as journal
from core.journal.models import Change
from core.people.enums import Role
from core.reporting import indicators
from core.reporting.indicators import Cell as Figure
from tenants import roles
from tenants.context import Place, SharedRole, entered
from tests.conftest import drop_beside
from tests.core.pathways import making as people

ON = date(2027, 3, 10)
PERIOD = indicators.school_year(2026)


@pytest.fixture
def town(in_town_a: Place) -> Place:
    return in_town_a


def push() -> int:
    return cells.push_running(at=timezone.now(), on=ON)


def batches() -> int:
    return Batch.objects.count()


def test_a_second_night_without_change_sends_nothing(town: Place) -> None:
    assert push() == 1
    assert push() == 0
    assert batches() == 1


def test_a_change_is_sent_the_next_night(town: Place) -> None:
    push()
    coordinator = people.user(Role.COORDINATOR)
    journal.record(actor=coordinator, act="children.create_child", target=coordinator, at=timezone.now())
    assert push() == 1
    assert batches() == 2
    assert queries.last_fingerprint(PERIOD, Status.RUNNING) == queries.fingerprint(PERIOD, ON)


def test_its_own_line_is_no_change(town: Place) -> None:
    before = queries.fingerprint(PERIOD, ON)
    push()
    assert Change.objects.filter(act=queries.PUSHED).exists()
    assert queries.fingerprint(PERIOD, ON) == before


def test_figures_are_computed_again_each_week(town: Place) -> None:
    assert queries.fingerprint(PERIOD, ON) == queries.fingerprint(PERIOD, ON + timedelta(days=1))
    assert queries.fingerprint(PERIOD, ON) != queries.fingerprint(PERIOD, ON + timedelta(days=7))


def test_a_year_still_settles_in_autumn() -> None:
    first = [period.first.year for period in perimeter.running_periods(date(2026, 11, 20))]
    later = [period.first.year for period in perimeter.running_periods(date(2027, 3, 1))]
    assert (first, later) == ([2025, 2026], [2026])


def test_what_was_replaced_is_forgotten_unless_a_release_stands_on_it(town: Place, national: Place) -> None:
    sent = [
        cells.push_cells(period=PERIOD, status=Status.RUNNING, cells=[], by=None, at=timezone.now())
        for _ in range(3)
    ]
    later = timezone.now() + timedelta(days=8)
    with entered(national, switching=True):
        Pin.objects.create(batch_id=sent[0].pk, release=1, until=later.date())
    with entered(None, switching=True):
        assert cells.forget_replaced(at=timezone.now()) == 0  # too young
        assert cells.forget_replaced(at=later) == 1
    with entered(SharedRole(role=roles.RETENTION), switching=True):
        left = set(Batch.objects.filter(schema_name=town.schema).values_list("pk", flat=True))
    assert left == {sent[0].pk, sent[2].pk}
    with entered(None, switching=True):
        assert cells.forget_replaced(at=later + timedelta(days=2)) == 1


def test_cells_go_when_their_time_is_past_or_their_town_is_gone(
    fresh_town: Place, owner: psycopg.Connection
) -> None:
    def aged(interval: str) -> None:
        owner.execute(
            "UPDATE exchange_batch SET made_at = now() - %s::interval WHERE schema_name = %s",
            [interval, fresh_town.schema],
        )

    def left() -> list[str]:
        with entered(None, switching=True):
            cells.forget_replaced(at=timezone.now())
        with entered(SharedRole(role=roles.RETENTION), switching=True):
            mine = Batch.objects.filter(schema_name=fresh_town.schema).order_by("status")
            assert Cell.objects.filter(schema_name=fresh_town.schema).exists() == mine.exists()
            return list(mine.values_list("status", flat=True))

    def send() -> None:
        total = [Figure(*key, 3, 1) for key in CROSSINGS]
        for status in Status:
            with entered(fresh_town, switching=True):
                cells.push_cells(period=PERIOD, status=status, cells=total, by=None, at=timezone.now())

    send()
    aged("11 months")
    assert left() == [Status.OFFICIAL, Status.RUNNING]
    aged("13 months")
    assert left() == [Status.OFFICIAL]
    aged("37 months")
    assert left() == []
    send()
    assert left() == [Status.OFFICIAL, Status.RUNNING]
    drop_beside(owner, fresh_town)
    assert left() == []


CROSSINGS = [
    ("children", (("participation", "pathway"),)),
    ("children", (("bracket", "6-10"), ("sex", "f"))),
    ("children", (("residence", "outside"),)),
]
