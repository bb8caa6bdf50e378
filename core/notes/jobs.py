"""Each night: private notes past their end go, as their authors were told; forgotten files leave the disk."""

from datetime import datetime, time, timedelta

from core.notes.operations import attachments, private
from tenants import schedule


@schedule.job(
    "core.notes.private",
    rhythm=schedule.Calendar(at=time(4, 20)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=5),
)
def end_private(*, due_at: datetime) -> None:
    private.warn_authors(at=due_at)
    private.end_private_notes(at=due_at)


@schedule.job(
    "core.notes.sweep",
    rhythm=schedule.Calendar(at=time(4, 50)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=5),
)
def sweep(*, due_at: datetime) -> None:
    attachments.sweep(at=due_at)
