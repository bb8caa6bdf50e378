"""Attacks on masked figures: by sums and differences, by linear programming, by knowing the algorithm."""

from collections import defaultdict
from itertools import product
from random import Random

import highspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.partners import counts
from core.reporting.masking import (
    CyclicError,
    DoNotAddUpError,
    Interval,
    Sum,
    Told,
    bounds,
    exactly,
    is_protected,
    mask,
)

THRESHOLD = 5
Values = dict[str, int]


def in_classes(value: int) -> Interval:
    """As `core.partners.counts` says them: 5 to 9, 10 to 19… Zero is told as it is."""
    steps = [*counts.bounds(THRESHOLD), 10**9]
    low = counts.floor(value, exact=False, smallest=THRESHOLD)
    return (0, 0) if not value else (low, steps[steps.index(low) + 1] - 1)


WAYS: list[Told] = [exactly, in_classes]


def random_tree(rng: Random, depth: int = 0, name: str = "all") -> tuple[Values, list[Sum]]:
    """A total broken down in several ways, some parts of which are broken down again."""
    values: Values = {}
    sums: list[Sum] = []
    if depth == 0:
        values[name] = rng.choice([3, 12, 40, 160, 700])
    return _break_down(rng, values, sums, name, depth)


def _break_down(
    rng: Random, values: Values, sums: list[Sum], name: str, depth: int
) -> tuple[Values, list[Sum]]:
    for way in range(rng.randint(1, 3) if depth == 0 else rng.randint(0, 1)):
        left, parts = values[name], []
        size = rng.randint(2, 6)
        for place in range(size):
            part = f"{name}/{way}.{place}"
            share = (
                left if place == size - 1 else min(left, rng.choice([0, 1, 2, 4, 6, left // 3, left // 2]))
            )
            values[part], left = share, left - share
            parts.append(part)
        sums.append(Sum(name, tuple(parts)))
        if depth < 2:
            for part in parts:
                if rng.random() < 0.3:
                    _break_down(rng, values, sums, part, depth + 1)
    return values, sums


def attacked(values: Values, sums: list[Sum], hidden: frozenset[str], told: Told) -> dict[str, Interval]:
    """The least and the most that each hidden number may be, by linear programming over all that is known."""
    program = highspy.Highs()
    program.setOptionValue("output_flag", False)
    place = {name: index for index, name in enumerate(values)}
    for name, value in values.items():
        low, high = (0, highspy.kHighsInf) if name in hidden else told(value)
        program.addVar(low, high)
    for one in sums:
        columns = [place[one.whole], *(place[part] for part in one.parts)]
        program.addRow(0, 0, len(columns), columns, [-1.0, *(1.0 for _ in one.parts)])
    found = {}
    for name in sorted(hidden):
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            program.changeObjectiveSense(sense)
            program.changeColsCost(len(values), list(range(len(values))), [float(n == name) for n in values])
            program.run()
            status = program.getModelStatus()
            endless = status != highspy.HighsModelStatus.kOptimal
            ends.append(10**9 if endless else round(program.getInfo().objective_function_value))
        found[name] = (ends[0], ends[1])
    return found


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), told=st.sampled_from(WAYS))
def test_linear_programming_finds_no_hidden_number(seed: int, told: Told) -> None:
    values, sums = random_tree(Random(seed))
    hidden = mask(values, sums, threshold=THRESHOLD, told=told)
    assert {name for name, value in values.items() if 0 < value < THRESHOLD} <= hidden
    computed = bounds(values, sums, hidden, told)
    everything = hidden >= {name for name, value in values.items() if value}
    for name, (low, high) in attacked(values, sums, hidden, told).items():
        assert (low, min(high, 10**9)) == (computed[name][0], min(computed[name][1], 10**9)), name
        assert low <= values[name] <= high
        assert is_protected((low, high), THRESHOLD) or everything, (name, low, high)


def test_hiding_small_numbers_alone_is_broken() -> None:
    """The attack is a real one."""
    values = {"all": 43, "girls": 3, "boys": 40}
    sums = [Sum("all", ("girls", "boys"))]
    assert attacked(values, sums, frozenset({"girls"}), exactly) == {"girls": (3, 3)}
    assert mask(values, sums, threshold=THRESHOLD) == {"girls", "boys"}


@pytest.mark.parametrize(("cells", "most"), [(3, 14), (4, 10)])
def test_knowing_the_algorithm_does_not_help(cells: int, most: int) -> None:
    """All tables that give the same view are listed: each small number stays one of several."""
    names = tuple(f"c{place}" for place in range(cells))
    sums = [Sum("all", names)]
    views: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=cells):
        values = {"all": sum(numbers), **dict(zip(names, numbers, strict=True))}
        hidden = mask(values, sums, threshold=THRESHOLD)
        views[tuple(None if name in hidden else value for name, value in values.items())].append(numbers)
    complete = {view: tables for view, tables in views.items() if max(map(max, tables)) < most}
    assert len(complete) > 100
    for view, tables in complete.items():
        for place in range(cells):
            seen = {table[place] for table in tables}
            small = view[place + 1] is None and any(0 < number < THRESHOLD for number in seen)
            assert not small or len(seen) > 1, (view, tables)


def test_what_an_earlier_release_hid_stays_hidden() -> None:
    values = {"all": 60, "a": 12, "b": 18, "c": 30}
    sums = [Sum("all", ("a", "b", "c"))]
    assert mask(values, sums, threshold=THRESHOLD) == frozenset()
    assert mask(values, sums, threshold=THRESHOLD, hidden={"a"}) == {"a", "b"}


def test_what_was_told_is_not_hidden_any_more() -> None:
    values = {"all": 60, "a": 3, "b": 27, "c": 30}
    sums = [Sum("all", ("a", "b", "c"))]
    assert mask(values, sums, threshold=THRESHOLD, fixed={"b"}) == {"a", "c"}


def test_numbers_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(DoNotAddUpError):
        mask({"all": 10, "a": 3, "b": 6}, [Sum("all", ("a", "b"))], threshold=THRESHOLD)


def test_a_cycle_is_refused() -> None:
    square = [Sum("all", ("a", "b")), Sum("sum", ("a", "b"))]
    with pytest.raises(CyclicError):
        mask({"all": 1, "sum": 1, "a": 1, "b": 0}, square, threshold=THRESHOLD)
