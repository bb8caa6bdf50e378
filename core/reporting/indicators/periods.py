"""A stretch of days that figures are of: a school year, a calendar year, or free dates."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.ui import typography

SCHOOL_YEAR_START = (9, 1)  # month, day; a town's file may say another (calendar.school_year_start)
LONGEST_DAYS = 366 * 5
_CODE = re.compile(r"(\d{4})-(\d{2})-(\d{2})_(\d{4})-(\d{2})-(\d{2})")


class PeriodKind(StrEnum):
    SCHOOL_YEAR = "school_year"
    CALENDAR_YEAR = "calendar_year"
    FREE = "free"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From a day to another, both counted. Raises ValueError when they are not in order, or too far apart."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("La fin de la période ne précède pas son début.")
        if (self.last - self.first).days >= LONGEST_DAYS:
            raise ValueError("Une période dure cinq ans au plus.")

    @property
    def kind(self) -> PeriodKind:
        """By its days alone: a year that begins on 1 January is a calendar year, any other a school year."""
        if _a_year_later(self.first) != self.last + timedelta(days=1):
            return PeriodKind.FREE
        whole = (self.first.month, self.first.day) == (1, 1)
        return PeriodKind.CALENDAR_YEAR if whole else PeriodKind.SCHOOL_YEAR

    @property
    def code(self) -> str:
        """For addresses and files: `2026-09-01_2027-08-31`."""
        return f"{self.first.isoformat()}_{self.last.isoformat()}"

    @property
    def label(self) -> str:
        if self.kind == PeriodKind.CALENDAR_YEAR:
            return f"année{typography.NO_BREAK}{self.first.year}"
        if self.kind == PeriodKind.SCHOOL_YEAR:
            return f"année scolaire {self.first.year}-{self.last.year}"
        return f"du {typography.day(self.first)} au {typography.day(self.last)}"

    def before(self) -> "Period":
        """The one to compare with: the year before, or as many days just before."""
        last = self.first - timedelta(days=1)
        if self.kind == PeriodKind.FREE:
            return Period(last - (self.last - self.first), last)
        return Period(_a_year_earlier(self.first), last)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def school_year(year: int, start: tuple[int, int] = SCHOOL_YEAR_START) -> Period:
    """The school year that starts in `year`; from 1 September unless the town's file says otherwise."""
    return Period(date(year, *start), date(year + 1, *start) - timedelta(days=1))


def calendar_year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


def school_year_of(day: date, start: tuple[int, int] = SCHOOL_YEAR_START) -> int:
    """The year in which the school year of `day` starts."""
    return day.year if (day.month, day.day) >= start else day.year - 1


def parse(code: str) -> Period | None:
    """From `Period.code`; None for anything else."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups()]
    try:
        return Period(date(*numbers[:3]), date(*numbers[3:]))
    except ValueError:
        return None


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _a_year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1)
