"""Recurring jobs: declared in code, due in PostgreSQL.

An occurrence becomes an outbox row, whose unique key makes it happen once; lease, retries and
give-up are the outbox's. There is no list of towns in Celery beat.
"""

import enum
import hashlib
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Now

from tenants import context, roles
from tenants.models import ScheduledJob, State, Town

KIND = "job"  # of a town's outbox row
PLATFORM_KIND = "platform_job"
LONGEST = timedelta(minutes=50)  # below the broker's visibility timeout
BREAKER = 5  # failed occurrences in a row, after which a job is tried once a day
BREAKER_PAUSE = timedelta(days=1)

Run = Callable[..., None]


class Rhythm(Protocol):
    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first occurrence strictly after `moment`, aware."""


@dataclass(frozen=True, slots=True)
class Every:
    """At equal intervals, counted from 1970, whatever the time zone."""

    interval: timedelta

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        steps = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // self.interval
        return datetime(1970, 1, 1, tzinfo=UTC) + (steps + 1) * self.interval


@dataclass(frozen=True, slots=True)
class Calendar:
    """At an hour of the town's clock: each day, or on these weekdays (Monday 0), this day, this month."""

    at: time
    weekdays: frozenset[int] = frozenset(range(7))
    day: int | None = None  # at most 28: every month has it
    month: int | None = None

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)) or not self.weekdays:
            raise ValueError("Weekdays go from 0 (Monday) to 6.")
        if not (1 <= (self.day or 1) <= 28 and 1 <= (self.month or 1) <= 12):
            raise ValueError("A day from 1 to 28, a month from 1 to 12.")

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        on = moment.astimezone(zone).date()
        while True:
            if self._falls_on(on.weekday(), on.day, on.month):
                # An hour that the change to summer time skips is read as the one after it.
                found = datetime.combine(on, self.at, tzinfo=zone).astimezone(UTC)
                if found > moment:
                    return found
            on += timedelta(days=1)

    def _falls_on(self, weekday: int, day: int, month: int) -> bool:
        return weekday in self.weekdays and self.day in (None, day) and self.month in (None, month)


class Late(enum.Enum):
    """What becomes of occurrences that were missed (platform stopped, town suspended)."""

    ONCE = "once"  # once for all of them
    SKIP = "skip"  # not at all: it waits for the next


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    run: Run  # called inside the town with due_at=, the aware moment of the occurrence
    rhythm: Rhythm
    allowed: timedelta
    scope: str  # "town", "national" or "platform"
    spread: timedelta  # towns start at their own moment within it
    late: Late
    grace: timedelta  # lateness that is none
    urgency: int
    tries: int

    def offset(self, schema: str) -> timedelta:
        """This town's own delay: always the same, so that two occurrences keep their distance."""
        digest = hashlib.sha256(f"{self.name}:{schema}".encode()).digest()
        return self.spread * (int.from_bytes(digest[:4]) / 2**32)

    def next_due(self, schema: str, zone: ZoneInfo, after: datetime) -> datetime:
        offset = self.offset(schema)
        return self.rhythm.after(after - offset, zone) + offset

    def occurrence(self, schema: str, due_at: datetime) -> datetime:
        """The moment of the rhythm for which the job is due at `due_at` in this town."""
        return due_at - self.offset(schema)


_declared: dict[str, Job] = {}


def job(
    name: str,
    *,
    rhythm: Rhythm,
    allowed: timedelta,
    scope: str = "town",
    spread: timedelta = timedelta(0),
    late: Late = Late.ONCE,
    grace: timedelta = timedelta(hours=1),
    urgency: int = 7,
    tries: int = 4,
) -> Callable[[Run], Run]:
    """Declare the decorated function, in a module of settings.SCHEDULED_JOBS, as a recurring job.

    Raises ValueError for a name that is taken or too long, an unknown scope, or a time above LONGEST.
    """
    if name in _declared or len(name) > 80:
        raise ValueError(f"The name {name!r} is taken, or longer than 80 characters.")
    if scope not in {"town", "national", "platform"}:
        raise ValueError(f"No such scope: {scope!r}.")
    if not timedelta(0) < allowed <= LONGEST:
        raise ValueError(f"{name} may take {LONGEST} at most; a longer job is cut into effects.")

    def declare(run: Run) -> Run:
        _declared[name] = Job(name, run, rhythm, allowed, scope, spread, late, grace, urgency, tries)
        return run

    return declare


def jobs() -> Mapping[str, Job]:
    """All declared jobs by name."""
    for module in settings.SCHEDULED_JOBS:
        importlib.import_module(module)
    return _declared


def by_name(name: str) -> Job:
    """Raises LookupError for a job that the code no longer declares."""
    return jobs()[name]


def key_of(job: Job, occurrence: datetime) -> str:
    return f"{job.name}@{occurrence.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def note_end(*, schema: str, key: str, error: str) -> None:
    """Write how an occurrence ended, under the relay's role. An empty error is a success."""
    failures: Any = F("failures") + 1 if error else Value(0)
    ScheduledJob.objects.filter(schema_name=schema, occurrence=key).update(
        last_ended_at=Now(), last_error=error[:200], failures=failures
    )


def oldest_overdue() -> timedelta:
    """For how long the most overdue job has been waiting for the dispatcher. Suspended towns' don't count."""
    with context.entered(context.SharedRole(role=roles.RELAY), switching=True):
        oldest = (
            ScheduledJob.objects.filter(due_at__lt=Now())
            .exclude(schema_name__in=Town.objects.filter(state=State.SUSPENDED).values("schema_name"))
            .order_by("due_at")
            .values_list("due_at")
            .first()
        )
    return datetime.now(UTC) - oldest[0] if oldest else timedelta(0)
