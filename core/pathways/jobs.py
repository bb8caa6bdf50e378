"""Recurring jobs of the entry."""

from datetime import datetime, time, timedelta

from core.pathways.operations import outside
from tenants import schedule


@schedule.job(
    "core.pathways.forget_drafts",
    rhythm=schedule.Calendar(at=time(3, 20)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=5),
)
def forget_drafts(*, due_at: datetime) -> None:
    """What outsiders put off and did not resume names a child whom nobody was told of: it goes."""
    outside.forget_drafts(at=due_at)
