"""What a town knows of its own batches, and what the reporter reads of all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from core.exchange import perimeter
from core.exchange.enums import Status
from core.exchange.models import Batch, Cell
from core.journal.models import Change
from core.reporting.indicators import CATALOGUE, Breakdown, Period
from tenants import context, roles

PUSHED = "exchange.cells_pushed"


def fingerprint(period: Period, on: date) -> str:
    """Of what this town's figures are made of: while it is the same, they need not be computed again.

    Every write leaves a line in the change log. Figures also move as days pass; once a week is often
    enough for that, and covers a line that was committed after a later one.
    """
    last = (
        Change.objects.exclude(act=PUSHED).order_by("-pk").values_list("pk", flat=True)[:1].first()  # last
    )
    week = min(on, period.last).isocalendar()
    return f"{CATALOGUE}:{last or 0}:{week.year}-{week.week}"


def last_fingerprint(period: Period, status: Status) -> str | None:
    """Of the town that is entered."""
    schema = context.require().schema
    mine = Batch.objects.filter(schema_name=schema).of_period(period.first, period.last, status)
    return mine.order_by("-pk").values_list("fingerprint", flat=True)[:1].first()


@dataclass(frozen=True, slots=True)
class TownCells:
    """One town's latest batch, for the release engine alone."""

    batch_id: int
    schema: str
    made_at: datetime
    made_up: bool
    counts: Mapping[tuple[str, Breakdown], int]


def latest_batches(period: Period, status: Status) -> list[Batch]:
    """Of every town that sent some; under the reporter's role."""
    return list(Batch.objects.of_period(period.first, period.last, status).newest())


def cells_of(batches: Iterable[Batch]) -> list[TownCells]:
    """The cells of these batches. Raises IncompleteBatchError when one is not whole.

    Under the role that alone reads them: nothing else that the national site answers with can.
    """
    by_id = {batch.pk: batch for batch in batches}
    counts: dict[int, dict[tuple[str, Breakdown], int]] = defaultdict(dict)
    with context.entered(context.SharedRole(role=roles.RELEASE), switching=True):
        rows = Cell.objects.filter(batch_id__in=list(by_id)).values_list(
            "batch_id", "indicator", "breakdown", "count"
        )
        for batch_id, indicator, breakdown, count in rows.order_by("pk").iterator(chunk_size=20_000):
            counts[batch_id][indicator, _read(breakdown)] = count
    for batch in by_id.values():
        if len(counts[batch.pk]) != batch.size:
            raise IncompleteBatchError
    return [
        TownCells(batch.pk, batch.schema_name, batch.made_at, batch.made_up, counts[batch.pk])
        for batch in by_id.values()
    ]


class IncompleteBatchError(Exception):
    """A batch has not the cells that it announces."""


@lru_cache(maxsize=5000)
def _read(text: str) -> Breakdown:
    return perimeter.read(text)
