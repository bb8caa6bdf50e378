"""Carrying out declared jobs, and the recurring jobs of the kernel itself."""

from datetime import datetime, time, timedelta
from typing import Any

from celery import shared_task
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tenants import context, roles, schedule
from tenants.local.models import OutgoingMail
from tenants.models import Effect, OutboxRow, ScheduledJob
from tenants.tasks import TownTask

HEARTBEAT = "heartbeat"  # a line of the schedule that beat moves through Redis and a worker
KEPT_DONE = timedelta(days=30)
KEPT_UNDONE = timedelta(days=365)  # refused, parked and given up: long enough for a person to look
KEPT_UNSENT_TEXT = timedelta(days=30)
PURGE_BATCH = 5000


class JobTask(TownTask):
    """How long and how often are the declared job's."""

    abstract = True

    def tries_of(self, payload: dict[str, Any]) -> int:
        return schedule.by_name(payload["name"]).tries

    def options_of(self, payload: dict[str, Any]) -> dict[str, Any]:
        allowed = schedule.by_name(payload["name"]).allowed.total_seconds()
        return {"soft_time_limit": allowed, "time_limit": allowed + 15}


@shared_task(base=JobTask)
def run_town_job(*, name: str, due: str) -> None:
    _run(name, due)


@shared_task(base=JobTask, platform=True)
def run_platform_job(*, name: str, due: str) -> None:
    _run(name, due)


def _run(name: str, due: str) -> None:
    due_at = parse_datetime(due)
    if due_at is None:
        raise ValueError(f"{due!r} is not a moment.")
    schedule.by_name(name).run(due_at=timezone.localtime(due_at))


@shared_task(platform=True)
def heartbeat() -> None:
    """Sent by beat: proves that clock, broker, worker and database answer each other."""
    with context.entered(context.SharedRole(role=roles.RELAY)):
        ScheduledJob.objects.update_or_create(
            schema_name="",
            name=HEARTBEAT,
            defaults={"last_ended_at": timezone.now()},
            create_defaults={
                "due_at": datetime.max.replace(year=9000, tzinfo=timezone.get_default_timezone()),
                "last_ended_at": timezone.now(),
            },
        )


@schedule.job(
    "tenants.outbox.purge",
    scope="platform",
    rhythm=schedule.Calendar(at=time(3, 40)),
    allowed=timedelta(minutes=20),
)
def purge_outbox(*, due_at: datetime) -> None:
    """Remove ended rows that are past their time, under the role that may do only that."""
    with context.entered(context.SharedRole(role=roles.RETENTION)):
        for kept, states in (
            (KEPT_DONE, [Effect.DONE]),
            (KEPT_UNDONE, [Effect.REFUSED, Effect.UNCERTAIN, Effect.DEAD]),
        ):
            old = OutboxRow.objects.filter(state__in=states, ended_at__lt=Now() - kept)
            while keys := list(old.order_by("ended_at").values_list("pk", flat=True)[:PURGE_BATCH]):
                OutboxRow.objects.filter(pk__in=keys).delete()


@schedule.job(
    "tenants.local.mail.wipe",
    rhythm=schedule.Calendar(at=time(3, 0)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=5),
)
def wipe_unsent_mail(*, due_at: datetime) -> None:
    """Text and recipients of mail that did not leave go too, once nobody will send it any more.

    Whatever its state here: what was given up or parked in the outbox still waits in the town's own table.
    No mail is held as long as that, nor awaits a server (tenants.outbox.SERVICE_AWAITED).
    """
    with transaction.atomic():
        OutgoingMail.objects.exclude(state=OutgoingMail.State.SENT).exclude(source=b"").filter(
            created_at__lt=due_at - KEPT_UNSENT_TEXT
        ).update(source=b"", recipients=[], refused=[])
