"""Recurring jobs: reminders, digests, and the end of old messages. Each town at its own moment."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from core.notifications import quiet
from core.notifications.enums import Channel
from core.notifications.operations import digests, reminders, telling
from tenants import schedule

WEEKDAYS = frozenset(range(5))


def not_before_now(due_at: datetime) -> datetime:
    """What was missed is done as of now: a digest of this morning, late, does not leave in the night."""
    return max(due_at, timezone.now())


@schedule.job(
    "core.notifications.remind",
    rhythm=schedule.Calendar(at=time(6, 15)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=10),
)
def remind(*, due_at: datetime) -> None:
    reminders.remind(at=not_before_now(due_at))


@schedule.job(
    "core.notifications.daily_digest",
    rhythm=schedule.Calendar(at=time(7, 15), weekdays=WEEKDAYS),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=10),
)
def daily_digest(*, due_at: datetime) -> None:
    """On a public holiday it waits for the next working day."""
    if quiet.is_working_day(due_at.date()):
        digests.send_digests(channel=Channel.DAILY, at=not_before_now(due_at))


@schedule.job(
    "core.notifications.weekly_digest",
    rhythm=schedule.Calendar(at=time(7, 20), weekdays=frozenset({0})),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=10),
)
def weekly_digest(*, due_at: datetime) -> None:
    digests.send_digests(channel=Channel.WEEKLY, at=not_before_now(due_at))


@schedule.job(
    "core.notifications.forget",
    rhythm=schedule.Calendar(at=time(3, 10)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=5),
)
def forget(*, due_at: datetime) -> None:
    telling.forget_notices(at=due_at)
