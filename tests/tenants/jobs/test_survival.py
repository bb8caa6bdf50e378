"""Processes and Redis may die at any moment: what was asked for happens, once."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import redis
from django.db import transaction
from kombu import Connection

from infra.embedded import EmbeddedValkey
from reussite.celery import app
from tenants import outbox, relay
from tenants.context import Place, entered
from tenants.models import Effect, OutboxRow
from tenants.tasks import MAC_HEADER, TOWN_HEADER, mac
from tests.conftest import drop_beside, provision_beside
from tests.tenants.jobs.probes import CANARY, trace, traces
from tests.tenants.jobs.processes import Processes, wait_for
from tests.tenants.jobs.rows import row_of

# They share their processes, and so one process of the suite.
pytestmark = pytest.mark.xdist_group("jobs")

SOON = 30  # seconds; a row is picked up within a minute of whatever happens, with the product's lease of 40 s


def ask(town: Place, kind: str = "trace", **payload: Any) -> str:
    ref = uuid.uuid4().hex
    with entered(town, switching=True), transaction.atomic():
        outbox.put(kind=kind, key=ref, payload={"ref": ref, **payload})
    return ref


def seen(town: Place, name: str) -> list[str]:
    with entered(town, switching=True):
        return traces(name)


def done(town: Place, ref: str, seconds: float = SOON) -> OutboxRow:
    row: OutboxRow = wait_for(
        lambda: (
            row_of(town, "trace", key=ref, state=Effect.DONE)
            or row_of(town, "linger", key=ref, state=Effect.DONE)
        ),
        seconds=seconds,
        what=f"done: {ref}",
    )
    return row


def occupy(town: Place, seconds: float) -> None:
    """Give both of the worker's processes something to do, so that the next message waits in Redis."""
    refs = [ask(town, "linger", seconds=seconds) for _ in range(2)]
    wait_for(lambda: all(seen(town, f"begun-{ref}") for ref in refs), seconds=SOON, what="both are busy")


@pytest.fixture
def client(valkey: EmbeddedValkey) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(valkey.url) as client:
        yield client


def test_a_worker_killed_in_the_middle(platform: Processes, fresh_town: Place) -> None:
    ref = ask(fresh_town, "linger", seconds=1.0)
    (pid,) = wait_for(lambda: seen(fresh_town, f"begun-{ref}"), seconds=SOON)
    os.kill(int(pid), signal.SIGKILL)
    assert done(fresh_town, ref).tries == 2
    assert len(seen(fresh_town, f"begun-{ref}")) == 2
    assert len(seen(fresh_town, f"ended-{ref}")) == 1


def test_the_whole_worker_killed_in_the_middle(platform: Processes, fresh_town: Place) -> None:
    ref = ask(fresh_town, "linger", seconds=1.0)
    wait_for(lambda: seen(fresh_town, f"begun-{ref}"), seconds=SOON)
    platform.kill("worker")
    platform.ensure("worker")
    assert done(fresh_town, ref).tries == 2
    assert len(seen(fresh_town, f"ended-{ref}")) == 1


def test_a_task_longer_than_its_lease_keeps_it(platform: Processes, fresh_town: Place) -> None:
    ref = ask(fresh_town, "linger", seconds=4.5)
    assert done(fresh_town, ref).tries == 1
    assert len(seen(fresh_town, f"begun-{ref}")) == 1


def test_a_relay_that_dies_with_rows_in_its_hands(platform: Processes, fresh_town: Place) -> None:
    platform.kill("relay")
    ref = ask(fresh_town)
    # What a relay does before it sends; this one sends nothing any more.
    (claimed,) = relay.claim(above=-1, upto=9, limit=9)
    assert claimed.key == ref
    platform.ensure("relay")
    assert done(fresh_town, ref).handings == 2
    assert len(seen(fresh_town, f"trace-{ref}")) == 1


def test_redis_emptied_and_restarted(
    platform: Processes, fresh_town: Place, client: redis.Redis, valkey: EmbeddedValkey
) -> None:
    occupy(fresh_town, 1.5)
    flushed = ask(fresh_town)
    wait_for(lambda: client.llen("normal"), what="the message is in Redis")
    client.flushall()
    assert done(fresh_town, flushed).handings >= 2
    # Gone altogether: nobody who asks notices.
    valkey.stop()
    away = ask(fresh_town)
    assert row_of(fresh_town, "trace", key=away, state=Effect.WAITING)
    valkey.start()
    done(fresh_town, away)
    for ref in (flushed, away):
        assert len(seen(fresh_town, f"trace-{ref}")) == 1


def test_a_suspended_towns_effects_wait_for_it(
    platform: Processes, fresh_town: Place, other_town: Place, owner: psycopg.Connection
) -> None:
    def set_state(state: str) -> None:
        owner.execute("UPDATE public.tenants_town SET state = %s WHERE id = %s", [state, fresh_town.id])

    set_state("suspended")
    waiting, running = ask(fresh_town), ask(other_town)
    done(other_town, running)
    assert seen(fresh_town, f"trace-{waiting}") == []
    assert row_of(fresh_town, "trace", key=waiting, state=Effect.WAITING, tries=0)
    set_state("active")
    done(fresh_town, waiting)


def test_a_dropped_towns_effects_fail_and_touch_nothing(
    platform: Processes, other_town: Place, owner: psycopg.Connection, client: redis.Redis
) -> None:
    doomed = provision_beside(owner, slug="doomed")
    try:
        occupy(other_town, 2.0)
        ref = ask(doomed)
        wait_for(lambda: client.llen("normal"), what="the message is in Redis")
    finally:
        drop_beside(owner, doomed)
    row = wait_for(lambda: row_of(doomed, "trace", key=ref, state=Effect.DEAD), seconds=SOON)
    assert row.error == "no_such_town"
    after = ask(other_town)
    done(other_town, after)
    assert seen(other_town, f"trace-{ref}") == []
    (tables,) = owner.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'local_cacheentry'"
                              " AND schemaname = 'public'").fetchone() or (1,)  # fmt: skip
    assert tables == 0


@pytest.fixture
def send(valkey: EmbeddedValkey) -> Iterator[Callable[..., None]]:
    """Put a message for `trace` into Redis as somebody who has its password could."""
    with Connection(valkey.url) as broker, app.amqp.Producer(broker, auto_declare=False) as producer:

        def send(*, ref: str, headers: dict[str, str]) -> None:
            app.send_task(
                trace.name,
                kwargs={"ref": ref},
                headers=headers,
                queue="normal",
                producer=producer,
                retry=False,
            )

        yield send


def test_forged_messages_run_nowhere_and_ours_do(
    platform: Processes, fresh_town: Place, other_town: Place, send: Callable[..., None]
) -> None:
    def headers_for(town: Place, ref: str) -> dict[str, str]:
        ours = mac(task=trace.name, schema=town.schema, ticket="", args=[], kwargs={"ref": ref})
        return {TOWN_HEADER: town.schema, MAC_HEADER: ours}

    before = platform.log("worker").read_text().count("message_rejected")
    genuine = headers_for(fresh_town, "genuine")
    send(ref="no-headers", headers={})
    send(ref="other-town", headers={**headers_for(fresh_town, "other-town"), TOWN_HEADER: other_town.schema})
    send(ref="other-arguments", headers=genuine)
    send(ref="public", headers={**genuine, TOWN_HEADER: "public"})
    send(ref="genuine", headers=genuine)
    wait_for(lambda: seen(fresh_town, "trace-genuine"), seconds=SOON)
    wait_for(lambda: platform.log("worker").read_text().count("message_rejected") == before + 4)
    for town in (fresh_town, other_town):
        for ref in ("no-headers", "other-town", "other-arguments", "public"):
            assert seen(town, f"trace-{ref}") == []


def test_a_row_that_kills_its_worker_ends_up_dead(platform: Processes, fresh_town: Place) -> None:
    ref = ask(fresh_town, "linger", seconds=0)
    row = done(fresh_town, ref)
    # As after its last try, begun and never ended.
    with entered(outbox.RELAY, switching=True):
        OutboxRow.objects.filter(pk=row.pk).update(
            state=Effect.RUNNING, tries=30, ended_at=None, due_at=row.created_at
        )
    dead = wait_for(lambda: row_of(fresh_town, "linger", key=ref, state=Effect.DEAD), seconds=SOON)
    assert dead.error == "worker_lost"


def test_the_dispatcher_runs_each_towns_job_once_an_occurrence(
    platform: Processes, fresh_town: Place, other_town: Place
) -> None:
    platform.start("dispatcher", "--pause=0.2")
    try:
        towns = (fresh_town, other_town)
        wait_for(lambda: all(len(seen(town, "job")) >= 2 for town in towns), seconds=SOON)
        wait_for(lambda: all(seen(town, "job-failed") for town in towns), seconds=SOON)
    finally:
        platform.stop("dispatcher")
    for town in towns:
        for name in ("job", "job-failed"):
            moments = seen(town, name)
            assert len(set(moments)) == len(moments)
    wait_for(lambda: row_of(fresh_town, "job", key__startswith="tests.always_fails", state=Effect.DEAD))


def test_relay_and_dispatcher_stop_when_they_are_told(platform: Processes) -> None:
    platform.start("dispatcher")
    for name, greeting in (("relay", "relais"), ("dispatcher", "départs")):
        wait_for(lambda name=name, greeting=greeting: platform.said(name, greeting), seconds=SOON)
        process = platform.running[name]
        platform.stop(name)
        assert process.returncode == 0


def test_a_worker_says_what_broke_and_quotes_nothing(platform: Processes, fresh_town: Place) -> None:
    ref = ask(fresh_town, "fail")
    wait_for(lambda: row_of(fresh_town, "fail", key=ref, error="RuntimeError"), seconds=SOON)
    wait_for(lambda: platform.said("worker", "raised unexpected: RuntimeError"), seconds=SOON)
    assert platform.said("worker", f"town={fresh_town.slug}")
    assert not platform.said("worker", CANARY)
