"""Night, week-ends, public holidays."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.notifications import quiet
from tenants.context import Place, entered

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def inside(town_a: Place) -> Any:
    calendar = {
        "quiet_hours": {"starts": "20:00:00", "ends": "07:30:00"},
        "holidays": [{"label": "Noël", "starts_on": "2026-12-19", "ends_on": "2027-01-03"}],
    }
    with entered(replace(town_a, config={"calendar": calendar})):
        yield


def test_what_was_held_does_not_leave_all_at_once() -> None:
    night = datetime(2026, 11, 24, 6, 0, tzinfo=PARIS)
    opens = quiet.next_moment(night)
    moments = {quiet.leaving_at(night) for _ in range(20)}
    assert len(moments) > 1
    assert all(opens <= moment <= opens + quiet.SPREAD for moment in moments)
    by_day = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)
    assert quiet.leaving_at(by_day) == by_day


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 06:00", "2026-11-24 07:30"),
        ("2026-11-24 20:00", "2026-11-25 07:30"),
        ("2026-11-27 21:00", "2026-11-30 07:30"),  # a Friday evening
        ("2026-11-28 10:00", "2026-11-30 07:30"),
        ("2026-12-24 22:00", "2026-12-28 07:30"),  # Christmas is a Friday
        ("2027-03-28 03:30", "2027-03-30 07:30"),  # Easter Monday, and the hour that summer time skips
    ],
)
def test_when_mail_leaves(at: str, leaves: str) -> None:
    asked = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    assert quiet.next_moment(asked) == datetime.fromisoformat(leaves).replace(tzinfo=PARIS)


def test_a_demonstration_does_not_wait(settings: Any) -> None:
    settings.QUIET_TIMES = False
    night = datetime(2026, 11, 24, 23, tzinfo=PARIS)
    assert quiet.next_moment(night) == night


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "03-31"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert quiet.easter(year) == date.fromisoformat(f"{year}-{day}")


def test_eleven_holidays_a_year() -> None:
    assert len(quiet.public_holidays(2026)) == 11
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= quiet.public_holidays(2026)


def test_school_holidays_are_the_towns() -> None:
    assert quiet.in_school_holidays(date(2026, 12, 19))
    assert not quiet.in_school_holidays(date(2026, 12, 18))
