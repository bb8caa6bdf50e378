"""The life of a row, without any process: who may write it, who has it, and how it ends."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from tenants import outbox, outcomes, relay, schedule
from tenants.context import Place, entered
from tenants.errors import NoPlaceError
from tenants.models import Effect, OutboxRow, ScheduledJob
from tenants.outbox import RELAY, Ticket
from tests.tenants.jobs.probes import leave, traces
from tests.tenants.jobs.rows import change, row_of


def ask(place: Place, key: str = "1", **options: object) -> OutboxRow:
    with entered(place, switching=True), transaction.atomic():
        outbox.put(kind="trace", key=key, payload={"ref": key}, **options)  # type: ignore[arg-type]
    row = row_of(place, "trace", key=key)
    assert row is not None
    return row


def claimed(limit: int = 100) -> list[relay.Claimed]:
    return relay.claim(above=-1, upto=9, limit=limit)


def begun(place: Place) -> outbox.Held:
    ask(place)
    (row,) = claimed()
    held = outbox.begin(row.ticket)
    assert held is not None
    return held


def test_asking_twice_is_asking_once(town_a: Place, town_b: Place) -> None:
    assert ask(town_a).pk == ask(town_a).pk
    assert ask(town_b).pk != ask(town_a).pk


def test_rows_are_asked_for_inside_a_town_and_with_a_known_kind(town_a: Place) -> None:
    with pytest.raises(NoPlaceError):
        outbox.put(kind="trace", key="1", payload={})
    with entered(town_a), pytest.raises(ValueError, match="nothing"):
        outbox.put(kind="nothing", key="1", payload={})


def test_rows_are_asked_for_in_the_transaction_of_what_they_announce(fresh_town: Place) -> None:
    with entered(fresh_town), pytest.raises(RuntimeError):
        outbox.put(kind="trace", key="1", payload={})


def test_a_row_has_one_holder(town_a: Place) -> None:
    row = ask(town_a)
    (first,) = claimed()
    assert first.ticket == Ticket(row.pk, 1)
    assert claimed() == []
    assert outbox.begin(first.ticket) is not None
    assert outbox.begin(first.ticket) is None


def test_a_lease_that_ends_makes_the_former_message_stale(town_a: Place) -> None:
    row = ask(town_a)
    (first,) = claimed()
    change(row, due_at=timezone.now() - timedelta(seconds=1))
    (second,) = claimed()
    assert outbox.begin(first.ticket) is None
    held = outbox.begin(second.ticket)
    assert held is not None
    assert (held.tries, held.schema, held.kind) == (1, town_a.schema, "trace")


def test_a_worker_that_lost_its_lease_writes_nothing_any_more(town_a: Place) -> None:
    held = begun(town_a)
    with entered(RELAY):
        OutboxRow.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    (again,) = claimed()
    assert not outbox.end(held, Effect.DONE)
    assert outbox.begin(again.ticket) is not None


def test_the_most_urgent_come_first_and_each_queue_takes_its_own(town_a: Place) -> None:
    later = ask(town_a, "later", due_at=timezone.now() + timedelta(hours=1))
    for key, urgency in (("report", 8), ("letter", 5), ("code", 0)):
        ask(town_a, key, urgency=urgency)
    assert [row.key for row in relay.claim(above=-1, upto=2, limit=9)] == ["code"]
    assert [row.key for row in relay.claim(above=2, upto=9, limit=1)] == ["letter"]
    assert [row.key for row in claimed()] == ["report"]
    change(later, due_at=timezone.now())
    assert [row.key for row in claimed()] == ["later"]


def test_tries_are_further_and_further_apart_and_then_it_is_dead(town_a: Place) -> None:
    held = begun(town_a)
    assert outbox.try_later(held, error="smtp_451", limit=2) == Effect.WAITING
    assert claimed() == []
    with entered(RELAY):
        OutboxRow.objects.update(due_at=timezone.now())
    (row,) = claimed()
    held = outbox.begin(row.ticket)
    assert held is not None
    assert outbox.try_later(held, error="smtp_451", limit=2) == Effect.DEAD
    dead = row_of(town_a, "trace")
    assert dead is not None
    assert (dead.state, dead.error, dead.tries) == (Effect.DEAD, "smtp_451", 2)


def test_a_service_that_is_away_costs_no_try_but_is_not_awaited_for_ever(town_a: Place) -> None:
    held = begun(town_a)
    for _ in range(40):
        assert outbox.await_service(held, error="smtp_421") == Effect.WAITING
        row = row_of(town_a, "trace")
        assert row is not None
        assert (row.state, row.tries, row.error) == (Effect.WAITING, 0, "smtp_421")
        assert row.due_at > timezone.now()
        change(row, due_at=timezone.now())
        (claim,) = claimed()
        held = outbox.begin(claim.ticket) or pytest.fail("not handed")
    held = replace(held, wanted_at=timezone.now() - timedelta(days=8))
    assert outbox.await_service(held, error="smtp_421") == Effect.DEAD
    assert outbox.replay([held.ticket.row_id]) == 1
    row = row_of(town_a, "trace")
    assert row is not None
    assert timezone.now() - row.wanted_at < timedelta(minutes=1)


def test_the_pause_doubles_up_to_an_hour_and_never_falls_together(settings: Settings) -> None:
    settings.OUTBOX_FIRST_RETRY = timedelta(seconds=5)
    assert 3.7 < outbox.backoff(1) < 6.3
    assert 7.4 < outbox.backoff(2) < 12.6
    assert 2700 <= outbox.backoff(30) <= 4500
    assert len({outbox.backoff(5) for _ in range(10)}) > 1


def test_a_row_settled_in_a_transaction_that_fails_is_not_settled(town_a: Place) -> None:
    held = begun(town_a)
    with entered(town_a), outbox.holding(held):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            leave("effect")
            outbox.settle(Effect.DONE)
            raise ZeroDivisionError
        assert traces("effect") == []
        row = row_of(town_a, "trace")
        assert row is not None
        assert row.state == Effect.RUNNING
        with transaction.atomic():
            leave("effect")
            outbox.settle(Effect.DONE)
        assert len(traces("effect")) == 1
    assert not outbox.end(held, Effect.DEAD)
    assert row_of(town_a, "trace", state=Effect.DONE)


def test_a_person_replays_what_ended_badly_alone(town_a: Place) -> None:
    held = begun(town_a)
    assert outbox.replay([held.ticket.row_id]) == 0
    outbox.end(held, Effect.UNCERTAIN, error="interrupted")
    assert outbox.replay([held.ticket.row_id]) == 1
    (row,) = claimed()
    assert row.tries == 0
    held = outbox.begin(row.ticket) or pytest.fail("not handed")
    outbox.end(held, Effect.DONE)
    assert outbox.replay([held.ticket.row_id]) == 0


def test_rows_of_towns_that_are_gone_are_buried(town_a: Place) -> None:
    with entered(RELAY):
        row = OutboxRow.objects.create(
            schema_name="t_gone", kind="trace", key="1", due_at=timezone.now(), payload={}
        )
    kept = ask(town_a)
    assert [claim.id for claim in claimed()] == [kept.pk]
    assert relay.bury_orphans() == 1
    with entered(RELAY):
        row.refresh_from_db()
        assert (row.state, row.error) == (Effect.DEAD, "no_such_town")


def test_rows_of_a_suspended_town_wait(
    fresh_town: Place, other_town: Place, owner: psycopg.Connection, no_rows_left: None
) -> None:
    ask(fresh_town)
    ask(other_town)
    owner.execute(
        "UPDATE public.tenants_town SET state = 'suspended' WHERE schema_name = %s", [fresh_town.schema]
    )
    assert [row.schema for row in claimed()] == [other_town.schema]
    owner.execute("DELETE FROM public.tenants_outboxrow WHERE schema_name = %s", [other_town.schema])
    with entered(RELAY):
        ScheduledJob.objects.create(schema_name=fresh_town.schema, name="x", due_at=timezone.now())
    assert outbox.oldest_overdue() == schedule.oldest_overdue() == timedelta(0)
    assert [queue.waiting for queue in outcomes.queues()] == [0, 0, 0]
    owner.execute("UPDATE public.tenants_town SET state = 'active'")
    assert outbox.oldest_overdue() > timedelta(0)
    assert schedule.oldest_overdue() > timedelta(0)
    assert [queue.waiting for queue in outcomes.queues()] == [0, 1, 0]
    assert [row.schema for row in claimed()] == [fresh_town.schema]


def test_what_is_tried_again_is_as_old_as_it_was(town_a: Place) -> None:
    """Neither a lease nor a retry makes an effect younger."""
    held = begun(town_a)
    with entered(RELAY):
        OutboxRow.objects.update(wanted_at=timezone.now() - timedelta(hours=3))
    assert outbox.oldest_overdue() > timedelta(hours=2)
    outbox.try_later(held, error="smtp_451", limit=9)
    assert outbox.oldest_overdue() > timedelta(hours=2)
    (figure,) = outbox.figures()
    assert timezone.now() - figure.oldest > timedelta(hours=2)


def test_figures_show_what_is_not_done(town_a: Place) -> None:
    held = begun(town_a)
    ask(town_a, "2")
    outbox.end(held, Effect.DEAD, error="x")
    assert [(f.schema, f.kind, f.state, f.count) for f in outbox.figures()] == [
        (town_a.schema, "trace", "dead", 1),
        (town_a.schema, "trace", "waiting", 1),
    ]
