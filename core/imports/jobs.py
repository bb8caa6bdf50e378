"""Recurring jobs of the imports."""

from datetime import datetime, time, timedelta

from core.imports.operations import receiving
from tenants import schedule


@schedule.job(
    "core.imports.forget_left",
    rhythm=schedule.Calendar(at=time(3, 50)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=5),
)
def forget_left(*, due_at: datetime) -> None:
    """A table that was sent and left for a month names children for nothing: it goes."""
    receiving.forget_left(at=due_at)
