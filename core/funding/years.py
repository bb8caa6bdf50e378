"""A year that money is for: a school year, by the town's own calendar, or a civil one."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.funding.enums import YearKind
from core.ui.typography import NO_BREAK
from tenants import context

_CODE = re.compile(r"(scolaire|civile)-(\d{4})")
EARLIEST, LATEST = 2005, 2100  # programmes exist since the law of 18 January 2005


@dataclass(frozen=True, slots=True, order=True)
class FundingYear:
    """`number` is the year in which it begins."""

    number: int
    kind: YearKind

    @property
    def first(self) -> date:
        return date(self.number, *self._start)

    @property
    def last(self) -> date:
        return date(self.number + 1, *self._start) - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def code(self) -> str:
        return f"{self.kind.value}-{self.number}"

    @property
    def label(self) -> str:
        if self.kind == YearKind.CIVIL:
            return f"année{NO_BREAK}{self.number}"
        return f"année scolaire {self.number}-{self.number + 1}"

    @property
    def _start(self) -> tuple[int, int]:
        return (1, 1) if self.kind == YearKind.CIVIL else start_of_school_year()


def start_of_school_year() -> tuple[int, int]:
    """(month, day) from the town's file."""
    text = str(_calendar().get("school_year_start", "09-01"))
    month, day = text.split("-")
    return int(month), int(day)


def parse(code: str) -> FundingYear | None:
    found = _CODE.fullmatch(code)
    if found is None or not EARLIEST <= int(found[2]) <= LATEST:
        return None
    return FundingYear(int(found[2]), YearKind(found[1]))


def current(kind: YearKind, today: date) -> FundingYear:
    this = FundingYear(today.year, kind)
    return this if this.first <= today else FundingYear(today.year - 1, kind)


def own_kind() -> YearKind:
    """The kind of year of the town's own figures."""
    return YearKind.CIVIL if _calendar().get("period") == "calendar_year" else YearKind.SCHOOL


def around(today: date, *, before: int, after: int) -> list[FundingYear]:
    """Years of both kinds around today's, the latest first, those of the town's own kind before others."""
    own = own_kind()
    kinds = [own, *(kind for kind in YearKind if kind != own)]
    return [
        FundingYear(number, kind)
        for kind in kinds
        for number in range(current(kind, today).number + after, current(kind, today).number - before - 1, -1)
    ]


def _calendar() -> dict[str, object]:
    return dict(context.require().config.get("calendar", {}))
