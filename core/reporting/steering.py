"""What those who steer are told of a period: a table whole, or not at all.

A table in which one number is small is hidden with all its numbers, and so are the tables of each of them:
what is computed about a hidden number then goes from nothing to the whole that is told, which is no small
number, and knowing this rule tells no more than that some number of the table is small. Hiding as little as
possible gave small ones back to who knew how the others were chosen (docs/adr/0035).

They see one kind of period, the town's own: figures of school years and calendar years together would give
what a year hides back. A year that the coordinator froze for them is told in numbers. Of any other they get
totals alone, in classes of which the first begins at nothing, as they stood at the end of last month: what a
table hides today it could have told yesterday.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.reporting import frozen
from core.reporting.enums import Purpose, ReportKind
from core.reporting.indicators import DIMENSIONS, INDICATORS, Figures, Indicator, Period, Sensitivity, Unit
from core.reporting.indicators.behind import PATHS
from core.reporting.models import Snapshot, ToldFigures
from tenants import context

# One unit is one child, or nearly.
OF_CHILDREN = {Unit.CHILDREN, Unit.FAMILIES, Unit.REFERRALS, Unit.PATHWAYS, Unit.ADULTS}
# The same number under two names.
ALIASES = {
    "pathways/standing=ended": "pathways_ended",
    "pathways_open/standing=active": "pathways/standing=active",
    "pathways_open/standing=suspended": "pathways/standing=suspended",
}
WITHIN_CHILDREN = ("pathways_opened", "pathways_ended")
CHILDREN_BY = ("sex", "bracket")
# Computed from two wholes: of children, as these are.
COMPUTED = ("with_pathway", "again", "carried", "siblings")
Behind = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers that are told together. They add up to `whole`, unless a thing counts under several of them.

    `computed` can be had from them and the other wholes: they are hidden where one of those is small.
    """

    whole: str
    parts: tuple[str, ...]
    computed: tuple[str, ...] = ()
    overlapping: bool = False


@dataclass(frozen=True, slots=True)
class Web:
    """Numbers of one period by name, and the tables in which they are."""

    values: dict[str, int]
    tables: list[Table]


def name_of(indicator: str, dimension: str = "", value: str = "") -> str:
    name = f"{indicator}/{dimension}={value}" if dimension else indicator
    return ALIASES.get(name, name)


def is_masked(indicator: Indicator) -> bool:
    return indicator.sensitivity != Sensitivity.NONE


def dimensions_of(indicator: Indicator) -> list[str]:
    """Those who steer get tables of one dimension alone.

    Girls whose pathway ended are among the girls of the year: the same children by the same dimension would
    bound each other, so that only the table of all children is told.
    """
    of_children = indicator.code in WITHIN_CHILDREN
    return [
        table[0]
        for table in indicator.tables
        if len(table) == 1 and not (of_children and table[0] in CHILDREN_BY)
    ]


def web_of(figures: Figures) -> Web:
    values: dict[str, int] = {}
    tables: list[Table] = []
    for indicator in filter(is_masked, INDICATORS.values()):
        values[name_of(indicator.code)] = figures.count(indicator.code)
        for dimension in dimensions_of(indicator):
            parts, table = _table(figures, indicator, dimension)
            values |= parts
            if table.parts and (indicator.code, dimension) != ("pathways", "standing"):
                tables.append(table)
    pathway, both = (values[name_of("children", "participation", value)] for value in ("pathway", "both"))
    values["with_pathway"] = pathway + both
    values["again"] = max(0, values["pathways"] - values["with_pathway"])
    values["carried"] = values["pathways"] - values["pathways_opened"]
    values["siblings"] = max(0, values["children"] - values["families"])
    tables += [
        Table("children", ("families", "siblings"), overlapping=True),  # a child may have no known adult
        Table("pathways", ("pathways_open", "pathways_ended")),
        Table("pathways", ("pathways_opened", "carried")),
    ]
    return Web(values, tables)


def _table(figures: Figures, indicator: Indicator, dimension: str) -> tuple[dict[str, int], Table]:
    table = figures.table(indicator.code, DIMENSIONS[dimension])
    parts = {name_of(indicator.code, dimension, value): count for (value,), count in table}
    whole = name_of(indicator.code)
    if dimension == "district":  # the codes are parts of « en quartier prioritaire »
        parts = {name: count for name, count in parts.items() if "=QN" in name}
        whole = name_of(indicator.code, "residence", "in_district")
    computed = ("with_pathway", "again") if dimension == "participation" else ()
    return parts, Table(whole, tuple(parts), computed, DIMENSIONS[dimension].overlapping)


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


@dataclass(frozen=True, slots=True)
class Before:
    """What was told of a period: to those who steer, or in a report."""

    period: Period
    figures: Figures
    hidden: frozenset[str]


def hidden_numbers(
    figures: Figures, behind: Behind, *, threshold: int, before: Iterable[Before]
) -> frozenset[str]:
    """What to hide of `figures`, given all that was told before."""
    web = web_of(figures)
    small = {name for name, value in web.values.items() if 0 < value < threshold}
    small |= few_behind(figures, behind, threshold)
    for one in before:
        small |= _of_before(web, figures.period, one, threshold)
    return frozenset(spread(small, web.tables))


def spread(small: Iterable[str], tables: Iterable[Table]) -> set[str]:
    """The small numbers, the tables in which they are, and the tables of each number of those."""
    hidden, waiting = set(small), list(tables)
    while found := [
        table for table in waiting if hidden.intersection((table.whole, *table.parts, *table.computed))
    ]:
        waiting = [table for table in waiting if table not in found]
        hidden.update(part for table in found for part in table.parts)
    return hidden


def _of_before(web: Web, period: Period, before: Before, threshold: int) -> set[str]:
    """Of the same period: what was hidden stays so, and what moved a little is hidden. Ten more sessions may
    be one child's: what is not counted in children is hidden whenever it moved.

    Of the year before or after: pathways open at the end of one are those with which the next one begins,
    so that where one of these numbers is hidden, the other is too.
    """
    told = before.period
    if told == period:
        known = web_of(before.figures).values
        moved = {name: abs(value - known.get(name, 0)) for name, value in web.values.items()}
        little = {name for name, by in moved.items() if by and (by < threshold or not _of_children(name))}
        return little | (before.hidden & web.values.keys())
    day = timedelta(days=1)
    if told.last + day == period.first and "pathways_open" in before.hidden:
        return {"carried"}
    if period.last + day == told.first and "carried" in before.hidden:
        return {"pathways_open"}
    return set()


def _of_children(name: str) -> bool:
    return name in COMPUTED or INDICATORS[name.partition("/")[0]].unit in OF_CHILDREN


def told_on(period: Period, today: date) -> date:
    """Of a period that runs, the end of last month."""
    return period.last if today > period.last else today.replace(day=1) - timedelta(days=1)


def own_kind() -> str:
    """Of the town's periods: `school_year` or `calendar_year`."""
    return str(context.require().config.get("calendar", {}).get("period", "school_year"))


def snapshots_for_steering() -> list[Snapshot]:
    return list(Snapshot.objects.filter(purpose=Purpose.STEERING).order_by("made_at", "pk"))


def told_before() -> list[Before]:
    """Years that were frozen for those who steer, and those that reports told. Raises AlteredError."""
    frozen_for_them = [(one, frozen.hidden_in(one)) for one in snapshots_for_steering()]
    in_reports = [
        (told.snapshot, frozenset(told.hidden[ReportKind.STEERING]))
        for told in ToldFigures.objects.select_related("snapshot").order_by("pk")
    ]
    return [
        Before(Period(one.first_on, one.last_on), frozen.figures_of(one), hidden)
        for one, hidden in [*frozen_for_them, *in_reports]
    ]
