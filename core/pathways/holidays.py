"""Days on which schools and most associations are closed: public holidays, and the town's school holidays.

The second are of its configuration (`calendar.holidays`).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tenants import context


def in_school_holidays(day: date) -> bool:
    """Of the town's file."""
    return any(first <= day <= last for first, last in _school_holidays())


def is_closed(day: date) -> bool:
    """A holiday of either kind."""
    return in_school_holidays(day) or day in public_holidays(day.year)


def public_holidays(year: int) -> frozenset[date]:
    """The eleven of the Code du travail (L3133-1)."""
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    sunday = easter(year)
    moving = [sunday + timedelta(days=days) for days in (1, 39, 50)]
    return frozenset([*(date(year, month, day) for month, day in fixed), *moving])


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature, 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    shift = (century + 8) // 25
    moon = (19 * golden + century - century // 4 - (century - shift + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _school_holidays() -> Iterable[tuple[date, date]]:
    holidays = context.require().config.get("calendar", {}).get("holidays", [])
    return [(_day(one["starts_on"]), _day(one["ends_on"])) for one in holidays]


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))
