"""What those who steer are told of a period: which numbers hang together, and which are hidden.

They see one kind of period, the town's own: figures of school years and calendar years together would give
what a year hides back. A year that the coordinator froze for them is told in numbers; any other in classes,
as it stood at the end of last month, so that two visits of a month say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from core.partners import counts
from core.reporting import frozen
from core.reporting.enums import Purpose
from core.reporting.indicators import DIMENSIONS, INDICATORS, Figures, Indicator, Period, Sensitivity, Unit
from core.reporting.indicators.behind import PATHS
from core.reporting.masking import ENDLESS, Interval, Sum, Told, exactly, mask
from core.reporting.models import Snapshot
from tenants import context

# One unit is one child, or nearly.
OF_CHILDREN = {Unit.CHILDREN, Unit.FAMILIES, Unit.REFERRALS, Unit.PATHWAYS, Unit.ADULTS}
# The same number under two names.
ALIASES = {
    "pathways/standing=ended": "pathways_ended",
    "pathways_open/standing=active": "pathways/standing=active",
    "pathways_open/standing=suspended": "pathways/standing=suspended",
}
Behind = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Web:
    """Numbers of one period by name, and the sums by which they hang together. `known` are no secret."""

    values: dict[str, int]
    sums: list[Sum]
    known: frozenset[str]


def name_of(indicator: str, dimension: str = "", value: str = "") -> str:
    name = f"{indicator}/{dimension}={value}" if dimension else indicator
    return ALIASES.get(name, name)


def is_masked(indicator: Indicator) -> bool:
    return indicator.sensitivity != Sensitivity.NONE


def dimensions_of(indicator: Indicator) -> list[str]:
    """Those who steer get tables of one dimension alone."""
    return [table[0] for table in indicator.tables if len(table) == 1]


def web_of(figures: Figures) -> Web:
    """Without a cycle, as `masking` wants it."""
    values: dict[str, int] = {}
    sums: list[Sum] = []
    for indicator in INDICATORS.values():
        if is_masked(indicator):
            values[name_of(indicator.code)] = figures.count(indicator.code)
            for dimension in dimensions_of(indicator):
                _add_table(figures, indicator, dimension, values, sums)
    _add_participation(values, sums)
    again = values["pathways"] - values["with_pathway"]
    values |= {"again": max(0, again), "carried": values["pathways"] - values["pathways_opened"]}
    sums += [
        Sum("pathways", ("pathways_open", "pathways_ended")),
        Sum("pathways", ("pathways_opened", "carried")),
    ]
    if again >= 0:
        sums.append(Sum("pathways", ("with_pathway", "again")))
    return Web(values, sums, frozenset({"again"}))


def _add_table(
    figures: Figures, indicator: Indicator, dimension: str, values: dict[str, int], sums: list[Sum]
) -> None:
    table = figures.table(indicator.code, DIMENSIONS[dimension])
    parts = {name_of(indicator.code, dimension, value): count for (value,), count in table}
    whole = name_of(indicator.code)
    if dimension == "district":  # the codes are parts of « en quartier prioritaire »
        parts = {name: count for name, count in parts.items() if "=QN" in name}
        whole = name_of(indicator.code, "residence", "in_district")
    values |= parts
    links = dimension == "standing" and indicator.code == "pathways"
    if parts and dimension != "participation" and not DIMENSIONS[dimension].overlapping and not links:
        sums.append(Sum(whole, tuple(parts)))


def _add_participation(values: dict[str, int], sums: list[Sum]) -> None:
    pathway, both, group = (
        name_of("children", "participation", value) for value in ("pathway", "both", "group")
    )
    values["with_pathway"] = values[pathway] + values[both]
    sums += [Sum("children", ("with_pathway", group)), Sum("with_pathway", (pathway, both))]


def few_behind(figures: Figures, behind: Behind, threshold: int) -> set[str]:
    """Numbers of other things with fewer children behind them than the threshold; and sensitive zeros."""
    found: set[str] = set()
    for indicator in filter(is_masked, INDICATORS.values()):
        apart = indicator.rows in PATHS and indicator.unit not in OF_CHILDREN
        for dimension in ("", *dimensions_of(indicator)):
            for value, count in _values(figures, indicator, dimension):
                few = apart and behind.get((indicator.rows, dimension, value), 0) < threshold
                if few if count else figures.count(indicator.code) and _is_sensitive(dimension, value):
                    found.add(name_of(indicator.code, dimension, value))
    return found


def _is_sensitive(dimension: str, value: str) -> bool:
    return bool(dimension) and DIMENSIONS[dimension].is_sensitive(value)


def _values(figures: Figures, indicator: Indicator, dimension: str) -> Iterable[tuple[str, int]]:
    if not dimension:
        return [("", figures.count(indicator.code))]
    return [(value, count) for (value,), count in figures.table(indicator.code, DIMENSIONS[dimension])]


def hidden_numbers(
    figures: Figures, behind: Behind, *, threshold: int, snapshots: Iterable[Snapshot], told: Told = exactly
) -> frozenset[str]:
    """What to hide of `figures`, given all that those who steer were told before.

    Of the same period: what was hidden stays hidden, and a number that moved by less than the threshold is
    hidden too. Of the years around: the pathways carried over from one to the next tie them together.
    """
    own = web_of(figures)
    values, sums, fixed = dict(own.values), list(own.sums), set(own.known)
    hidden, small = set(), few_behind(figures, behind, threshold)
    years: dict[Period, Snapshot] = {}
    for snapshot in snapshots:
        period = Period(snapshot.first_on, snapshot.last_on)
        if period != figures.period:
            years[period] = snapshot
            continue
        hidden |= frozen.hidden_in(snapshot) & values.keys()
        small |= _moved_a_little(web_of(frozen.figures_of(snapshot)).values, own.values, threshold)
    for period, snapshot in years.items():
        web = web_of(frozen.figures_of(snapshot))
        values |= {_in(period, name): value for name, value in web.values.items()}
        sums += [_sum_in(period, one) for one in web.sums]
        fixed |= {_in(period, name) for name in web.values}
        hidden |= {_in(period, name) for name in frozen.hidden_in(snapshot) & web.values.keys()}
    fixed |= _tie_years(values, sums, figures.period, years)
    found = mask(values, sums, threshold=threshold, small=small, hidden=hidden, fixed=fixed, told=told)
    return frozenset(name for name in found if name in own.values)


def _moved_a_little(before: Mapping[str, int], now: Mapping[str, int], threshold: int) -> set[str]:
    moved = ((name, abs(value - before.get(name, 0))) for name, value in now.items())
    return {name for name, by in moved if 0 < by < threshold}


def _in(period: Period, name: str) -> str:
    return f"{period.code} {name}"


def _sum_in(period: Period, one: Sum) -> Sum:
    return Sum(_in(period, one.whole), tuple(_in(period, part) for part in one.parts))


def _tie_years(values: dict[str, int], sums: list[Sum], own: Period, years: Iterable[Period]) -> set[str]:
    """Pathways open at the end of a year are those that the next one begins with, but for corrections.

    Which corrections there were is no secret: their names are returned.
    """
    corrections = set()
    for first, second in pairwise(sorted([*years, own])):
        if first.last + timedelta(days=1) == second.first:
            end = "pathways_open" if first == own else _in(first, "pathways_open")
            begin = "carried" if second == own else _in(second, "carried")
            corrections.add(corrected := f"{second.code} corrected")
            values[corrected] = abs(values[begin] - values[end])
            more, less = (begin, end) if values[begin] >= values[end] else (end, begin)
            sums.append(Sum(more, (less, corrected)))
    return corrections


# --- classes -------------------------------------------------------------------------------------
def in_classes(threshold: int) -> Told:
    """As `core.partners.counts` says them; zero is told."""
    steps = [*counts.bounds(threshold), ENDLESS + 1]

    def told(value: int) -> Interval:
        if not value:
            return 0, 0
        low = counts.floor(value, exact=False, smallest=threshold)
        return (low, steps[steps.index(low) + 1] - 1) if low else (1, threshold - 1)

    return told


def told_on(period: Period, today: date) -> date:
    """Of a period that runs, the end of last month."""
    return period.last if today > period.last else today.replace(day=1) - timedelta(days=1)


def own_kind() -> str:
    """Of the town's periods: `school_year` or `calendar_year`."""
    return str(context.require().config.get("calendar", {}).get("period", "school_year"))


def snapshots_for_steering() -> list[Snapshot]:
    return list(Snapshot.objects.filter(purpose=Purpose.STEERING).order_by("made_at", "pk"))
