"""Attacks on what those who steer are told: by linear programming, and by knowing the rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from random import Random

import highspy
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.people.enums import Role
from core.reporting import indicators, readers
from core.reporting.steering import Table, Web, hidden_numbers, spread, web_of
from tests.core.pathways import making
from tests.core.reporting.population import Town

THRESHOLD = 5
YEAR = indicators.school_year(2025)
DAYS = [date.fromordinal(YEAR.first.toordinal() + number) for number in range(-300, 365, 11)]
Values = dict[str, int]
Interval = tuple[float, float]
# What a reader computes beside the tables: children with a pathway, and their second pathways.
BESIDE = [Table("with_pathway", ("of/pathway", "of/both")), Table("pathways", ("with_pathway", "again"))]


def hidden_of(values: Values, tables: list[Table], threshold: int) -> frozenset[str]:
    return frozenset(spread((name for name, value in values.items() if 0 < value < threshold), tables))


# --- who knows the rule --------------------------------------------------------------------------
def one_table() -> Iterator[Values]:
    for cells in product(range(13), repeat=3):
        if sum(cells) <= 12:
            yield {"all": sum(cells), "a": cells[0], "b": cells[1], "c": cells[2]}


def two_levels() -> Iterator[Values]:
    """Where children live, and in which of two districts."""
    for north, south, outside, unknown in product(range(9), repeat=4):
        total = north + south + outside + unknown
        if total <= 8:
            yield {
                "all": total,
                "in": north + south,
                "outside": outside,
                "unknown": unknown,
                "north": north,
                "south": south,
            }


def life() -> Iterator[Values]:
    """Children and pathways, which hang together by the children who have one."""
    for pathway, both, group, again in product(range(7), repeat=4):
        children, pathways = pathway + both + group, pathway + both + again
        if children > 6 or pathways > 6:
            continue
        for opened, ended in product(range(pathways + 1), repeat=2):
            yield {
                "children": children,
                "of/pathway": pathway,
                "of/both": both,
                "of/group": group,
                "pathways": pathways,
                "again": again,
                "with_pathway": pathway + both,
                "opened": opened,
                "carried": pathways - opened,
                "open": pathways - ended,
                "ended": ended,
            }


ONE = [Table("all", ("a", "b", "c"))]
TWO = [Table("all", ("in", "outside", "unknown")), Table("in", ("north", "south"))]
LIFE = [
    Table("children", ("of/pathway", "of/both", "of/group"), computed=("with_pathway", "again")),
    Table("pathways", ("opened", "carried")),
    Table("pathways", ("open", "ended")),
]


@pytest.mark.parametrize(
    ("worlds", "tables", "threshold"),
    [(one_table, ONE, 5), (two_levels, TWO, 3), (life, LIFE, 3)],
    ids=["one", "two", "life"],
)
def test_knowing_the_rule_gives_no_small_number(worlds: object, tables: list[Table], threshold: int) -> None:
    """All that would be told in the same way are listed: each small number stays one of several."""
    assert callable(worlds)
    computed = {name for table in tables for name in table.computed} | {"carried"}
    views: dict[tuple[object, ...], list[Values]] = defaultdict(list)
    for values in worlds():
        hidden = hidden_of(values, tables, threshold) | computed
        views[tuple(None if name in hidden else value for name, value in values.items())].append(values)
    assert len(views) > 20
    for view, found in views.items():
        for name in found[0]:
            seen = {values[name] for values in found}
            assert len(seen) > 1 or not 0 < min(seen) < threshold, (view, name, seen)


def test_hiding_small_numbers_alone_is_broken() -> None:
    """The attack is a real one."""
    values = {"all": 43, "girls": 3, "boys": 40}
    tables = [Table("all", ("girls", "boys"))]
    assert attacked(values, tables, {"girls"}) == {"girls": (3, 3)}
    assert hidden_of(values, tables, THRESHOLD) == {"girls", "boys"}
    assert attacked(values, tables, {"girls", "boys"})["girls"] == (0, 43)


def test_tables_without_a_small_number_are_told() -> None:
    values = {"all": 40, "in": 20, "outside": 20, "unknown": 0, "north": 17, "south": 3}
    assert hidden_of(values, TWO, THRESHOLD) == {"north", "south"}
    assert hidden_of(values | {"north": 14, "south": 6}, TWO, THRESHOLD) == frozenset()
    assert hidden_of(values | {"outside": 2, "in": 38}, TWO, THRESHOLD) == set(values) - {"all"}


# --- who computes --------------------------------------------------------------------------------
def attacked(values: Values, tables: Iterable[Table], hidden: Iterable[str]) -> dict[str, Interval]:
    """The least and the most that each hidden number may be, by linear programming over all that is told."""
    program = highspy.Highs()
    program.setOptionValue("output_flag", False)
    unknown = set(hidden)
    place = {name: index for index, name in enumerate(values)}
    for name, value in values.items():
        program.addVar(*((0, highspy.kHighsInf) if name in unknown else (value, value)))
    for one in tables:
        columns = [place[name] for name in (one.whole, *one.parts)]
        program.addRow(0, 0, len(columns), columns, [-1.0, *(1.0 for _ in one.parts)])
    found: dict[str, Interval] = {}
    for name in sorted(unknown & values.keys()):
        program.changeColsCost(len(values), list(range(len(values))), [float(n == name) for n in values])
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            program.changeObjectiveSense(sense)
            program.run()
            solved = program.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(round(program.getInfo().objective_function_value) if solved else float("inf"))
        found[name] = (ends[0], ends[1])
    return found


def named_as_here(web: Web) -> tuple[Values, list[Table]]:
    """With what a reader computes beside, under the names of the web."""
    names = {"of/pathway": "children/participation=pathway", "of/both": "children/participation=both"}
    beside = [Table(one.whole, tuple(names.get(part, part) for part in one.parts)) for one in BESIDE]
    return web.values, [one for one in web.tables if not one.overlapping] + beside


@pytest.mark.django_db
@pytest.mark.usefixtures("in_town_a")
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_linear_programming_finds_no_hidden_number(seed: int, size: int) -> None:
    """Over a town's own figures: whatever is hidden may be anything from nothing to no small number."""
    with transaction.atomic():
        Town(Random(seed), DAYS, making.user(Role.COORDINATOR)).fill(size)
        figures = indicators.compute(YEAR, at=YEAR.last)
        behind = readers.behind(figures)
        transaction.set_rollback(True)
    values, tables = named_as_here(web_of(figures))
    for one in tables:
        assert values[one.whole] == sum(values[part] for part in one.parts), one
    hidden = hidden_numbers(figures, behind, threshold=THRESHOLD, snapshots=[])
    assert {name for name, value in values.items() if 0 < value < THRESHOLD} - {"again", "with_pathway"} <= (
        hidden
    )
    untold = {*hidden, "again", "with_pathway", "carried"}
    for name, (low, high) in attacked(values, tables, untold).items():
        assert low <= values[name] <= high
        if name in hidden:
            assert high >= THRESHOLD, (name, low, high)
            assert high - low >= THRESHOLD, (name, low, high)
