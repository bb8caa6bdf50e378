"""What became of what was asked for, as operators look at it: by town and kind, never what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Min, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Now

from tenants import context, relay, schedule
from tenants.models import UNENDED, Effect, OutboxRow, ScheduledJob, State, Town
from tenants.outbox import RELAY

LATELY = timedelta(hours=24)
GIVEN_UP = timedelta(days=7)
FAILED = (Effect.REFUSED, Effect.UNCERTAIN, Effect.DEAD)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many effects of a kind a town has in each state; those that are done, of the last day."""

    schema: str
    kind: str
    what: str  # the message, the event, the job
    done: int
    waiting: int
    retrying: int
    refused: int
    uncertain: int
    dead: int


@dataclass(frozen=True, slots=True)
class QueueState:
    name: str
    waiting: int
    handed: int
    running: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One effect that waits too long or failed. `error` is a code or a class."""

    id: int
    schema: str
    kind: str
    what: str
    state: str
    tries: int
    error: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A recurring job of one town, or (with an empty schema) of the platform."""

    schema: str
    name: str
    due_at: datetime
    last_started_at: datetime | None
    last_ended_at: datetime | None
    last_error: str
    failures: int


def _what() -> Any:
    return Coalesce(
        KT("payload__what"), KT("payload__event"), KT("payload__name"), Value(""), output_field=TextField()
    )


def outcomes() -> list[Outcome]:
    def count(*states: str, **more: Any) -> Count:
        return Count("pk", filter=Q(state__in=states, **more))

    with context.entered(RELAY, switching=True):
        rows = (
            OutboxRow.objects.annotate(what=_what())
            .filter(~Q(state=Effect.DONE) | Q(ended_at__gt=Now() - LATELY))
            .values_list("schema_name", "kind", "what")
            .annotate(
                done=count(Effect.DONE),
                waiting=count(*UNENDED, tries=0),
                retrying=count(*UNENDED, tries__gt=0),
                refused=count(Effect.REFUSED),
                uncertain=count(Effect.UNCERTAIN),
                dead=count(Effect.DEAD),
            )
            .order_by("schema_name", "kind", "what")
        )
        return [Outcome(*row) for row in rows]


def queues() -> list[QueueState]:
    """The relay's queues, in its order, with what is due and not done."""
    found = {queue.name: QueueState(queue.name, 0, 0, 0, None) for queue in relay.QUEUES}
    whose = Case(
        *(When(urgency__lte=queue.upto, then=Value(queue.name)) for queue in relay.QUEUES),
        default=Value(relay.QUEUES[-1].name),
        output_field=CharField(),
    )
    with context.entered(RELAY, switching=True):
        rows = (
            OutboxRow.objects.filter(state__in=UNENDED)
            .exclude(schema_name__in=suspended())
            .values(queue=whose)
            .annotate(
                waiting=Count("pk", filter=Q(state=Effect.WAITING)),
                handed=Count("pk", filter=Q(state=Effect.HANDED)),
                running=Count("pk", filter=Q(state=Effect.RUNNING)),
                oldest=Min("wanted_at", filter=Q(wanted_at__lt=Now())),
            )
        )
        for row in rows:
            name = row["queue"]
            found[name] = QueueState(name, row["waiting"], row["handed"], row["running"], row["oldest"])
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Unwell:
    """What is tried again, since when the oldest of it is wanted, and what was given up in the last week."""

    retrying: int
    oldest_wanted_at: datetime | None
    dead: int


def unwell() -> Unwell:
    again = Q(state=Effect.WAITING) & ~Q(error="")
    with context.entered(RELAY, switching=True):
        found = OutboxRow.objects.exclude(schema_name__in=suspended()).aggregate(
            retrying=Count("pk", filter=again),
            oldest=Min("wanted_at", filter=again),
            dead=Count("pk", filter=Q(state=Effect.DEAD, ended_at__gt=Now() - GIVEN_UP)),
        )
    return Unwell(found["retrying"], found["oldest"], found["dead"])


def suspended() -> Any:
    """Schemas in which nothing runs for now, and nothing is late: a subquery."""
    return Town.objects.filter(state=State.SUSPENDED).values("schema_name")


def failed_rows(*, schema: str | None = None, kind: str | None = None, what: str | None = None) -> list[Row]:
    """What was refused, parked or given up, the latest first."""
    failed = OutboxRow.objects.filter(state__in=FAILED).order_by("-ended_at", "-pk")
    return _rows(failed, schema, kind, what)


def failed_ids(*, schema: str, kind: str, what: str, states: Iterable[str], limit: int = 1000) -> list[int]:
    """Ids of one group of failures, the oldest first: what a person asks again for in one go."""
    rows = OutboxRow.objects.annotate(what=_what()).filter(
        schema_name=schema, kind=kind, what=what, state__in=[state for state in states if state in FAILED]
    )
    with context.entered(RELAY, switching=True):
        return list(rows.order_by("ended_at", "pk").values_list("pk", flat=True)[:limit])


def late_rows(*, schema: str | None = None, kind: str | None = None) -> list[Row]:
    """What should have been done, or is being tried again, the oldest first."""
    late = OutboxRow.objects.filter(state__in=UNENDED).filter(Q(wanted_at__lt=Now()) | Q(tries__gt=0))
    return _rows(late.order_by("wanted_at", "pk"), schema, kind)


def _rows(
    rows: "QuerySet[OutboxRow]", schema: str | None, kind: str | None, what: str | None = None
) -> list[Row]:
    rows = rows.annotate(what=_what())
    if what is not None:
        rows = rows.filter(what=what)
    if schema is not None:
        rows = rows.filter(schema_name=schema)
    if kind is not None:
        rows = rows.filter(kind=kind)
    names = ("pk", "schema_name", "kind", "what", "state", "tries", "error", "created_at", "due_at")
    with context.entered(RELAY, switching=True):
        return [Row(*values) for values in rows.values_list(*names)[:SHOWN]]


def schedule_lines() -> list[Line]:
    names = ("schema_name", "name", "due_at", "last_started_at", "last_ended_at", "last_error", "failures")
    with context.entered(RELAY, switching=True):
        lines = ScheduledJob.objects.filter(name__in=list(schedule.jobs())).order_by("name", "schema_name")
        return [Line(*values) for values in lines.values_list(*names)]
