"""Recurring jobs of the national site."""

from datetime import datetime, timedelta

from core.national.operations import releasing
from tenants import schedule


@schedule.job(
    "core.national.audit_releases",
    scope="national",
    rhythm=schedule.Every(timedelta(minutes=1)),
    allowed=timedelta(minutes=20),
    late=schedule.Late.SKIP,
)
def audit_releases(*, due_at: datetime) -> None:
    """Control what was prepared on the pages."""
    releasing.audit_waiting(at=due_at)
