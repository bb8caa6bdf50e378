"""Who came, for which organisation, and the charter at the door."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.meetings import queries
from core.meetings.enums import Attendance
from core.meetings.forms.planning import DoorForm, NewcomerForm
from core.meetings.models import Meeting, Presence, TeamMembership
from core.meetings.operations import attending, planning
from core.meetings.operations.moving import CannotMeet
from core.meetings.permissions import can_sit
from core.meetings.views.fetching import prepared, preparing, refused, user_of
from core.people import queries as people
from core.people.access import charter_required
from core.ui import toasts


@dataclass(frozen=True, slots=True)
class Row:
    presence: Presence
    field: str  # the name of its buttons in the form
    signed: bool  # the charter in force


CHOICES = [
    (Attendance.PRESENT.value, "Présent·e"),
    (Attendance.EXCUSED.value, "Excusé·e"),
    (Attendance.ABSENT.value, "Absent·e"),
]


@charter_required
@preparing
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    rows = _rows(meeting)
    if request.method == "POST":
        if not _note(request, rows):
            return redirect("meetings:presences", pk)
        toasts.done(request, "Les présences sont notées.")
        return redirect("meetings:detail", pk)
    return _page(request, meeting, NewcomerForm())


@charter_required
@preparing
@require_POST
def newcomer(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    form = NewcomerForm(request.POST)
    if form.is_valid():
        try:
            attending.welcome_newcomer(
                meeting=meeting, by=user_of(request), at=timezone.now(), **form.cleaned_data
            )
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"{form.cleaned_data['name']} est présent·e, charte signée.")
            return redirect("meetings:presences", pk)
    return _page(request, meeting, form)


@charter_required
@preparing
def member(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """A member who could not be invited signs the paper at the door, and comes in."""
    meeting = prepared(request, pk)
    seat = get_object_or_404(TeamMembership.objects.select_related("user"), pk=membership, team=meeting.team)
    form = DoorForm(request.POST or None)
    if form.is_valid():
        try:
            attending.welcome_member(
                meeting=meeting, user=seat.user, by=user_of(request), at=timezone.now(), **form.cleaned_data
            )
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"{seat.user.full_name} est présent·e, charte signée.")
            return redirect("meetings:presences", pk)
    return _door(request, meeting, seat.user.full_name, form)


@charter_required
@preparing
def charter(request: HttpRequest, pk: int, presence: int) -> HttpResponse:
    """A guest with an account whose charter is not in force signs the paper at the door."""
    meeting = prepared(request, pk)
    row = get_object_or_404(Presence, pk=presence, meeting=meeting, user__isnull=False)
    form = DoorForm(request.POST or None)
    if form.is_valid():
        try:
            attending.sign_at_the_door(
                presence=row, by=user_of(request), at=timezone.now(), **form.cleaned_data
            )
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"La signature de {row.name} est notée.")
            return redirect("meetings:presences", pk)
    return _door(request, meeting, row.name, form)


@charter_required
@preparing
@require_POST
def withdraw(request: HttpRequest, pk: int, presence: int) -> HttpResponse:
    meeting = prepared(request, pk)
    row = get_object_or_404(Presence, pk=presence, meeting=meeting)
    try:
        planning.uninvite(presence=row, by=user_of(request), at=timezone.now())
    except CannotMeet as refusal:
        refused(request, refusal)
    else:
        toasts.done(request, f"{row.name} n’est plus dans la liste.")
    return redirect("meetings:detail", pk)


def _door(request: HttpRequest, meeting: Meeting, name: str, form: DoorForm) -> HttpResponse:
    page = {
        "form": form,
        "title": f"Charte de {name}",
        "meeting": meeting,
        "submit": "Noter la signature",
        "back": reverse("meetings:presences", args=[meeting.pk]),
    }
    return render(request, "meetings/meeting_form.html", page)


def _page(request: HttpRequest, meeting: Meeting, newcomer: NewcomerForm) -> HttpResponse:
    rows = _rows(meeting)
    here = {row.presence.user_id for row in rows}
    page = {
        "meeting": meeting,
        "presences": rows,
        "papers": [row for row in rows if not row.signed],
        "choices": CHOICES,
        "newcomer": newcomer,
        "unsigned": [
            seat
            for seat in queries.seats(meeting.team, at=timezone.now())
            if not seat.may_come and seat.user.pk not in here and can_sit(seat.user)
        ],
    }
    return render(request, "meetings/presences.html", page)


def _rows(meeting: Meeting) -> list[Row]:
    signed = {line.person.pk for line in people.people_lines(timezone.now()) if line.charter_signed}
    return [
        Row(row, f"presence-{row.pk}", row.user_id is None or row.user_id in signed)
        for row in meeting.presences.order_by("name", "pk")
    ]


def _note(request: HttpRequest, rows: list[Row]) -> bool:
    """Whether all rows were taken; those that were not say why."""
    fine = True
    for row in rows:
        chosen = request.POST.get(row.field, "")
        if chosen not in {code for code, _ in CHOICES}:
            continue
        try:
            attending.note_attendance(
                presence=row.presence,
                attendance=Attendance(chosen),
                organisation=row.presence.organisation,
                by=user_of(request),
                at=timezone.now(),
            )
        except CannotMeet as refusal:
            refused(request, refusal)
            fine = False
    return fine
