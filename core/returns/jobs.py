"""Recurring jobs of the yearly return."""

from datetime import datetime, timedelta

from core.returns.operations import watching
from tenants import schedule


@schedule.job(
    "core.returns.watch",
    rhythm=schedule.Every(timedelta(hours=1)),
    spread=timedelta(minutes=50),
    allowed=timedelta(minutes=5),
)
def watch(*, due_at: datetime) -> None:
    """What the nation did reaches the town: its coordination is told, its accepted figures pass on."""
    watching.watch(at=due_at)
