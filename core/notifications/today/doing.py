"""The day itself, and the roll-calls: what is done with children, by whoever leads it."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.notifications import week
from core.notifications.today.following import outcome_presses
from core.notifications.today.shapes import Line, Reader, Source
from core.notifications.week import Entry, Kind, Span
from core.pathways import roll_calls
from core.pathways.models import Session
from core.people.enums import Role
from core.ui.typography import clock, day, days_away

LEADING = (Role.COORDINATOR, Role.REFERENT, Role.PARTNER_WORKER)
COMING = timedelta(days=14)
DAY = "journee"
SHORT = (Kind.APPOINTMENT, Kind.SESSION, Kind.MEETING)


def _today(reader: Reader) -> list[Entry]:
    """Appointments, sessions and meetings of today, by the hour; what is over is left out."""
    found = week.entries(reader, Span(reader.day, reader.day))
    return [entry for entry in found if entry.kind in SHORT and entry.state == "planned"]


def _hours(rows: Sequence[Entry], reader: Reader) -> list[Line]:
    return [_hour(row, reader) for row in rows]


def _hour(entry: Entry, reader: Reader) -> Line:
    hour = clock(timezone.localtime(entry.starts_at)) if entry.starts_at else "dans la journée"
    detail = ", ".join(part for part in (hour, entry.detail, entry.place, _by(entry, reader)) if part)
    if entry.kind == Kind.APPOINTMENT:
        come = entry.starts_at is not None and entry.starts_at <= reader.at
        presses = outcome_presses(entry.pk) if come else ()
        return Line(entry.title, entry.url, detail, child_id=entry.child_id, presses=presses)
    do = "Faire l’appel" if entry.kind == Kind.SESSION else "Ouvrir la réunion"
    return Line(entry.title, entry.url, detail, do, entry.url)


def _by(entry: Entry, reader: Reader) -> str:
    return "" if entry.who in ("", reader.user.full_name) else f"par {entry.who}"


def _missing(reader: Reader) -> "QuerySet[Session] | None":
    """Sessions of days gone by whose roll nobody called; those of today stand in one's day."""
    if not reader.has(*LEADING):
        return None
    rows = roll_calls.to_call(reader.user, reader.day).filter(on__lt=reader.day)
    return rows.select_related("action__organisation", "action__worker").by_day()


def _rolls(rows: Sequence[Session], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        action = row.action
        who = action.worker.full_name if action.worker else str(action.organisation or "")
        lines.append(
            Line(
                title=action.title,
                url=reverse("pathways:action", args=[action.pk]),
                detail=f"séance {_when(row, reader)}" + (f", {who}" if reader.coordinates and who else ""),
                do="Faire l’appel",
                do_url=reverse("pathways:roll", args=[row.pk]),
                late=True,
            )
        )
    return lines


def _coming(reader: Reader) -> list[Entry] | None:
    """For who comes for the sessions alone: the next two weeks."""
    if not reader.has(Role.PARTNER_WORKER) or reader.coordinates:
        return None
    span = Span(reader.day + timedelta(days=1), reader.day + COMING)
    return [entry for entry in week.entries(reader, span) if entry.kind == Kind.SESSION]


def _sessions(rows: Sequence[Entry], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        hour = clock(timezone.localtime(row.starts_at)) if row.starts_at else ""
        when = f"{day(row.on, weekday=True, year=False)} ({days_away(row.on, reader.day)})"
        lines.append(Line(row.title, row.url, ", ".join(part for part in (when, hour, row.place) if part)))
    return lines


def _when(session: Session, reader: Reader) -> str:
    return days_away(session.on, reader.day)


SOURCES = (
    Source(DAY, "Votre journée", "sun", 0, _today, _hours, waits=False, shown=12),
    Source("appels", "Appels qui manquent", "clipboard-list", 24, _missing, _rolls),
    Source("seances", "Prochaines séances", "calendar-days", 85, _coming, _sessions, waits=False, shown=5),
)
