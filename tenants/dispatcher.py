"""From the schedule to the outbox: due jobs become rows, one for each town, in one transaction.

Any number of dispatchers may run. It speaks to PostgreSQL alone; the relay does the rest.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenants import context, registry, schedule
from tenants.context import Place
from tenants.jobs import HEARTBEAT
from tenants.models import UNENDED, OutboxRow, ScheduledJob
from tenants.outbox import RELAY
from tenants.schedule import Job, Late

log = structlog.get_logger(__name__)

BATCH = 500


def turn(*, now: datetime | None = None) -> int:
    """Dispatch what is due, at most BATCH rows. Returns how many were looked at."""
    now = now or timezone.now()
    places = {place.schema: place for place in registry.places() if place.state == "active"}
    with context.entered(RELAY, switching=True), transaction.atomic():
        due = list(
            ScheduledJob.objects.select_for_update(skip_locked=True)
            .filter(due_at__lte=now, schema_name__in=["", *places], name__in=list(schedule.jobs()))
            .order_by("due_at", "pk")[:BATCH]
        )
        running = _still_running(due)
        rows = [row for line in due if (row := _dispatch(line, places.get(line.schema_name), running, now))]
        OutboxRow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
        ScheduledJob.objects.bulk_update(due, ["due_at", "occurrence", "last_started_at"], batch_size=BATCH)
    return len(due)


def _dispatch(
    line: ScheduledJob, place: Place | None, running: set[tuple[str, str]], now: datetime
) -> OutboxRow | None:
    """Move the line to its next moment; the outbox row, unless this occurrence is left out."""
    job = schedule.jobs()[line.name]
    was_due = line.due_at
    line.due_at = job.next_due(line.schema_name, zone_of(place), now)
    if line.failures >= schedule.BREAKER:
        line.due_at = max(line.due_at, now + schedule.BREAKER_PAUSE)
    if (line.schema_name, line.occurrence) in running:
        log.warning("occurrence_left_out", job=line.name, town=place and place.slug, reason="still_running")
        return None
    if job.late is Late.SKIP and now - was_due > job.grace:
        return None
    occurrence = job.occurrence(line.schema_name, was_due)
    line.occurrence, line.last_started_at = schedule.key_of(job, occurrence), now
    return OutboxRow(
        schema_name=line.schema_name,
        kind=schedule.KIND if line.schema_name else schedule.PLATFORM_KIND,
        key=line.occurrence,
        payload={"name": job.name, "due": occurrence.isoformat()},
        urgency=job.urgency,
        due_at=now,
        wanted_at=now,
    )


def _still_running(due: list[ScheduledJob]) -> set[tuple[str, str]]:
    """Schema and key of former occurrences that have not ended."""
    former = [(line.schema_name, line.occurrence) for line in due if line.occurrence]
    rows = OutboxRow.objects.filter(
        schema_name__in={schema for schema, _ in former},
        kind__in=[schedule.KIND, schedule.PLATFORM_KIND],
        key__in={key for _, key in former},
        state__in=UNENDED,
    )
    return set(rows.values_list("schema_name", "key"))


def agree(*, now: datetime | None = None) -> None:
    """Make the schedule's lines those of the declared jobs and the existing towns.

    A new town's jobs get their first moment; a town that was dropped and a job that the code no
    longer declares lose theirs.
    """
    now = now or timezone.now()
    wanted = _wanted()
    with context.entered(RELAY, switching=True), transaction.atomic():
        lines = {
            (schema, name): pk
            for pk, schema, name in ScheduledJob.objects.values_list("pk", "schema_name", "name")
        }
        gone = [pk for key, pk in lines.items() if key not in wanted and key != ("", HEARTBEAT)]
        ScheduledJob.objects.filter(pk__in=gone).delete()
        new = [
            ScheduledJob(schema_name=schema, name=name, due_at=job.next_due(schema, zone, now))
            for (schema, name), (job, zone) in wanted.items()
            if (schema, name) not in lines
        ]
        ScheduledJob.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)


def bring_forward(*, now: datetime | None = None) -> None:
    """A rhythm that a new release made quicker counts from now on: asked once, when a process starts."""
    now = now or timezone.now()
    wanted = _wanted()
    with context.entered(RELAY, switching=True), transaction.atomic():
        early = []
        for line in ScheduledJob.objects.select_for_update(skip_locked=True).filter(
            failures__lt=schedule.BREAKER, name__in={name for _, name in wanted}
        ):
            job, zone = wanted.get((line.schema_name, line.name), (None, None))
            if job and zone and (soonest := job.next_due(line.schema_name, zone, now)) < line.due_at:
                line.due_at = soonest
                early.append(line)
        ScheduledJob.objects.bulk_update(early, ["due_at"], batch_size=BATCH)


def _wanted() -> dict[tuple[str, str], tuple[Job, ZoneInfo]]:
    """What the schedule's lines should be, by schema and job."""
    places = registry.places()
    return {
        (schema, job.name): (job, zone)
        for job in schedule.jobs().values()
        for schema, zone in _where(job, places)
    }


def _where(job: Job, places: Iterable[Place]) -> Iterable[tuple[str, ZoneInfo]]:
    if job.scope == "platform":
        return [("", zone_of(None))]
    return [(place.schema, zone_of(place)) for place in places if place.kind == job.scope]


def zone_of(place: Place | None) -> ZoneInfo:
    """The town's clock; the platform's own when there is no town."""
    return ZoneInfo(place.timezone if place is not None else settings.TIME_ZONE)


def open_breakers() -> list[tuple[str, str, int]]:
    """Schema, job and failures in a row of every line whose breaker is open."""
    with context.entered(RELAY, switching=True):
        lines = ScheduledJob.objects.filter(failures__gte=schedule.BREAKER).order_by("schema_name", "name")
        return list(lines.values_list("schema_name", "name", "failures"))
