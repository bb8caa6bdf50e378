"""When jobs are due, and how the dispatcher turns due lines into rows of the outbox."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenants import dispatcher, jobs, outbox, relay, schedule
from tenants.context import Place, entered
from tenants.models import Effect, OutboxRow, ScheduledJob
from tenants.outbox import RELAY
from tenants.schedule import BREAKER, Calendar, Every, Job, Late
from tests.tenants.jobs.rows import row_of

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RAN: list[tuple[str, datetime]] = []


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("rhythm", "zone", "after", "expected"),
    [
        (Every(timedelta(minutes=5)), PARIS, "2026-11-24T12:02:00Z", "2026-11-24T12:05:00Z"),
        (Every(timedelta(minutes=5)), PARIS, "2026-11-24T12:05:00Z", "2026-11-24T12:10:00Z"),
        (Calendar(time(7)), PARIS, "2026-11-24T05:59:00Z", "2026-11-24T06:00:00Z"),
        (Calendar(time(7)), PARIS, "2026-11-24T06:00:00Z", "2026-11-25T06:00:00Z"),
        (Calendar(time(7)), PARIS, "2026-07-01T05:30:00Z", "2026-07-02T05:00:00Z"),
        (Calendar(time(7)), REUNION, "2026-11-24T02:00:00Z", "2026-11-24T03:00:00Z"),
        # the day's date is the town's, not that of Greenwich
        (Calendar(time(1)), REUNION, "2026-11-24T20:30:00Z", "2026-11-24T21:00:00Z"),
        (Calendar(time(8), weekdays=frozenset({0})), PARIS, "2026-11-24T12:00:00Z", "2026-11-30T07:00:00Z"),
        (Calendar(time(8), day=1), PARIS, "2026-11-24T12:00:00Z", "2026-12-01T07:00:00Z"),
        (Calendar(time(8), day=15, month=1), PARIS, "2026-11-24T12:00:00Z", "2027-01-15T07:00:00Z"),
        # 02:30 does not exist on 29 March and exists twice on 25 October: once a day all the same
        (Calendar(time(2, 30)), PARIS, "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        (Calendar(time(2, 30)), PARIS, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        (Calendar(time(2, 30)), PARIS, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
    ],
)
def test_next_moment(rhythm: schedule.Rhythm, zone: ZoneInfo, after: str, expected: str) -> None:
    assert rhythm.after(moment(after), zone) == moment(expected)


def test_declarations_are_checked() -> None:
    for wrong in ({"allowed": timedelta(hours=2)}, {"scope": "village"}):
        with pytest.raises(ValueError, match=r"most|scope"):
            schedule.job("tests.wrong", rhythm=Every(DAY), **{"allowed": DAY / 100, **wrong})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="taken"):
        schedule.job("tenants.outbox.purge", rhythm=Every(DAY), allowed=DAY / 100)
    with pytest.raises(ValueError, match="28"):
        Calendar(time(7), day=31)
    with pytest.raises(ValueError, match="Weekdays"):
        Calendar(time(7), weekdays=frozenset({7}))


def run(*, due_at: datetime) -> None:
    RAN.append(("run", due_at))


def declared(name: str = "tests.nightly", **changed: object) -> Job:
    values: dict[str, object] = {
        "run": run,
        "rhythm": Calendar(time(2)),
        "allowed": timedelta(minutes=5),
        "scope": "town",
        "spread": timedelta(0),
        "late": Late.ONCE,
        "grace": timedelta(hours=1),
        "urgency": 7,
        "tries": 2,
        **changed,
    }
    return Job(name=name, **values)  # type: ignore[arg-type]


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Job]]:
    """The declared jobs are those that the test puts here."""
    here: dict[str, Job] = {}
    monkeypatch.setattr(schedule, "jobs", lambda: here)
    yield here
    RAN.clear()


def lines(name: str = "tests.nightly") -> dict[str, ScheduledJob]:
    with entered(RELAY, switching=True):
        return {line.schema_name: line for line in ScheduledJob.objects.filter(name=name)}


def rows() -> list[OutboxRow]:
    with entered(RELAY, switching=True):
        return list(OutboxRow.objects.order_by("pk"))


def change_lines(**values: object) -> None:
    with entered(RELAY, switching=True):
        ScheduledJob.objects.update(**values)


def test_every_town_gets_its_line_and_its_own_moment(
    only: dict[str, Job], town_a: Place, town_b: Place, national: Place
) -> None:
    job = only["tests.nightly"] = declared(spread=timedelta(hours=2))
    only["tests.national"] = declared("tests.national", scope="national")
    only["tests.platform"] = declared("tests.platform", scope="platform")
    dispatcher.agree(now=NOW)
    found = lines()
    assert set(found) == {town_a.schema, town_b.schema}
    assert found[town_a.schema].due_at != found[town_b.schema].due_at
    for line in found.values():
        assert moment("2026-11-25T01:00:00Z") <= line.due_at < moment("2026-11-25T03:00:00Z")
        later = job.next_due(line.schema_name, PARIS, line.due_at)
        assert later - line.due_at == DAY
    assert set(lines("tests.national")) == {national.schema}
    assert set(lines("tests.platform")) == {""}
    dispatcher.agree(now=NOW + timedelta(minutes=1))
    assert {line.pk for line in lines().values()} == {line.pk for line in found.values()}


def test_lines_go_with_their_job_and_with_their_town(only: dict[str, Job], town_a: Place) -> None:
    only["tests.nightly"] = declared()
    with entered(RELAY):
        ScheduledJob.objects.create(schema_name="t_gone", name="tests.nightly", due_at=NOW)
        ScheduledJob.objects.create(schema_name="", name=jobs.HEARTBEAT, due_at=NOW)
    dispatcher.agree(now=NOW)
    assert "t_gone" not in lines()
    assert "" in lines(jobs.HEARTBEAT)
    only.clear()
    dispatcher.agree(now=NOW)
    assert lines() == {}


def test_a_rhythm_that_became_quicker_counts_from_now(only: dict[str, Job], town_a: Place) -> None:
    only["tests.nightly"] = declared(rhythm=Calendar(time(2), day=1, month=6))
    dispatcher.agree(now=NOW)
    assert lines()[town_a.schema].due_at.year == 2027
    only["tests.nightly"] = declared()
    dispatcher.bring_forward(now=NOW)
    assert lines()[town_a.schema].due_at == moment("2026-11-25T01:00:00Z")


def test_a_due_line_becomes_one_row_and_moves_on(only: dict[str, Job], town_a: Place, town_b: Place) -> None:
    only["tests.nightly"] = declared()
    dispatcher.agree(now=NOW)
    assert dispatcher.turn(now=NOW) == 0
    night = moment("2026-11-25T01:00:10Z")
    assert dispatcher.turn(now=night) == 2
    assert dispatcher.turn(now=night) == 0
    assert {row.schema_name for row in rows()} == {town_a.schema, town_b.schema}
    (row,) = [row for row in rows() if row.schema_name == town_a.schema]
    assert (row.kind, row.key, row.urgency) == ("job", "tests.nightly@2026-11-25T01:00:00Z", 7)
    assert row.payload == {"name": "tests.nightly", "due": "2026-11-25T01:00:00+00:00"}
    assert lines()[town_a.schema].due_at == moment("2026-11-26T01:00:00Z")


def test_two_dispatchers_make_one_occurrence(only: dict[str, Job], town_a: Place) -> None:
    only["tests.nightly"] = declared()
    dispatcher.agree(now=NOW)
    due = moment("2026-11-25T01:00:00Z")
    dispatcher.turn(now=due)
    first = len(rows())
    # The second one wrote its rows and died before it could move the lines: the key is the same.
    change_lines(due_at=due, occurrence="")
    dispatcher.turn(now=due)
    assert len(rows()) == first


def test_missed_occurrences_are_made_up_for_once_or_not_at_all(only: dict[str, Job], town_a: Place) -> None:
    only["tests.nightly"] = declared()
    only["tests.skipped"] = declared("tests.skipped", late=Late.SKIP)
    dispatcher.agree(now=NOW)
    three_days_later = NOW + 3 * DAY
    dispatcher.turn(now=three_days_later)
    assert {row.payload["name"] for row in rows()} == {"tests.nightly"}
    for name in only:
        assert lines(name)[town_a.schema].due_at == moment("2026-11-28T01:00:00Z")


def test_an_occurrence_that_still_runs_is_not_overtaken(only: dict[str, Job], town_a: Place) -> None:
    only["tests.nightly"] = declared()
    dispatcher.agree(now=NOW)
    dispatcher.turn(now=NOW + DAY)
    before = len(rows())
    dispatcher.turn(now=NOW + 2 * DAY)
    assert len(rows()) == before
    with entered(RELAY):
        OutboxRow.objects.update(state=Effect.DONE)
    dispatcher.turn(now=NOW + 3 * DAY)
    assert len(rows()) == 2 * before


def fail_once(town: Place) -> None:
    for _ in range(2):
        outbox.try_later(begun(town.schema), error="RuntimeError", limit=2)


def begun(schema: str) -> outbox.Held:
    """A worker has the town's job, now."""
    with entered(RELAY, switching=True):
        OutboxRow.objects.filter(state=Effect.WAITING).update(due_at=datetime.now(UTC))
    (row,) = [row for row in relay.claim(above=-1, upto=9, limit=99) if row.schema == schema]
    return outbox.begin(row.ticket) or pytest.fail("not handed")


def test_a_towns_failures_open_its_own_breaker(only: dict[str, Job], town_a: Place, town_b: Place) -> None:
    only["tests.nightly"] = declared(rhythm=Every(timedelta(hours=1)))
    dispatcher.agree(now=NOW)
    at = NOW
    for _ in range(BREAKER):
        at += timedelta(hours=1)
        dispatcher.turn(now=at)
        fail_once(town_a)
        with entered(RELAY, switching=True):
            OutboxRow.objects.filter(schema_name=town_b.schema).update(state=Effect.DONE)
    failed = lines()[town_a.schema]
    assert (failed.failures, failed.last_error) == (BREAKER, "RuntimeError")
    assert dispatcher.open_breakers() == [(town_a.schema, "tests.nightly", BREAKER)]
    at += timedelta(hours=1)
    dispatcher.turn(now=at)
    assert lines()[town_a.schema].due_at == at + schedule.BREAKER_PAUSE
    assert lines()[town_b.schema].due_at == at + timedelta(hours=1)
    dispatcher.bring_forward(now=at)
    assert lines()[town_a.schema].due_at == at + schedule.BREAKER_PAUSE
    # The one try of the day goes well: the breaker closes.
    outbox.end(begun(town_a.schema), Effect.DONE)
    assert (lines()[town_a.schema].failures, lines()[town_a.schema].last_error) == (0, "")
    assert dispatcher.open_breakers() == []


def test_a_platform_job_fails_and_recovers_as_well(only: dict[str, Job], town_a: Place) -> None:
    only["tests.nightly"] = declared(scope="platform")
    dispatcher.agree(now=NOW)
    dispatcher.turn(now=NOW + DAY)
    with entered(RELAY):
        OutboxRow.objects.update(due_at=datetime.now(UTC))
    (row,) = relay.claim(above=-1, upto=9, limit=9)
    assert (row.schema, row.kind) == ("", "platform_job")
    relay.bury(row, "worker_lost")
    assert lines()[""].failures == 1
    dispatcher.turn(now=NOW + 2 * DAY)
    outbox.end(begun(""), Effect.DONE)
    assert lines()[""].failures == 0
    assert lines()[""].last_ended_at is not None


def test_a_job_runs_with_its_occurrence_in_the_towns_time(only: dict[str, Job], in_town_a: Place) -> None:
    only["tests.nightly"] = declared()
    jobs.run_town_job(name="tests.nightly", due="2026-11-25T01:00:00+00:00")
    ((_, due_at),) = RAN
    assert due_at.isoformat() == "2026-11-25T02:00:00+01:00"


def test_time_and_tries_are_the_declared_ones(only: dict[str, Job]) -> None:
    only["tests.nightly"] = declared(tries=3)
    payload = {"name": "tests.nightly", "due": ""}
    assert jobs.run_town_job.options_of(payload) == {"soft_time_limit": 300.0, "time_limit": 315.0}
    assert jobs.run_town_job.tries_of(payload) == 3


def test_ended_rows_are_removed_in_their_time(town_a: Place) -> None:
    ages = {"done": 31, "young": 29, "dead": 300, "old-dead": 366}
    with entered(town_a):
        for key in (*ages, "waiting"):
            outbox.put(kind="mail", key=key, payload={})
    with entered(RELAY):
        for key, days in ages.items():
            state = Effect.DEAD if "dead" in key else Effect.DONE
            OutboxRow.objects.filter(key=key).update(state=state, ended_at=datetime.now(UTC) - days * DAY)
    jobs.purge_outbox(due_at=NOW)
    assert {row.key for row in rows()} == {"young", "dead", "waiting"}


def test_the_heartbeat_leaves_its_time(town_a: Place) -> None:
    jobs.heartbeat()
    jobs.heartbeat()
    line = lines(jobs.HEARTBEAT)[""]
    assert line.last_ended_at is not None
    assert dispatcher.turn(now=NOW + 1000 * DAY) == 0
    assert row_of(town_a, "job") is None
