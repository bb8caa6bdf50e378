"""The week: what is on each day, one's own or the whole programme's, as far as one may see."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children.opening import signed_in
from core.journal.reading import reads_children
from core.notifications import week as calendar
from core.notifications.today import Reader
from core.notifications.views.noting import note_day
from core.notifications.week import Entry, Span
from core.people.access import charter_required, roles_required
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.sheets import lists
from core.ui.tables import with_params
from core.ui.typography import WEEKDAYS
from core.ui.typography import day as written

A_DAY_SHOWS = 30  # the rest stands on the page of that day
SATURDAY = 5
SEEING_MORE = (Role.COORDINATOR, Role.SECRETARY, Role.REFERENT)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    entries: list[Entry]
    others: int
    today: bool

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.on.weekday()]


@charter_required
@roles_required(*ROLES_UNDER_CHARTER)
@require_safe
@reads_children
def week(request: HttpRequest) -> HttpResponse:
    """`?jour=` is any day of it, `?vue=jour` that day alone, `?tous=1` beyond one's own."""
    reader = Reader(signed_in(request), timezone.now())
    chosen = _day(request.GET.get("jour", "")) or reader.day
    one_day = request.GET.get("vue") == "jour"
    everybody = reader.has(*SEEING_MORE) and request.GET.get("tous") == "1"
    monday = chosen - timedelta(days=chosen.weekday())
    span = (
        Span(chosen, chosen, not everybody) if one_day else Span(monday, monday + timedelta(6), not everybody)
    )
    days = _days(reader, span, one_day)
    shown = [entry.child_id for day in days for entry in day.entries if entry.child_id]
    note_day(request, reader, shown)
    step = timedelta(days=1 if one_day else 7)
    page = {
        "days": days,
        "one_day": one_day,
        "everybody": everybody,
        "may_see_more": reader.has(*SEEING_MORE) and not reader.has(Role.SECRETARY),
        "since": span.since,
        "title": _title(span),
        "before_url": _address(request, jour=chosen - step),
        "after_url": _address(request, jour=chosen + step),
        "now_url": _address(request, jour=""),
        "export_url": lists.address("appointments", reader.user.roles_on(reader.day), request.GET.dict()),
        "whose_url": _address(request, tous="" if everybody else "1"),
        "is_now": span.since <= reader.day <= span.until,
    }
    return render(request, "notifications/week.html", page)


def _days(reader: Reader, span: Span, one_day: bool) -> list[Day]:
    """Saturday and Sunday are there when something is on."""
    found = calendar.by_day(calendar.entries(reader, span))
    days = []
    for offset in range((span.until - span.since).days + 1):
        on = span.since + timedelta(days=offset)
        entries = found.get(on, [])
        if entries or one_day or on.weekday() < SATURDAY:
            shown = entries if one_day else entries[:A_DAY_SHOWS]
            days.append(Day(on, shown, len(entries) - len(shown), on == reader.day))
    return days


def _address(request: HttpRequest, **changes: object) -> str:
    return with_params(request.GET, {name: str(value) for name, value in changes.items()})


def _title(span: Span) -> str:
    """« Semaine du 23 au 29 novembre 2026 », the month twice where it changes."""
    since, until = span.since, span.until
    first = "1er" if since.day == 1 else str(since.day)
    if since.month != until.month:
        first = written(since, year=since.year != until.year)
    return f"Semaine du {first} au {written(until)}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
