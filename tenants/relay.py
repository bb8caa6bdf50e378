"""From the outbox to the workers: claims due rows and sends one signed message for each.

Any number of relays may run. Redis is a short buffer: no more than a window's messages wait in a
queue, so that a lost Redis loses little and a row's lease rarely ends while its message waits. When it is
down nothing is claimed; when it comes back empty, leases end and the rows are handed again.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from celery import Celery
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from kombu import Connection
from kombu.exceptions import OperationalError

from tenants import context, registry, schedule
from tenants.errors import UnknownPlaceError
from tenants.loops import StillDown
from tenants.models import UNENDED, Effect, OutboxRow
from tenants.outbox import RELAY, Ticket
from tenants.tasks import REQUEST_HEADER, TICKET_HEADER, TownTask

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Queue:
    """A yearly report never delays a signature code: each queue has its own messages and window."""

    name: str
    upto: int  # the least urgent number that it takes
    window: int  # messages that may wait in Redis; few where each takes long


QUEUES = (Queue("urgent", 2, 200), Queue("normal", 6, 200), Queue("slow", 9, 6))
UNKNOWN_KIND_PAUSE = 60.0  # seconds: a newer release wrote the row, or the setting was lost
SOCKET_TIMEOUT = 10  # seconds; a dead broker must not hold a relay for ever

CLAIM = """
UPDATE tenants_outboxrow SET state = 'handed', handings = handings + 1,
    due_at = statement_timestamp() + %(lease)s
WHERE id IN (
    SELECT o.id FROM tenants_outboxrow o
    WHERE o.state IN ('waiting', 'handed', 'running') AND o.due_at <= statement_timestamp()
      AND o.urgency > %(above)s AND o.urgency <= %(upto)s
      AND (o.schema_name = '' OR EXISTS (
          SELECT FROM tenants_town t WHERE t.schema_name = o.schema_name AND t.state = 'active'))
    ORDER BY o.urgency, o.due_at, o.id
    LIMIT %(limit)s
    FOR UPDATE OF o SKIP LOCKED
)
RETURNING id, schema_name, kind, key, payload, tries, handings, urgency, request_id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    schema: str
    kind: str
    key: str
    payload: dict[str, Any]
    tries: int
    handings: int
    urgency: int
    request_id: str

    @property
    def ticket(self) -> Ticket:
        return Ticket(self.id, self.handings)


class BrokerDownError(StillDown):
    """Nothing can be handed: rows stay where they are, in PostgreSQL."""


class Relay:
    def __init__(self, app: Celery) -> None:
        self.app = app
        self._connection: Connection | None = None

    def turn(self) -> int:
        """Hand over what is due, most urgent first. Returns how many rows. Raises BrokerDownError."""
        handed = 0
        try:
            broker = self._broker()
            above = -1
            for queue in QUEUES:
                room = queue.window - broker.default_channel.queue_declare(queue.name).message_count
                if room > 0:
                    rows = claim(above=above, upto=queue.upto, limit=room)
                    self._hand(rows, queue.name, broker)
                    handed += len(rows)
                above = queue.upto
        except (OperationalError, OSError, *self._errors()) as error:
            self.close()
            raise BrokerDownError(type(error).__name__) from error
        return handed

    def close(self) -> None:
        broken, self._connection = self._connection, None
        if broken is not None:
            broken.release()

    def _broker(self) -> Connection:
        if self._connection is None:
            self._connection = self.app.connection_for_write(
                transport_options={
                    "socket_timeout": SOCKET_TIMEOUT,
                    "socket_connect_timeout": SOCKET_TIMEOUT,
                }
            )
        return self._connection

    def _errors(self) -> tuple[type[Exception], ...]:
        """What the client library raises when the broker is away."""
        broker = self._connection
        return () if broker is None else (*broker.connection_errors, *broker.channel_errors)

    def _hand(self, rows: list[Claimed], queue: str, broker: Connection) -> None:
        waiting = iter(rows)
        with self.app.amqp.Producer(broker, auto_declare=False) as producer:
            for row in waiting:
                try:
                    self._send(row, queue, producer)
                except (OperationalError, OSError, *self._errors()):
                    put_back([row, *waiting])
                    raise

    def _send(self, row: Claimed, queue: str, producer: Any) -> None:
        task = task_of(row)
        if task is None:
            log.error("unknown_kind", kind=row.kind, row=row.id)
            postpone(row, error="unknown_kind", pause=UNKNOWN_KIND_PAUSE)
            return
        try:
            # The last try began and never ended: what it does may be what kills its worker.
            if row.tries >= task.tries_of(row.payload):
                bury(row, "worker_lost")
                return
            options = task.options_of(row.payload)
            with _place_of(row):
                task.apply_async(
                    kwargs=row.payload,
                    queue=queue,
                    producer=producer,
                    retry=False,
                    headers={TICKET_HEADER: row.ticket.text(), REQUEST_HEADER: row.request_id},
                    **options,
                )
        except UnknownPlaceError:
            bury(row, "no_such_town")
        except (OperationalError, OSError, Error, *self._errors()):
            raise
        except Exception as error:
            log.error("row_cannot_be_handed", kind=row.kind, row=row.id, error=type(error).__name__)
            bury(row, type(error).__name__)


def _place_of(row: Claimed) -> AbstractContextManager[Any]:
    """The town in which the message is written. Raises UnknownPlaceError when it went meanwhile."""
    if not row.schema:
        return context.outside()  # type: ignore[no-any-return]
    return context.entered(registry.by_schema(row.schema), switching=True)


def task_of(row: Claimed) -> TownTask | None:
    """The task that settings name for the row's kind, or None."""
    name = settings.OUTBOX_TASKS.get(row.kind)
    if name is None:
        return None
    task: TownTask = import_string(name)
    return task


def claim(*, above: int, upto: int, limit: int) -> list[Claimed]:
    """Take due rows of active towns under a lease; those whose lease ran out are due as well."""
    with context.entered(RELAY, switching=True), transaction.atomic(), connection.cursor() as cursor:
        asked: Any = {"lease": settings.OUTBOX_LEASE, "above": above, "upto": upto, "limit": limit}
        cursor.execute(CLAIM, asked)
        rows = [
            Claimed(pk, schema, kind, key, json.loads(payload), *rest)  # Django leaves jsonb as text
            for pk, schema, kind, key, payload, *rest in cursor.fetchall()
        ]
    return sorted(rows, key=lambda row: (row.urgency, row.id))


def put_back(rows: list[Claimed]) -> None:
    """What could not be sent waits again at once. What was sent all the same has become stale."""
    with context.entered(RELAY, switching=True):
        OutboxRow.objects.filter(pk__in=[row.id for row in rows], state=Effect.HANDED).update(
            state=Effect.WAITING, handings=F("handings") + 1, due_at=Now()
        )


def postpone(row: Claimed, *, error: str, pause: float) -> None:
    with context.entered(RELAY, switching=True):
        _handed(row).update(state=Effect.WAITING, error=error, due_at=Now() + timedelta(seconds=pause))


def bury(row: Claimed, error: str) -> None:
    """Give a row up before any worker saw this handing of it."""
    with context.entered(RELAY, switching=True), transaction.atomic():
        buried = _handed(row).update(state=Effect.DEAD, error=error[:200], ended_at=Now())
        if buried and row.kind in (schedule.KIND, schedule.PLATFORM_KIND):
            schedule.note_end(schema=row.schema, key=row.key, error=error)


def bury_orphans() -> int:
    """Rows of towns that were dropped: the failure is recorded, nothing runs. Returns how many."""
    with context.entered(RELAY, switching=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_outboxrow o SET state = 'dead', error = 'no_such_town',"
            " ended_at = statement_timestamp()"
            " WHERE o.state = ANY(%s) AND o.schema_name <> ''"
            " AND NOT EXISTS (SELECT FROM tenants_town t WHERE t.schema_name = o.schema_name)",
            [list(UNENDED)],
        )
        return int(cursor.rowcount)


def _handed(row: Claimed) -> Any:
    return OutboxRow.objects.filter(pk=row.id, state=Effect.HANDED, handings=row.handings)
