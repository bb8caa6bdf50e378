"""Recurring jobs of the entry."""

from datetime import datetime, time, timedelta

from core.pathways.operations import outside, reviews
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


@schedule.job(
    "core.pathways.plan_reviews",
    rhythm=schedule.Calendar(at=time(3, 40)),
    spread=timedelta(minutes=30),
    allowed=timedelta(minutes=10),
)
def plan_reviews(*, due_at: datetime) -> None:
    """A pathway that goes on has a review to come: those that began before there were any, too."""
    reviews.plan_missing(at=due_at)
