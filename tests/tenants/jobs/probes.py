"""Tasks and a job that leave traces in the town's schema. A trace is a row of the cache table."""

import os
import time
import uuid
from datetime import datetime, timedelta

import structlog
from celery import shared_task
from django.utils import timezone

from tenants import schedule
from tenants.local.models import CacheEntry

CANARY = "".join(["lea.fictive", "@example.test"])  # apart: a frame shows its line of the source


def leave(name: str, value: str = "") -> None:
    CacheEntry.objects.create(
        cache_key=f"{name}:{uuid.uuid4()}", value=value, expires=timezone.now() + timedelta(days=1)
    )


def traces(name: str) -> list[str]:
    return list(CacheEntry.objects.filter(cache_key__startswith=f"{name}:").values_list("value", flat=True))


@shared_task
def trace(*, ref: str) -> None:
    leave(f"trace-{ref}", str(os.getpid()))


@shared_task
def linger(*, ref: str, seconds: float) -> None:
    """Says that it begins, takes its time, then has its effect, which happens once however often it runs."""
    leave(f"begun-{ref}", str(os.getpid()))
    time.sleep(seconds)
    CacheEntry.objects.get_or_create(
        cache_key=f"effect-{ref}:", defaults={"value": "", "expires": timezone.now() + timedelta(days=1)}
    )
    leave(f"ended-{ref}")


@shared_task
def fail(*, ref: str) -> None:
    leave(f"fail-{ref}")
    raise RuntimeError(f"a person's name could be in here: {CANARY}")


@schedule.job(
    "tests.each_second", rhythm=schedule.Every(timedelta(seconds=1)), allowed=timedelta(seconds=20), urgency=5
)
def each_second(*, due_at: datetime) -> None:
    leave("job", due_at.isoformat())


@schedule.job(
    "tests.always_fails",
    rhythm=schedule.Every(timedelta(seconds=1)),
    allowed=timedelta(seconds=20),
    tries=1,
    urgency=5,
)
def always_fails(*, due_at: datetime) -> None:
    leave("job-failed", due_at.isoformat())
    raise RuntimeError("each town's failure is its own")


@shared_task
def asked(*, ref: str) -> None:
    """Leaves the number under which its log lines are found."""
    leave(f"asked-{ref}", str(structlog.contextvars.get_contextvars().get("request_id")))
