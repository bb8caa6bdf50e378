"""Attacks on what those who steer are told: by linear programming, and by knowing the rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from random import Random

import highspy
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.people.enums import Role
from core.reporting import boards, indicators, published, readers
from core.reporting.indicators import MEANS, Figures, Spread
from core.reporting.steering import Before, Table, Web, hidden_numbers, spread, web_of
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
    program.setOptionValue("threads", 1)  # as the release engine: one setting a process
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
    hidden = hidden_numbers(figures, behind, threshold=THRESHOLD, before=[])
    assert {name for name, value in values.items() if 0 < value < THRESHOLD} - {"again", "with_pathway"} <= (
        hidden
    )
    untold = {*hidden, "again", "with_pathway", "carried"}
    for name, (low, high) in attacked(values, tables, untold).items():
        assert low <= values[name] <= high
        if name in hidden:
            assert high >= THRESHOLD, (name, low, high)
            assert high - low >= THRESHOLD, (name, low, high)


# --- side doors ----------------------------------------------------------------------------------
def of(counts: dict[tuple[str, tuple[tuple[str, str], ...]], int], **spreads: Spread) -> Figures:
    return Figures(YEAR, YEAR.last, YEAR.last, "x", counts, spreads)


def told(figures: Figures, *, exact: bool = True, before: Iterable[Before] = ()) -> readers.Masked:
    behind = {("sessions", "", ""): 30}
    hidden = (
        hidden_numbers(figures, behind, threshold=THRESHOLD, before=before) if exact else frozenset[str]()
    )
    return readers.Masked(figures, hidden, THRESHOLD, exact=exact)


def test_the_same_children_are_told_by_one_dimension_once() -> None:
    """34 opened of 39 children, 9 of them boys and 5 of all in a group alone: at least 4 boys opened one."""
    sexes = {"f": 30, "m": 9}
    counts = {("children", ()): 39, ("pathways_opened", ()): 34, ("pathways", ()): 34}
    counts |= {("children", (("sex", sex),)): number for sex, number in sexes.items()}
    counts |= {("pathways_opened", (("sex", "f"),)): 30, ("pathways_opened", (("sex", "m"),)): 4}
    reader = told(of(counts))
    assert reader.count("children", sex="m").value == 9
    assert not reader.tells("pathways_opened", "sex")
    assert reader.count("pathways_opened", sex="f").is_hidden, "told, it would say that no other is small"
    titles = [chart.title for section in boards.board_of(reader, None).sections for chart in section.charts]
    assert any(title.startswith("Enfants accompagnés\u00a0: sexe") for title in titles)
    assert not any(title.startswith("Parcours commencés\u00a0: sexe") for title in titles)


def test_a_length_is_told_with_its_table_and_never_the_one_in_the_middle() -> None:
    spread = Spread(12, 12 * 400, Decimal(390))
    counts = {
        ("pathways_ended", ()): 12,
        ("pathways", ()): 12,
        ("pathways_ended", (("reason", "moved"),)): 12,
    }
    spreads = {"pathway_duration": spread}
    shown = told(of(counts | {("pathways_ended", (("duration", "12-17"),)): 12}, **spreads))
    assert shown.mean(MEANS["pathway_duration"])[:2] == (published.said_mean(spread, "months"), "")
    split = {
        ("pathways_ended", (("duration", code),)): number for code, number in (("0-5", 2), ("12-17", 10))
    }
    assert told(of(counts | split, **spreads)).mean(MEANS["pathway_duration"]) == (readers.HIDDEN, "", "")


def test_of_a_year_that_nobody_froze_totals_alone_in_classes() -> None:
    said = [told(of({("mistakes", ()): n}), exact=False).count("mistakes").text for n in (0, 1, 4, 5, 12)]
    assert said == ["moins de 5"] * 3 + ["5 à 9", "10 à 19"]
    reader = told(of({("children", ()): 60, ("children", (("sex", "f"),)): 60}), exact=False)
    assert reader.count("children").text == "50 à 99"
    assert reader.count("children", sex="f").is_hidden
    assert not any(
        section.charts for section in boards.board_of(reader, None).sections if section.code != "network"
    )


def test_hidden_districts_are_not_even_named() -> None:
    where = {"QN08201I": 2, "QN08202M": 20}
    counts = {("children", ()): 40, ("children", (("residence", "in_district"),)): 22}
    counts |= {("children", (("residence", "outside"),)): 18}
    counts |= {("children", (("district", code),)): number for code, number in where.items()}
    page = str(boards.board_of(told(of(counts)), None))
    assert "QN08" not in page
    (
        counts[("children", (("district", "QN08201I"),))],
        counts[("children", (("residence", "in_district"),))],
    ) = 6, 26
    counts[("children", ())] = 44
    assert "QN08201I" in str(boards.board_of(told(of(counts)), None))


def test_what_is_not_counted_in_children_is_hidden_whenever_it_moved() -> None:
    """Six more sessions may be of one child."""
    first = of({("sessions_held", ()): 14, ("children", ()): 40})
    before = [Before(YEAR, first, frozenset())]
    moved = told(of({("sessions_held", ()): 20, ("children", ()): 40}), before=before)
    assert moved.count("sessions_held").is_hidden
    assert moved.count("children").value == 40
    assert told(first, before=before).count("sessions_held").value == 14
