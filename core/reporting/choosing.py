"""Which period a page is of, and which ones are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from core.pathways.models import Pathway, Referral
from core.reporting import steering
from core.reporting.indicators import Period, PeriodKind, calendar_year, parse, school_year, school_year_of
from core.reporting.indicators.moment import start_of_school_year

MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str
    chosen: bool


def current(kind: str, today: date) -> Period:
    """The year of that kind that runs."""
    if kind == PeriodKind.CALENDAR_YEAR:
        return calendar_year(today.year)
    start = start_of_school_year()
    return school_year(school_year_of(today, start), start)


def years_of(kind: str, today: date) -> list[Period]:
    """From the first year in which something was written, the running one first."""
    found, period = [], current(kind, today)
    earliest = _earliest() or today
    while period.last >= earliest and len(found) < MOST_YEARS:
        found.append(period)
        period = period.before()
    return found or [current(kind, today)]


def _earliest() -> date | None:
    first = Pathway.objects.aggregate(first=Min("started_on"))["first"]
    other = Referral.objects.aggregate(first=Min("received_on"))["first"]
    return min((day for day in (first, other) if day is not None), default=None)


def own_years(today: date) -> list[Period]:
    return years_of(steering.own_kind(), today)


def all_years(today: date) -> list[Period]:
    """Of both kinds, the town's own first."""
    own = steering.own_kind()
    other = PeriodKind.SCHOOL_YEAR if own == PeriodKind.CALENDAR_YEAR else PeriodKind.CALENDAR_YEAR
    return [*years_of(own, today), *years_of(other, today)]


def chosen(params: Mapping[str, str], offered: list[Period], *, free: bool) -> Period:
    """The period that the address names, when it may be seen; else the first one offered."""
    wanted = parse(params.get("periode", ""))
    if wanted is None or (wanted not in offered and not free):
        return offered[0]
    return wanted


def choices(offered: list[Period], period: Period) -> list[Choice]:
    listed = offered if period in offered else [period, *offered]
    return [Choice(one.code, one.label[:1].upper() + one.label[1:], one == period) for one in listed]


def same_day_before(period: Period, on: date) -> date:
    """Of the period before, the day to compare with: as far into it as `on` is into this one."""
    before = period.before()
    if on >= period.last:
        return before.last
    return min(before.last, before.first + (on - period.first))
