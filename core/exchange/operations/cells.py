"""Cells leave a town in batches; the latest of a period replaces the others."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.exchange import perimeter, queries
from core.exchange.enums import Status
from core.exchange.models import Batch, Cell, Pin
from core.journal import operations as journal
from core.people.models import User
from core.reporting import indicators
from core.reporting.indicators import CATALOGUE, Period
from core.reporting.indicators import Cell as Figure
from tenants import context, roles
from tenants.models import Town

KEPT_REPLACED = timedelta(days=7)
KEPT_OFFICIAL, KEPT_RUNNING = timedelta(days=3 * 366), timedelta(days=366)  # the trigger: 3 years, 1 year
REMOVED_AT_ONCE = 2000


class CannotPushError(Exception):
    """The message is French, for the screen."""


@transaction.atomic
def push_cells(
    *,
    period: Period,
    status: Status,
    cells: Iterable[Figure],
    by: User | None,
    at: datetime,
    fingerprint: str = "",
    catalogue: str = CATALOGUE,
) -> Batch:
    """Send the cells of `period` in place of those sent before; `by` is None for the nightly job.

    `catalogue` is another where the figures were frozen under former definitions.

    Only what national tables are made of leaves the town. Raises CannotPushError when two breakdowns of
    the same children don't add up to the same number.
    """
    passed = sorted(perimeter.passing(cells), key=lambda one: (one.indicator, one.breakdown))
    check_totals(passed)
    batch = Batch.objects.create(
        schema_name=context.require().schema,
        first_on=period.first,
        last_on=period.last,
        status=status,
        catalogue=catalogue,
        fingerprint=fingerprint,
        size=len(passed),
    )
    Cell.objects.bulk_create(_rows(batch, passed))
    journal.record(
        actor=by,
        actor_label="" if by else "travail planifié",
        act=queries.PUSHED,
        target=batch,
        at=at,
        fields=["first_on", "last_on", "status"],
    )
    return batch


def check_totals(cells: Sequence[Figure]) -> None:
    totals: dict[str, dict[tuple[str, ...], int]] = defaultdict(lambda: defaultdict(int))
    for cell in cells:
        totals[cell.indicator][tuple(name for name, _ in cell.breakdown)] += cell.count
    for indicator, by_crossing in totals.items():
        crossings = perimeter.PASSED[indicator]
        if len({by_crossing[crossing] for crossing in crossings}) > 1:
            raise CannotPushError(
                f"Deux répartitions de «\u00a0{indicators.INDICATORS[indicator].name}\u00a0» n’ont pas le "
                "même total\u00a0: rien n’est parti."
            )


def push_running(*, at: datetime, on: date) -> int:
    """Send what changed of the running figures of the town that is entered. Returns how many periods."""
    sent = 0
    for period in perimeter.running_periods(on):
        fingerprint = queries.fingerprint(period, on)
        if queries.last_fingerprint(period, Status.RUNNING) != fingerprint:
            push_cells(
                period=period,
                status=Status.RUNNING,
                cells=indicators.cells(period, at=on, only=perimeter.PASSED),
                by=None,
                at=at,
                fingerprint=fingerprint,
            )
            sent += 1
    return sent


def _rows(batch: Batch, cells: Iterable[Figure]) -> list[Cell]:
    return [
        Cell(
            batch_id=batch.pk,
            schema_name=batch.schema_name,
            indicator=cell.indicator,
            breakdown=perimeter.written(cell.breakdown),
            count=cell.count,
            version=cell.version,
        )
        for cell in cells
    ]


def forget_replaced(*, at: datetime) -> int:
    """Remove batches that no release stands on: replaced, of a town that is gone, or past their time.

    Returns how many. Under the role that may remove these, and nothing else.
    """
    removed = 0
    with context.entered(context.SharedRole(role=roles.RETENTION)):
        Pin.objects.filter(until__lt=at.date()).delete()
        old = Batch.objects.filter(_past(at)).exclude(pk__in=Pin.objects.values("batch_id"))
        while keys := list(old.order_by("pk").values_list("pk", flat=True)[:REMOVED_AT_ONCE]):
            with transaction.atomic():
                Cell.objects.filter(batch_id__in=keys).delete()
                Batch.objects.filter(pk__in=keys).delete()
            removed += len(keys)
    return removed


def _past(at: datetime) -> Q:
    last, towns = Batch.objects.newest().values("pk"), Town.objects.values("schema_name")
    return (
        (Q(made_at__lt=at - KEPT_REPLACED) & ~Q(pk__in=last))
        | Q(status=Status.OFFICIAL, made_at__lt=at - KEPT_OFFICIAL)
        | Q(status=Status.RUNNING, made_at__lt=at - KEPT_RUNNING)
        | (Q(made_up=False) & ~Q(schema_name__in=towns))
    )
