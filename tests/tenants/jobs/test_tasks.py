"""A task runs in its town or not at all: what travels with the message, and what is refused."""

import json
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import structlog
from celery import chain, group
from celery.beat import ScheduleEntry, Scheduler
from celery.exceptions import Reject
from celery.result import EagerResult
from django.db import connection, transaction
from pytest_django import Settings

from reussite.celery import app
from tenants import context, outbox, registry, relay
from tenants.context import Place, entered, outside
from tenants.errors import NoPlaceError, SuspendedPlaceError, TenancyError, UnknownPlaceError
from tenants.jobs import heartbeat
from tenants.models import Effect, OutboxRow
from tenants.outbox import RELAY, Ticket
from tenants.tasks import MAC_HEADER, REQUEST_HEADER, TICKET_HEADER, TOWN_HEADER, mac
from tests.conftest import drop_beside, provision_beside
from tests.tenants.jobs.probes import CANARY, asked, fail, leave, trace, traces
from tests.tenants.jobs.rows import change, row_of

REF = {"ref": "x"}


@pytest.fixture
def eager(db: None) -> Any:
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def signed(place: Place, kwargs: dict[str, Any], *, ticket: str = "") -> dict[str, str]:
    """The headers of a message that the platform wrote for `trace` in `place`."""
    ours = mac(task=trace.name, schema=place.schema, ticket=ticket, args=[], kwargs=kwargs)
    return {TOWN_HEADER: place.schema, MAC_HEADER: ours, **({TICKET_HEADER: ticket} if ticket else {})}


def receive(headers: dict[str, str], kwargs: dict[str, Any] = REF) -> EagerResult:
    """What a worker does with a message of `trace`."""
    with outside():
        return trace.apply(kwargs=kwargs, headers=headers)


def test_the_town_of_the_call_is_entered(eager: None, town_a: Place, town_b: Place) -> None:
    with entered(town_a):
        trace.delay(ref="x")
    with entered(town_b):
        assert traces("trace-x") == []
    with entered(town_a, switching=True):
        assert len(traces("trace-x")) == 1
    assert context.current() is None


def test_a_message_that_we_wrote_runs(town_a: Place) -> None:
    assert receive(signed(town_a, REF)).state == "SUCCESS"
    with entered(town_a):
        assert len(traces("trace-x")) == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda a, b: {},
        lambda a, b: {TOWN_HEADER: a.schema},
        lambda a, b: {**signed(a, REF), TOWN_HEADER: b.schema},
        lambda a, b: {**signed(a, REF), TOWN_HEADER: "public"},
        lambda a, b: {**signed(a, REF), TOWN_HEADER: ""},
        lambda a, b: {**signed(a, {"ref": "y"})},
        lambda a, b: {**signed(a, REF), TICKET_HEADER: "1:1"},
        lambda a, b: {**signed(a, REF, ticket="1:1"), TICKET_HEADER: "2:1"},
        lambda a, b: {**signed(a, REF), MAC_HEADER: "0" * 64},
    ],
)
def test_a_forged_message_is_dropped(town_a: Place, town_b: Place, forge: Any) -> None:
    result = receive(forge(town_a, town_b))
    assert result.state == "REJECTED"
    assert isinstance(result.result, Reject)
    assert not result.result.requeue
    for town in (town_a, town_b):
        with entered(town, switching=True):
            assert traces("trace-x") == []


def test_a_towns_message_does_not_reach_a_task_of_the_platform(town_a: Place) -> None:
    headers = {
        TOWN_HEADER: town_a.schema,
        MAC_HEADER: mac(task=heartbeat.name, schema=town_a.schema, ticket="", args=[], kwargs={}),
    }
    assert heartbeat.apply(headers=headers).state == "REJECTED"


def test_calls_from_the_wrong_place_are_refused(town_a: Place) -> None:
    with pytest.raises(NoPlaceError):
        trace.delay(ref="x")
    with entered(town_a), pytest.raises(TenancyError, match="platform"):
        heartbeat.delay()


def test_beat_has_ticks_of_the_platform_alone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args, kwargs, **options: sent.append((name, options)))
    scheduler = Scheduler(app=app, lazy=True)
    for name, entry in app.conf.beat_schedule.items():
        scheduler.apply_async(ScheduleEntry(name, app=app, **entry), producer=object(), advance=False)
    assert [name for name, _ in sent] == ["tenants.jobs.heartbeat"]
    assert heartbeat.apply(headers=sent[0][1]["headers"]).state == "SUCCESS"


def test_arguments_are_plain(in_town_a: Place) -> None:
    with pytest.raises(TypeError):
        trace.delay(ref=object())


def test_chains_and_callbacks_are_refused(in_town_a: Place) -> None:
    for options in ({"link": trace.si(ref="y")}, {"link_error": trace.si(ref="y")}):
        with pytest.raises(TenancyError, match="outbox"):
            trace.apply_async(kwargs=REF, **options)
    with pytest.raises(TenancyError, match="outbox"):
        chain(trace.si(ref="x"), trace.si(ref="y")).apply_async()


def test_each_task_of_a_group_is_signed(town_a: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(
        app, "send_task", lambda name, args, kwargs, **options: sent.append({**options, "kwargs": kwargs})
    )
    with entered(town_a):
        group(trace.si(ref="x"), trace.si(ref="y")).apply_async()
    for message in sent:
        assert receive(message["headers"], message["kwargs"]).state == "SUCCESS"
    with entered(town_a):
        assert (len(traces("trace-x")), len(traces("trace-y"))) == (1, 1)


def test_a_direct_call_runs_where_the_caller_is(in_town_a: Place) -> None:
    trace(ref="x")
    assert len(traces("trace-x")) == 1


def test_a_task_may_call_itself_directly(town_a: Place) -> None:
    @app.task(name="tests.twice")
    def twice(*, again: bool) -> None:
        leave("twice")
        if again:
            twice(again=False)

    with entered(town_a):
        headers = signed(town_a, {"again": True})
        headers[MAC_HEADER] = mac(
            task="tests.twice", schema=town_a.schema, ticket="", args=[], kwargs={"again": True}
        )
    assert twice.apply(kwargs={"again": True}, headers=headers).state == "SUCCESS"
    with entered(town_a):
        assert len(traces("twice")) == 2


def test_a_retry_keeps_town_and_signature(town_a: Place) -> None:
    seen: list[tuple[str | None, int]] = []

    @app.task(name="tests.again", bind=True, default_retry_delay=0)
    def again(self: Any, *, ref: str) -> None:
        place = context.current()
        seen.append((place and place.schema, self.request.retries))
        if self.request.retries < 2:
            raise self.retry()

    sent: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "send_task", lambda name, args, kwargs, **options: sent.append(options))
        with entered(town_a):
            again.delay(ref="x")
        headers = sent[0]["headers"]
        # A worker's retry sends a new message, from inside the town.
        with entered(town_a):
            again.push_request(headers=headers, args=[], kwargs=REF, called_directly=False, retries=0)
            with pytest.raises(Exception, match="Retry"):
                again.retry()
            again.pop_request()
    assert sent[1]["headers"] == headers
    assert sent[1]["retries"] == 1
    assert again.apply(kwargs=REF, headers=headers, retries=2).state == "SUCCESS"
    assert seen == [(town_a.schema, 2)]


def test_a_dropped_town_is_a_failure_and_never_public(town_a: Place) -> None:
    gone = Place(id=0, kind="town", slug="gone", schema="t_gone", name="", primary_host="gone.test")
    result = receive(signed(gone, REF))
    assert result.state == "FAILURE"
    assert isinstance(result.result, UnknownPlaceError)


def test_a_town_that_is_younger_than_what_the_process_knows(
    fresh_town: Place, owner: psycopg.Connection
) -> None:
    assert registry.by_schema(fresh_town.schema) == fresh_town
    younger = provision_beside(owner, slug="younger")
    try:
        assert registry.by_schema(younger.schema) == younger
    finally:
        drop_beside(owner, younger)


def test_a_suspended_town_runs_nothing(town_a: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.registry.by_schema", lambda schema: replace(town_a, state="suspended"))
    result = receive(signed(town_a, REF))
    assert isinstance(result.result, SuspendedPlaceError)
    with entered(town_a):
        assert traces("trace-x") == []


def handed(place: Place, kind: str = "trace") -> Ticket:
    with entered(place, switching=True), transaction.atomic():
        outbox.put(kind=kind, key="1", payload=REF)
    row = row_of(place, kind)
    assert row is not None
    change(row, state=Effect.HANDED, handings=1)
    return Ticket(row.pk, 1)


def test_an_effect_is_done_once_however_often_its_message_comes(town_a: Place) -> None:
    ticket = handed(town_a)
    headers = signed(town_a, REF, ticket=ticket.text())
    assert receive(headers).state == "SUCCESS"
    assert receive(headers).state == "IGNORED"
    with entered(town_a):
        assert len(traces("trace-x")) == 1
    row = row_of(town_a, "trace")
    assert row is not None
    assert (row.state, row.tries) == (Effect.DONE, 1)
    assert row.ended_at is not None


def test_an_effect_of_a_suspended_town_waits_uncounted(
    town_a: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = signed(town_a, REF, ticket=handed(town_a).text())
    monkeypatch.setattr("tenants.registry.by_schema", lambda schema: replace(town_a, state="suspended"))
    assert receive(headers).state == "IGNORED"
    row = row_of(town_a, "trace")
    assert row is not None
    assert (row.state, row.tries, row.error) == (Effect.WAITING, 0, "suspended")


def test_an_effect_that_raises_keeps_the_class_and_not_the_message(
    town_a: Place, capfd: pytest.CaptureFixture[str]
) -> None:
    ticket = handed(town_a, "fail")
    headers = {
        TOWN_HEADER: town_a.schema,
        TICKET_HEADER: ticket.text(),
        MAC_HEADER: mac(task=fail.name, schema=town_a.schema, ticket=ticket.text(), args=[], kwargs=REF),
    }
    assert fail.apply(kwargs=REF, headers=headers).state == "FAILURE"
    row = row_of(town_a, "fail")
    assert row is not None
    assert (row.state, row.tries, row.error) == (Effect.WAITING, 1, "RuntimeError")
    written = capfd.readouterr().err
    assert "RuntimeError" in written
    assert "in fail" in written
    assert f"town={town_a.slug}" in written
    assert CANARY not in written


def test_the_mac_says_what_it_covers() -> None:
    base = {"task": "t", "schema": "a", "ticket": "1:1", "args": [], "kwargs": {"id": 1}}
    others = [{"task": "u"}, {"schema": "b"}, {"ticket": "1:2"}, {"args": [1]}, {"kwargs": {"id": 2}}]
    assert len({mac(**{**base, **other}) for other in ({}, *others)}) == 6
    assert mac(**base) == mac(**json.loads(json.dumps(base)))


def test_the_key_matters(settings: Settings) -> None:
    before = mac(task="t", schema="a", ticket="", args=[], kwargs={})
    settings.TASK_KEY = "another"
    assert mac(task="t", schema="a", ticket="", args=[], kwargs={}) != before


def test_a_row_and_a_message_of_two_towns_run_nowhere(town_a: Place, town_b: Place) -> None:
    ticket = handed(town_a)
    headers = signed(town_b, REF, ticket=ticket.text())
    assert receive(headers).state == "REJECTED"
    with entered(RELAY):
        assert OutboxRow.objects.get(pk=ticket.row_id).error == "other_town"
    for town in (town_a, town_b):
        with entered(town, switching=True):
            assert traces("trace-x") == []
    assert connection.is_usable()


@pytest.mark.parametrize("number", ["page-1234", ""])
def test_the_number_of_a_request_goes_on_to_what_it_asked_for(town_a: Place, number: str) -> None:
    bound = {"request_id": number} if number else {}
    with entered(town_a), transaction.atomic(), structlog.contextvars.bound_contextvars(**bound):
        outbox.put(kind="asked", key="1", payload=REF)
    (row,) = relay.claim(above=-1, upto=9, limit=10)
    assert row.request_id == number
    ours = mac(task=asked.name, schema=row.schema, ticket=row.ticket.text(), args=[], kwargs=REF)
    headers = {TOWN_HEADER: row.schema, TICKET_HEADER: row.ticket.text(), MAC_HEADER: ours}
    with outside():
        asked.apply(kwargs=REF, headers={**headers, REQUEST_HEADER: row.request_id})
    assert "request_id" not in structlog.contextvars.get_contextvars()
    with entered(town_a):
        (told,) = traces("asked-x")
    assert told == number if number else len(told) == 32


def test_a_number_that_is_not_ours_is_replaced(town_a: Place) -> None:
    ours = mac(task=asked.name, schema=town_a.schema, ticket="", args=[], kwargs=REF)
    headers = {TOWN_HEADER: town_a.schema, MAC_HEADER: ours, REQUEST_HEADER: "Léa\n{forged: line}"}
    with outside():
        asked.apply(kwargs=REF, headers=headers)
    with entered(town_a):
        assert "forged" not in traces("asked-x")[0]
