"""When a review is due: the rhythm of the town's own file, and plain arithmetic of dates."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from tenants import context

LONGEST = 366  # days from one review to the next, whatever is agreed


@dataclass(frozen=True, slots=True)
class Rhythm:
    """As in the town's file; the values are those of its defaults."""

    first_review_weeks: int = 12
    review_months: int = 6
    review_reminder_days: int = 15
    pathway_months: int = 12

    def first_due(self, started_on: date, *, on: date) -> date:
        """The first review of a pathway, planned on the day `on`.

        A pathway taken over from paper long after its start is not late from its first day: it joins the
        rhythm at the next date.
        """
        first = due = started_on + timedelta(weeks=self.first_review_weeks)
        turns = 0
        while due < on:
            turns += 1
            due = months_after(first, turns * self.review_months)
        return due

    def next_due(self, held_on: date) -> date:
        return months_after(held_on, self.review_months)


def of_town() -> Rhythm:
    known = context.require().config.get("rhythm", {})
    return Rhythm(**{name: int(known[name]) for name in Rhythm.__slots__ if name in known})


def months_after(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
