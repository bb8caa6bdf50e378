"""When a message that can wait may leave: neither at night, nor on a week-end, nor on a public holiday.

The night is the town's (`calendar.quiet_hours` of its file), and so are the school holidays
(`calendar.holidays`), during which schools and families are not reminded of anything.
"""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.pathways.holidays import easter, in_school_holidays, public_holidays
from tenants import context

__all__ = ["easter", "in_school_holidays", "is_working_day", "leaving_at", "next_moment", "public_holidays"]

SATURDAY = 5
SPREAD = timedelta(minutes=10)
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


def leaving_at(at: datetime) -> datetime:
    """The same for one message: what was held leaves within some minutes, and not all towns' at once."""
    opens = next_moment(at)
    return opens if opens == at else opens + SPREAD * random.random()  # noqa: S311 (spreads load)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def _hours() -> tuple[time, time]:
    """From when until when mail may leave in a day; `quiet_hours` run over midnight or within the night."""
    quiet = _calendar().get("quiet_hours") or {"starts": "20:00", "ends": "07:30"}
    starts, ends = time.fromisoformat(str(quiet["starts"])), time.fromisoformat(str(quiet["ends"]))
    return (ends, starts) if ends < starts else (ends, time.max)


def _calendar() -> dict[str, Any]:
    calendar: dict[str, Any] = context.require().config.get("calendar", {})
    return calendar
