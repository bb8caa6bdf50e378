"""Effects outside the database start from a row written in the operation's own transaction.

The life of a row: waiting → handed (the relay sent a message) → running (a worker began it) → done,
or refused, uncertain, dead; a try that fails goes back to waiting, later each time. PostgreSQL is
the queue: messages may be lost, doubled or late, since only the last handing of a row may begin it.
"""

import contextlib
import random
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Count, F, Min
from django.db.models.functions import Now
from django.utils import timezone

from tenants import context, roles, schedule
from tenants.models import UNENDED, Effect, OutboxRow

log = structlog.get_logger(__name__)

RELAY = context.SharedRole(role=roles.RELAY)
LAST_RETRY = 3600.0
SERVICE_AWAITED = timedelta(days=7)


class EffectRefused(Exception):
    """It will never work, trying again is useless. The reason is a code, never a name or an address."""


class EffectUncertain(Exception):
    """It may or may not have happened and twice would harm: a person decides."""


class EffectDelayed(Exception):
    """Not now, for a known reason: tried again later, without a traceback in the log."""


class ServiceAway(EffectDelayed):
    """What carries it out (a mail server) does not answer or takes nothing from us: no try of this effect."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a message carries: a row, and which of its handings this is."""

    row_id: int
    handing: int

    def text(self) -> str:
        return f"{self.row_id}:{self.handing}"

    @classmethod
    def parse(cls, text: str) -> "Ticket":
        """Raises ValueError."""
        row_id, _, handing = text.partition(":")
        return cls(int(row_id), int(handing))


@dataclass(frozen=True, slots=True)
class Held:
    """A row that this worker has begun."""

    ticket: Ticket
    schema: str
    kind: str
    key: str
    tries: int
    wanted_at: datetime


_held: ContextVar[Held | None] = ContextVar("reussite_held", default=None)


def put(
    *, kind: str, key: str, payload: dict[str, Any], due_at: datetime | None = None, urgency: int = 5
) -> None:
    """Ask for the effect `kind` of settings.OUTBOX_TASKS, once per `key` in this town.

    `payload` holds ids only: it is readable outside the town. Asking again for the same key changes
    nothing. Raises NoPlaceError outside a town; RuntimeError outside a transaction; ValueError for
    a kind that settings don't know.
    """
    place = context.require()
    if kind not in settings.OUTBOX_TASKS:
        raise ValueError(f"settings.OUTBOX_TASKS has no task for {kind!r}.")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An outbox row is written in the transaction of what it announces.")
    wanted_at = due_at or timezone.now()
    row = OutboxRow(
        schema_name=place.schema,
        kind=kind,
        key=key,
        payload=payload,
        urgency=urgency,
        due_at=wanted_at,
        wanted_at=wanted_at,
        request_id=asking(),
    )
    OutboxRow.objects.bulk_create([row], ignore_conflicts=True)


def asking() -> str:
    """The number of the request, or of the task, in which this code runs; empty where there is none."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]


def begin(ticket: Ticket) -> Held | None:
    """Take the row that a message speaks of. None when the message is stale: someone else has the row."""
    with context.entered(RELAY, switching=True):
        taken = _row(ticket, Effect.HANDED).update(
            state=Effect.RUNNING, tries=F("tries") + 1, due_at=Now() + settings.OUTBOX_LEASE
        )
        if not taken:
            return None
        row = OutboxRow.objects.get(pk=ticket.row_id)
    return Held(ticket, row.schema_name, row.kind, row.key, row.tries, row.wanted_at)


@contextlib.contextmanager
def holding(held: Held) -> Iterator[None]:
    """Keep the lease for as long as the block runs, however long: killed with us, it ends by itself."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_lease, args=(held, stop), name="lease", daemon=True)
    keeper.start()
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
        stop.set()


def _keep_lease(held: Held, stop: threading.Event) -> None:
    while not stop.wait(settings.OUTBOX_LEASE.total_seconds() / 3):
        try:
            with context.entered(RELAY):
                _row(held.ticket, Effect.RUNNING).update(due_at=Now() + settings.OUTBOX_LEASE)
        except Error as error:
            log.warning("lease_not_kept", row=held.ticket.row_id, error=type(error).__name__)
        finally:
            connection.close()


def still_ours() -> bool:
    """Asked before what can't be undone, in the caller's own transaction: is the row that is running ours?

    If so its lease begins anew, and no relay takes it before that is committed. Without a row, yes.
    """
    held = _held.get()
    if held is None:
        return True
    with context.entered(RELAY, switching=True):
        row = _row(held.ticket, Effect.RUNNING)
        return bool(row.update(due_at=Now() + settings.OUTBOX_LEASE))


def settle(state: Effect, *, error: str = "") -> None:
    """End the row whose task is running, in the caller's own transaction; without one, nothing to do.

    For an effect that is itself a write: both are committed, or neither. A row that comes back
    afterwards was replayed by a person.
    """
    held = _held.get()
    if held is not None:
        end(held, state, error=error)


def end(held: Held, state: Effect, *, error: str = "") -> bool:
    """Write how it ended. False when the row is no longer ours (it was settled, or the lease ran out)."""
    with context.entered(RELAY, switching=True), transaction.atomic():
        ended = _row(held.ticket, Effect.RUNNING).update(state=state, error=error[:200], ended_at=Now())
        if ended and held.kind in (schedule.KIND, schedule.PLATFORM_KIND):
            schedule.note_end(schema=held.schema, key=held.key, error="" if state == Effect.DONE else error)
    return bool(ended)


def try_later(held: Held, *, error: str, limit: int, after: float | None = None) -> Effect:
    """Put the row back, later each time; after `limit` tries it is dead. Returns its new state."""
    if held.tries >= limit:
        end(held, Effect.DEAD, error=error)
        return Effect.DEAD
    pause = timedelta(seconds=backoff(held.tries) if after is None else after)
    with context.entered(RELAY, switching=True):
        _row(held.ticket, Effect.RUNNING).update(
            state=Effect.WAITING, error=error[:200], due_at=Now() + pause
        )
    return Effect.WAITING


def release(held: Held, *, error: str, after: float) -> None:
    """Put the row back as if the try had not been: its town is suspended, the time is not right."""
    with context.entered(RELAY, switching=True):
        _row(held.ticket, Effect.RUNNING).update(
            state=Effect.WAITING,
            tries=F("tries") - 1,
            error=error[:200],
            due_at=Now() + timedelta(seconds=after),
        )


def await_service(held: Held, *, error: str) -> Effect:
    """Put the row back uncounted, later each time; what was wanted too long ago is dead. Its new state."""
    if timezone.now() - held.wanted_at > SERVICE_AWAITED:
        end(held, Effect.DEAD, error=error)
        return Effect.DEAD
    release(held, error=error, after=backoff(held.ticket.handing))
    return Effect.WAITING


def backoff(tries: int) -> float:
    """Seconds until the next try: doubled each time up to an hour, a quarter more or less."""
    pause = min(settings.OUTBOX_FIRST_RETRY.total_seconds() * 2.0 ** min(tries - 1, 20), LAST_RETRY)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 (spreads load, protects nothing)


def replay(row_ids: list[int]) -> int:
    """A person asks again for effects that were refused, parked or given up. Returns how many."""
    with context.entered(RELAY, switching=True):
        ended = OutboxRow.objects.filter(
            pk__in=row_ids, state__in=[Effect.REFUSED, Effect.UNCERTAIN, Effect.DEAD]
        )
        return ended.update(
            state=Effect.WAITING, tries=0, due_at=Now(), wanted_at=Now(), ended_at=None, error=""
        )


def park(row_ids: list[int]) -> int:
    """A person holds back effects that wait. One that a worker has begun goes on. Returns how many."""
    with context.entered(RELAY, switching=True):
        waiting = OutboxRow.objects.filter(pk__in=row_ids, state__in=[Effect.WAITING, Effect.HANDED])
        return waiting.update(
            state=Effect.UNCERTAIN, handings=F("handings") + 1, error="parked", ended_at=Now()
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """How many rows of a kind are in a state in a town, and since when the oldest of them is wanted."""

    schema: str
    kind: str
    state: str
    count: int
    oldest: datetime


def figures() -> list[Figure]:
    """What is not done, by town, kind and state. For the operators' page, `doctor` and metrics."""
    with context.entered(RELAY, switching=True):
        rows = (
            OutboxRow.objects.exclude(state=Effect.DONE)
            .values_list("schema_name", "kind", "state")
            .annotate(Count("pk"), Min("wanted_at"))
            .order_by("schema_name", "kind", "state")
        )
        return [Figure(*row) for row in rows]


def oldest_overdue() -> timedelta:
    """For how long the most overdue row has been waiting. Suspended towns' rows don't count."""
    with context.entered(RELAY, switching=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(statement_timestamp() - o.wanted_at), interval '0')"
            " FROM tenants_outboxrow o LEFT JOIN tenants_town t USING (schema_name)"
            " WHERE o.state = ANY(%s) AND o.wanted_at < statement_timestamp()"
            " AND coalesce(t.state, 'active') = 'active'",
            [list(UNENDED)],
        )
        (overdue,) = cursor.fetchone() or (timedelta(0),)
    return overdue


def _row(ticket: Ticket, state: Effect) -> Any:
    return OutboxRow.objects.filter(pk=ticket.row_id, handings=ticket.handing, state=state)
