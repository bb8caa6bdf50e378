"""The team's meetings: to prepare, to convene, to read for, to hold, and their minutes."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.meetings import queries as meetings
from core.meetings.enums import SITTING
from core.meetings.models import Meeting
from core.meetings.workflow import MeetingState
from core.notifications.today.shapes import Line, Reader, Source
from core.ui.typography import clock, counted, day

SOON = timedelta(days=7)  # a meeting that is convened is looked at again so long before
AHEAD = timedelta(days=21)  # and one that is not is prepared


def _coming(reader: Reader) -> "QuerySet[Meeting] | None":
    """What the coordination prepares; what the others read for, once they are convened."""
    if not reader.has(*SITTING):
        return None
    rows = meetings.meetings_of(reader.user, past=False).exclude(state=MeetingState.CLOSED)
    if reader.coordinates:
        rows = rows.exclude(state=MeetingState.CONVENED, starts_at__gt=reader.at + SOON)
        rows = rows.filter(starts_at__lte=reader.at + AHEAD)
    else:
        rows = rows.filter(Q(state=MeetingState.OPEN) | Q(starts_at__gte=reader.midnight))
    return rows.order_by("starts_at", "pk")


def _minutes(reader: Reader) -> "QuerySet[Meeting] | None":
    """To approve, for the coordination; for the others to be read until then."""
    if not reader.has(*SITTING):
        return None
    rows = meetings.meetings_of(reader.user, past=False).filter(state=MeetingState.CLOSED)
    return rows.order_by("starts_at", "pk")


def _line(meeting: Meeting, reader: Reader, do: str, page: str, late: bool = False) -> Line:
    starts = timezone.localtime(meeting.starts_at)
    return Line(
        title=f"Réunion du {day(starts, weekday=True, year=starts.year != reader.day.year)}, {clock(starts)}",
        url=reverse("meetings:detail", args=[meeting.pk]),
        detail=f"{meeting.team.name}, {_size(meeting)}",
        do=do,
        do_url=reverse(page, args=[meeting.pk]),
        late=late,
    )


def _size(meeting: Meeting) -> str:
    number: int = meeting.situations  # type: ignore[attr-defined]
    return counted(number, "situation") if number else "aucune situation encore"


def _to_prepare(rows: Sequence[Meeting], reader: Reader) -> list[Line]:
    return [_line(row, reader, *_step(row, reader)) for row in rows]


def _step(meeting: Meeting, reader: Reader) -> tuple[str, str, bool]:
    """What comes next of one meeting, the page where it is done, and whether it is late."""
    if not reader.coordinates:
        return "Lire l’ordre du jour", "meetings:detail", False
    if meeting.state == MeetingState.OPEN:
        return "Reprendre la réunion", "meetings:detail", False
    if meeting.starts_at < reader.midnight:
        return "Commencer ou annuler", "meetings:detail", True
    soon = meeting.starts_at < reader.at + SOON
    if not meeting.situations:  # type: ignore[attr-defined]
        return "Préparer l’ordre du jour", "meetings:candidates", soon
    if meeting.state == MeetingState.PLANNED:
        return "Convoquer l’équipe", "meetings:detail", soon
    return "Relire l’ordre du jour", "meetings:detail", False


def _to_close(rows: Sequence[Meeting], reader: Reader) -> list[Line]:
    if reader.coordinates:
        return [_line(row, reader, "Relire et approuver", "meetings:papers") for row in rows]
    return [_line(row, reader, "Lire le compte rendu", "meetings:pdf") for row in rows]


SOURCES = (
    Source("reunions", "Réunions d’équipe", "users-round", 20, _coming, _to_prepare),
    Source(
        "comptes-rendus", "Comptes rendus en attente d’approbation", "file-check", 40, _minutes, _to_close
    ),
)
