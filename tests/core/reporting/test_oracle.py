"""Engine and oracle agree on random populations, to the last number: merges, past days, free periods too."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from core.children.models import Child
from core.children.operations.merging import CannotMergeError, merge
from core.people.enums import Role
from core.reporting import indicators
from core.reporting.indicators import Figures, Period
from tenants.context import Place
from tests.core.pathways import making
from tests.core.pathways.making import NOW
from tests.core.reporting.oracle import Answers, answers
from tests.core.reporting.population import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_town_a")]
YEAR, BEFORE, CALENDAR = (
    indicators.school_year(2025),
    indicators.school_year(2024),
    indicators.calendar_year(2025),
)
FREE = Period(date(2025, 10, 13), date(2026, 2, 28))
LEAP = Period(date(2024, 1, 10), date(2024, 2, 29))
PERIODS = (YEAR, BEFORE, CALENDAR, FREE, LEAP)
DAYS = sorted(
    {
        day + timedelta(days=away)
        for period in PERIODS
        for day in (period.first, period.last, period.first + (period.last - period.first) / 2)
        for away in (-1, 0, 1)
    }
)


def often(times: int) -> Any:
    """A seed does not shrink: what fails is shown as drawn."""
    return settings(
        max_examples=times,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def differences(figures: Figures, told: Answers) -> dict[object, tuple[int, int]]:
    keys = {*figures.counts, *told.counts}
    found: dict[object, tuple[int, int]] = {}
    for key in keys:
        engine, oracle = figures.counts.get(key, 0), told.counts.get(key, 0)
        if engine != oracle:
            found[key] = (engine, oracle)
    return found


def check(period: Period, at: date) -> None:
    figures = indicators.compute(period, at=at)
    if at < period.first:
        assert figures.counts == {}
        return
    told = answers(period.first, figures.on, figures.ages_on)
    assert differences(figures, told) == {}
    for code in told.lengths:
        number, total, middle = told.spread(code)
        spread = figures.spreads[code]
        assert (spread.number, spread.total) == (number, total), code
        assert spread.median == (None if middle is None else Decimal(str(middle))), code


def unite_some(rng: Random, times: int) -> int:
    """By the operation itself, which refuses some pairs; chains come of it."""
    by, done = making.user(Role.COORDINATOR), 0
    for _ in range(times):
        alone = list(Child.objects.alone().order_by("pk"))
        kept, merged = rng.sample(alone, 2)
        try:
            with transaction.atomic():
                merge(by=by, at=NOW, kept=kept, merged=merged, reason="Le même enfant")
            done += 1
        except CannotMergeError:
            continue
    return done


@often(12)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(1, 30),
    period=st.sampled_from(PERIODS),
    at=st.sampled_from(DAYS),
)
def test_every_number_agrees(seed: int, size: int, period: Period, at: date) -> None:
    with transaction.atomic():
        Town(Random(seed), DAYS, making.user(Role.COORDINATOR)).fill(size)
        note(f"{period.code} at {at}")
        check(period, at)
        transaction.set_rollback(True)


@often(5)
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS))
def test_united_files_are_one_child(seed: int, period: Period) -> None:
    rng = Random(seed)
    with transaction.atomic():
        Town(rng, DAYS, making.user(Role.COORDINATOR)).fill(16)
        united = unite_some(rng, 8)
        note(f"{united} united, {period.code}")
        check(period, period.last)
        transaction.set_rollback(True)


def test_ages_may_be_taken_on_the_first_day(town_a: Place) -> None:
    Town(Random(7), DAYS, making.user(Role.COORDINATOR)).fill(25)
    town_a.config["calendar"] = {"age_on": "period_start"}
    try:
        assert indicators.compute(YEAR).ages_on == YEAR.first
        check(YEAR, YEAR.last)
    finally:
        del town_a.config["calendar"]


def test_last_year_does_not_move_when_this_year_does() -> None:
    """What is dated later leaves a year that is over as it was."""
    Town(Random(3), [day for day in DAYS if day <= BEFORE.last], making.user(Role.COORDINATOR)).fill(30)
    before = indicators.compute(BEFORE)
    later = [BEFORE.last + timedelta(days=days) for days in (1, 30, 200)]
    Town(Random(4), later, making.user(Role.COORDINATOR)).fill(30)
    assert indicators.compute(BEFORE) == before
    assert indicators.compute(YEAR).count("children") > 0
