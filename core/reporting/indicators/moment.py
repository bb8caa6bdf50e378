"""At what day a town's figures are read, by its own calendar."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.reporting.indicators.periods import SCHOOL_YEAR_START, Period, school_year_of
from tenants import context


@dataclass(frozen=True)
class Moment:
    """A period seen from the day `on`: nothing dated later is counted. Ages are taken on `ages_on`."""

    period: Period
    on: date
    ages_on: date
    school_year_start: tuple[int, int] = SCHOOL_YEAR_START

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def has_begun(self) -> bool:
        return self.first <= self.on

    @cached_property
    def school_years(self) -> list[tuple[date, int]]:
        """(first day, year) of each school year that the period touches, the last one first."""
        from_year = school_year_of(self.first, self.school_year_start)
        until_year = school_year_of(self.on, self.school_year_start)
        return [(date(year, *self.school_year_start), year) for year in range(until_year, from_year - 1, -1)]

    def born_by(self, age: int) -> date:
        """The last birth date of those who have turned `age` on `ages_on`."""
        day = self.ages_on
        try:
            return day.replace(year=day.year - age)
        except ValueError:  # 29 February: who was born on 1 March is not that old yet
            return date(day.year - age, 2, 28)


def moment_of(period: Period, at: date) -> Moment:
    """By the calendar of the town that is entered."""
    calendar = context.require().config.get("calendar", {})
    ages_on = period.first if calendar.get("age_on") == "period_start" else period.last
    return Moment(period, min(period.last, at), ages_on, start_of_school_year())


def start_of_school_year() -> tuple[int, int]:
    """(month, day) from the town's file."""
    text = str(context.require().config.get("calendar", {}).get("school_year_start", "09-01"))
    month, day = text.split("-")
    return int(month), int(day)
