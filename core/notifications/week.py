"""What is on one's days: appointments, sessions, meetings, reviews and ends, each as the reader may see it.

The page of the week, the day on « Aujourd’hui » and the calendar feed all come from here. Apps above add
their own kinds when they start, with `register`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.meetings.enums import SITTING
from core.meetings.models import Meeting
from core.meetings.workflow import MeetingState
from core.notifications.today.entries import is_accompanied_by
from core.notifications.today.shapes import Reader
from core.pathways.enums import ActionForm, PathwayState
from core.pathways.models import Action, Appointment, Participation, Pathway, Review, Session
from core.pathways.workflow import AppointmentState, ReviewState, SessionState
from core.people.enums import Role

AN_HOUR = timedelta(hours=1)


class Kind(StrEnum):
    """The value is the calendar feed's whole description: nobody and nothing is named."""

    APPOINTMENT = "Rendez-vous PRE"
    SESSION = "Séance"
    MEETING = "Réunion d’équipe"
    REVIEW = "Bilan"
    END = "Fin prévue"


ICONS = {
    Kind.APPOINTMENT: "calendar-clock",
    Kind.SESSION: "calendar-check",
    Kind.MEETING: "users-round",
    Kind.REVIEW: "clipboard-check",
    Kind.END: "flag",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`title` and `detail` are for the reader's own page alone; a feed takes neither."""

    kind: Kind
    pk: int
    on: date
    title: str
    url: str
    starts_at: datetime | None = None  # None: some time that day
    ends_at: datetime | None = None
    detail: str = ""
    place: str = ""
    who: str = ""
    state: str = ""  # "planned" for what is still to come about
    child_id: int | None = None
    own: bool = True  # the reader's own; the secretary sees everybody's appointments

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def order(self) -> tuple[date, bool, datetime | date, str, int]:
        return (self.on, self.starts_at is not None, self.starts_at or self.on, self.kind, self.pk)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included; `mine` for one's own alone, else the whole programme's as far as one may see."""

    since: date
    until: date
    mine: bool = True

    @property
    def begins_at(self) -> datetime:
        return _midnight(self.since)

    @property
    def ends_at(self) -> datetime:
        return _midnight(self.until + timedelta(days=1))


Source = Callable[[Reader, Span], Iterable[Entry]]


def entries(reader: Reader, span: Span) -> list[Entry]:
    """In order; a constant number of queries."""
    found = [entry for source in _sources for entry in source(reader, span)]
    return sorted(found, key=lambda entry: entry.order)


def by_day(found: Iterable[Entry]) -> dict[date, list[Entry]]:
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in found:
        days[entry.on].append(entry)
    return days


def _appointments(reader: Reader, span: Span) -> Iterable[Entry]:
    if not reader.has(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY):
        return
    rows = Appointment.objects.visible_to(reader.user).exclude(state=AppointmentState.CANCELLED)
    rows = rows.filter(at__gte=span.begins_at, at__lt=span.ends_at)
    if span.mine and not reader.has(Role.SECRETARY):
        rows = rows.filter(user=reader.user)
    for row in rows.select_related("pathway__child", "user").order_by("at", "pk"):
        yield Entry(
            Kind.APPOINTMENT,
            row.pk,
            timezone.localdate(row.at),
            row.pathway.child.full_name,
            reverse("children:file", args=[row.pathway.child_id]),
            row.at,
            row.at + AN_HOUR,
            f"avec {_lower_first(row.get_with_whom_display())}",
            row.venue,
            row.user.full_name,
            row.state,
            row.pathway.child_id,
            row.user_id == reader.user.pk,
        )


def _sessions(reader: Reader, span: Span) -> Iterable[Entry]:
    """Led, of a child accompanied, or, for the coordination, the programme's; without any name."""
    mine = Q(action__in=Action.objects.in_charge_of(reader.user).values("pk"))
    own = Participation.objects.current().filter(child__in=is_accompanied_by(reader))
    mine |= Q(action__in=own.filter(action__form=ActionForm.INDIVIDUAL).values("action"))
    rows = Session.objects.visible_to(reader.user).exclude(state=SessionState.CANCELLED)
    rows = rows.filter(on__gte=span.since, on__lte=span.until)
    if span.mine:
        rows = rows.filter(mine)
    for row in rows.select_related("action").by_day():  # type: ignore[attr-defined]
        starts = _at(row.on, row.starts_at) if row.starts_at else None
        to_call = row.state == SessionState.PLANNED and row.on <= reader.day
        page, pk = ("pathways:roll", row.pk) if to_call else ("pathways:action", row.action_id)
        yield Entry(
            Kind.SESSION,
            row.pk,
            row.on,
            row.action.title,
            reverse(page, args=[pk]),
            starts,
            starts + timedelta(minutes=row.minutes) if starts else None,
            place=row.venue or row.action.venue,
            state=row.state,
        )


def _meetings(reader: Reader, span: Span) -> Iterable[Entry]:
    if not reader.has(*SITTING):
        return
    rows = Meeting.objects.visible_to(reader.user).exclude(state=MeetingState.CANCELLED)
    rows = rows.filter(starts_at__gte=span.begins_at, starts_at__lt=span.ends_at)
    for row in rows.select_related("team").order_by("starts_at", "pk"):
        yield Entry(
            Kind.MEETING,
            row.pk,
            timezone.localdate(row.starts_at),
            row.team.name,
            reverse("meetings:detail", args=[row.pk]),
            row.starts_at,
            row.ends_at,
            place=row.place,
            state="planned" if row.state in (MeetingState.PLANNED, MeetingState.CONVENED) else row.state,
        )


def _reviews(reader: Reader, span: Span) -> Iterable[Entry]:
    if not reader.has(Role.COORDINATOR, Role.REFERENT):
        return
    rows = Review.objects.visible_to(reader.user).filter(state=ReviewState.PLANNED)
    rows = rows.filter(due_on__gte=span.since, due_on__lte=span.until).exclude(
        pathway__state=PathwayState.ENDED
    )
    if span.mine:
        rows = rows.filter(pathway__child__in=is_accompanied_by(reader))
    for row in rows.select_related("pathway__child").order_by("due_on", "pk"):
        page = reverse("pathways:review", args=[row.pk])
        yield _of_pathway(Kind.REVIEW, row.pk, row.due_on, row.pathway, page)


def _ends(reader: Reader, span: Span) -> Iterable[Entry]:
    if not reader.has(Role.COORDINATOR, Role.REFERENT):
        return
    rows = Pathway.objects.visible_to(reader.user).exclude(state=PathwayState.ENDED)
    rows = rows.filter(planned_end_on__gte=span.since, planned_end_on__lte=span.until)
    if span.mine:
        rows = rows.filter(child__in=is_accompanied_by(reader))
    for row in rows.select_related("child").order_by("planned_end_on", "pk"):
        yield _of_pathway(Kind.END, row.pk, row.planned_end_on, row)


def _of_pathway(kind: Kind, pk: int, on: date, pathway: Pathway, page: str = "") -> Entry:
    return Entry(
        kind,
        pk,
        on,
        pathway.child.full_name,
        page or reverse("pathways:pathway", args=[pathway.pk]),
        state="planned",
        child_id=pathway.child_id,
    )


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def _at(on: date, hour: object) -> datetime:
    return timezone.make_aware(datetime.combine(on, hour))  # type: ignore[arg-type]


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, datetime.min.time()))


_sources: list[Source] = [_appointments, _sessions, _meetings, _reviews, _ends]


def register(source: Source) -> None:
    """Called once by an app above, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)
