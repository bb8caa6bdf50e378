"""The one engine: all counts of a period in one statement, families in a second, lengths in a third."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from statistics import median

from django.utils import timezone

from core.reporting.indicators.catalogue import CATALOGUE, INDICATORS
from core.reporting.indicators.dimensions import DIMENSIONS
from core.reporting.indicators.families import families_of
from core.reporting.indicators.moment import Moment, moment_of
from core.reporting.indicators.periods import Period
from core.reporting.indicators.rows import ROWS
from core.reporting.indicators.rows.lengths import lengths_of
from core.reporting.indicators.shapes import Breakdown, Cell, Figures, Indicator, Spread

Group = tuple[dict[str, str], int, int]  # values by column, rows, minutes
Counts = dict[tuple[str, Breakdown], int]


def compute(period: Period, *, at: date | None = None) -> Figures:
    """Figures of the town that is entered, as they stood on the day `at`: today when it is not given.

    Of a period that is over, the state is that of its last day, so that it does not move with what comes
    later; of one that has not begun there is nothing.
    """
    moment = moment_of(period, at or timezone.localdate())
    counts: Counts = {}
    spreads: dict[str, Spread] = {}
    if moment.has_begun:
        counts = _counts(moment, INDICATORS.values())
        spreads = {code: spread(days) for code, days in lengths_of(moment).items()}
    return Figures(period, moment.on, moment.ages_on, CATALOGUE, counts, spreads)


def cells(period: Period, *, at: date | None = None, only: Collection[str] = ()) -> list[Cell]:
    """What `compute` counts, as cells in a fixed order. A cell of zero is left out.

    `only` names indicators: what the others count is not looked at.
    """
    if not only:
        return cells_of(compute(period, at=at))
    moment = moment_of(period, at or timezone.localdate())
    counts = _counts(moment, [INDICATORS[code] for code in only]) if moment.has_begun else {}
    return cells_of(Figures(period, moment.on, moment.ages_on, CATALOGUE, counts))


def cells_of(figures: Figures) -> list[Cell]:
    return [
        Cell(code, breakdown, count, INDICATORS[code].version)
        for (code, breakdown), count in sorted(figures.counts.items())
        if count
    ]


def spread(days: Iterable[int]) -> Spread:
    ordered = sorted(days)
    if not ordered:
        return Spread()
    return Spread(len(ordered), sum(ordered), Decimal(str(median(ordered))))


def _counts(moment: Moment, wanted: Collection[Indicator]) -> Counts:
    groups = _groups(moment, {indicator.rows for indicator in wanted})
    counts: Counts = {}
    for indicator in wanted:
        if indicator.rows in groups:
            _add_up(indicator, groups[indicator.rows], counts)
    children = counts.get(("children", ()), 0)
    if INDICATORS["families"] in wanted and (families := families_of(moment, children)):
        counts["families", ()] = families
    # a referral with two motives is one referral
    if referrals := counts.get(("referrals", ()), 0):
        counts["referral_motives", ()] = referrals
    return counts


def _groups(moment: Moment, wanted: Collection[str]) -> dict[str, list[Group]]:
    """All sources that are wanted in one statement."""
    first, *others = [rows.grouped(moment) for code, rows in ROWS.items() if code in wanted]
    found: dict[str, list[Group]] = defaultdict(list)
    for source, *values, rows, minutes in first.union(*others, all=True):
        columns = ROWS[source].columns
        by = dict(zip(columns, values[: len(columns)], strict=True))
        if "district" in by:
            by["residence"] = _residence(by["district"])
        found[source].append((by, rows, minutes))
    return found


def _residence(district: str) -> str:
    return district if district in DIMENSIONS["residence"].codes else "in_district"


def _add_up(indicator: Indicator, groups: list[Group], counts: Counts) -> None:
    for by, rows, minutes in _kept(indicator, groups):
        amount = minutes if indicator.measure == "minutes" else rows
        for table in indicator.breakdowns:
            pairs = tuple((code, by[code]) for code in sorted(table))
            counts[indicator.code, pairs] = counts.get((indicator.code, pairs), 0) + amount


def _kept(indicator: Indicator, groups: list[Group]) -> Iterator[Group]:
    for group in groups:
        if all(group[0][column] in values for column, values in indicator.where):
            yield group
