"""Recurring jobs of the exchange."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from core.exchange.operations import cells, returns
from tenants import schedule


@schedule.job(
    "core.exchange.push_running",
    rhythm=schedule.Calendar(at=time(1, 30)),
    spread=timedelta(hours=2),
    allowed=timedelta(minutes=5),
)
def push_running(*, due_at: datetime) -> None:
    """The running figures of the town, when something changed in them."""
    cells.push_running(at=due_at, on=timezone.localdate(due_at))


@schedule.job(
    "core.exchange.forget_replaced",
    scope="platform",
    rhythm=schedule.Calendar(at=time(4, 10)),
    allowed=timedelta(minutes=20),
)
def forget_replaced(*, due_at: datetime) -> None:
    """Batches that a later one replaced, of towns that are gone, or past their time."""
    cells.forget_replaced(at=due_at)


@schedule.job(
    "core.exchange.forget_returns",
    scope="platform",
    rhythm=schedule.Calendar(at=time(4, 40)),
    allowed=timedelta(minutes=10),
)
def forget_returns(*, due_at: datetime) -> None:
    """Returns and messages of towns that are gone."""
    returns.forget_gone()
