"""When a message that can wait may leave: neither at night, nor on a week-end, nor on a public holiday.

The night is the town's (`calendar.quiet_hours` of its file), and so are the school holidays
(`calendar.holidays`), during which schools and families are not reminded of anything.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from tenants import context

SATURDAY = 5
LONGEST = 15  # days; a file that allowed no moment at all would hold its mail for ever


def next_moment(at: datetime) -> datetime:
    """The first moment from `at` on when a message may leave, in the town's time."""
    if not settings.QUIET_TIMES:
        return at
    here = timezone.localtime(at)
    for _ in range(LONGEST):
        opens, closes = _hours()
        if is_working_day(here.date()):
            if opens <= here.time() < closes:
                return here
            if here.time() < opens:
                return here.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
        here = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return here


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def in_school_holidays(day: date) -> bool:
    """Of the town's file."""
    holidays = _calendar().get("holidays", [])
    return any(_day(one["starts_on"]) <= day <= _day(one["ends_on"]) for one in holidays)


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


def _hours() -> tuple[time, time]:
    """From when until when mail may leave in a day; `quiet_hours` run over midnight or within the night."""
    quiet = _calendar().get("quiet_hours") or {"starts": "20:00", "ends": "07:30"}
    starts, ends = time.fromisoformat(str(quiet["starts"])), time.fromisoformat(str(quiet["ends"]))
    return (ends, starts) if ends < starts else (ends, time.max)


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))


def _calendar() -> dict[str, Any]:
    calendar: dict[str, Any] = context.require().config.get("calendar", {})
    return calendar
