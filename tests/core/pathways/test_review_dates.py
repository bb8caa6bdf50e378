"""When a review is due, soon or late: random histories of a few pathways against a plain oracle."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.pathways import reviewing, rhythm
from core.pathways.models import Pathway, Review
from core.pathways.operations import reviews
from core.pathways.operations.transitions import CannotMove
from core.pathways.rhythm import Rhythm, months_after
from tenants.context import Place
from tests.core.pathways.living import Life, end
from tests.core.pathways.making import NOW, TODAY
from tests.core.pathways.reviewing import LongLife, planned, told

pytestmark = pytest.mark.usefixtures("in_town_a")


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, wanted: date) -> None:
    assert months_after(day, months) == wanted


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(0, 2000))
def test_the_first_date_is_never_past_and_the_town_s_first_one_where_it_can(
    started: date, after: int
) -> None:
    pace, on = Rhythm(), started + timedelta(days=after)
    due = pace.first_due(started, on=on)
    first = started + timedelta(weeks=12)
    assert due >= on
    assert due == first if first >= on else (due - on).days <= 31 * pace.review_months


def test_a_pathway_starts_with_its_first_review_by_the_rhythm_of_the_town(in_town_a: Place) -> None:
    in_town_a.config["rhythm"] = {"first_review_weeks": 4, "review_months": 2}
    life = Life()
    assert planned(life.pathway).due_on == TODAY + timedelta(weeks=4)
    review = planned(life.pathway)
    at = NOW + timedelta(days=3)
    reviews.hold_review(
        review=review, told=told(life.pathway, held_on=TODAY), version=0, by=life.referent, at=at
    )
    assert planned(life.pathway).due_on == months_after(TODAY, 2)


def test_the_night_plans_what_nothing_planned_and_nothing_twice() -> None:
    life = Life()
    Review.objects.all().delete()
    assert reviews.plan_missing(at=NOW) == 1
    assert planned(life.pathway).due_on == TODAY + timedelta(weeks=12)
    assert reviews.plan_missing(at=NOW) == 0
    Review.objects.all().delete()
    later = NOW + timedelta(days=400)
    assert reviews.plan_missing(at=later) == 1
    assert later.date() <= planned(life.pathway).due_on <= later.date() + timedelta(days=186)


# --- random histories ------------------------------------------------------------------------------


@dataclass
class Told:
    """What a person with a paper calendar knows of one pathway."""

    due: date
    ended: bool = False
    held: list[date] = field(default_factory=list)


def oracle(known: dict[int, Told], on: date, reminder: int) -> tuple[list[int], list[int]]:
    """Pathways whose review is late, and those whose review is soon: nothing else is ever shown."""
    late = [pk for pk, one in known.items() if not one.ended and one.due < on]
    soon = [
        pk for pk, one in known.items() if not one.ended and on <= one.due <= on + timedelta(days=reminder)
    ]
    return sorted(late), sorted(soon)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # which pathway
        st.sampled_from(["hold", "hold", "hold_agreed", "end", "night", "wait"]),
        st.integers(0, 120),  # days that pass before
        st.integers(0, 20),  # days ago on which the review took place
        st.integers(-30, 500),  # days to the date agreed for the next
    ),
    max_size=12,
)


SINCE = NOW - timedelta(days=1500)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_late_and_soon_are_what_a_paper_calendar_says(steps: list[Any], lives: list[LongLife]) -> None:
    now, known = SINCE, {life.pathway.pk: Told(SINCE.date() + timedelta(weeks=12)) for life in lives}
    with transaction.atomic():
        for which, act, wait, ago, agreed in steps:
            now += timedelta(days=wait)
            step(lives[which], known[lives[which].pathway.pk], act, now, ago, agreed)
            check(lives[0], known, now.date())
        transaction.set_rollback(True)


def step(life: Life, one: Told, act: str, now: datetime, ago: int, agreed: int) -> None:
    day = now.date()
    if act == "night":
        reviews.plan_missing(at=now)
    elif act == "end" and not one.ended:
        reviews.cancel_planned(pathway=life.pathway, because="Fin.", by=life.referent, at=now)
        end(life.pathway, on=day)
        one.ended = True
    elif act.startswith("hold"):
        on = day - timedelta(days=ago)
        following = on + timedelta(days=agreed) if act == "hold_agreed" else None
        legal = not one.ended and on >= max([SINCE.date(), *one.held])
        legal = legal and (following is None or 0 < agreed <= 366)
        try:
            hold(life, one, on, following, now)
        except CannotMove:
            assert not legal
        else:
            assert legal
            one.held.append(on)
            one.due = following or months_after(on, 6)


def hold(life: Life, one: Told, on: date, following: date | None, now: datetime) -> None:
    review = Review.objects.filter(pathway=life.pathway).order_by("-pk")[0]
    reviews.hold_review(
        review=review,
        told=told(life.pathway, held_on=on, next_due_on=following),
        version=review.version,
        by=life.referent,
        at=now,
    )


def check(life: Life, known: dict[int, Told], on: date) -> None:
    rows = reviewing.due_reviews(life.coordinator, on)
    shown = [(row.pathway_id, row.is_late(on)) for row in rows]
    late, soon = oracle(known, on, rhythm.of_town().review_reminder_days)
    assert sorted(pk for pk, is_late in shown if is_late) == late
    assert sorted(pk for pk, is_late in shown if not is_late) == soon
    for pk, one in known.items():
        pathway = Pathway.objects.get(pk=pk)
        assert (pathway.state == "ended") == one.ended  # being late never closes anything
        assert Review.objects.held().filter(pathway=pk).count() == len(one.held)


@pytest.fixture
def lives(in_town_a: Place) -> list[LongLife]:
    first = LongLife(SINCE)
    return [first, *(LongLife(SINCE, coordinator=first.coordinator) for _ in range(2))]
