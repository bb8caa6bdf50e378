"""Meetings: the list, one meeting, planning, convening, cancelling."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal.reading import read_only, reads_children
from core.meetings import queries
from core.meetings.forms.planning import GuestForm, MeetingForm
from core.meetings.models import Team
from core.meetings.operations import planning
from core.meetings.operations.moving import CannotMeet
from core.meetings.permissions import can_prepare
from core.meetings.views.fetching import (
    meeting_of,
    prepared,
    preparing,
    read,
    refused,
    sitting,
    user_of,
)
from core.meetings.workflow import OPENING_FILES, PREPARING, MeetingState
from core.people.access import charter_required
from core.sheets import lists
from core.ui import toasts
from core.ui.tables import Column, listing

COLUMNS = [
    Column("Réunion", "date", ("-starts_at", "-pk")),
    Column("Équipe"),
    Column("État"),
    Column("Situations", numeric=True),
]


@charter_required
@sitting
@require_safe
@read_only
def meeting_list(request: HttpRequest) -> HttpResponse:
    past = request.GET.get("passees") == "1"
    user = user_of(request)
    page = listing(queries.meetings_of(user, past=past), COLUMNS, request.GET)
    lines = [(row, queries.MEANINGS[row.state]) for row in page.rows]
    context = {"listing": page, "lines": lines, "past": past, "prepares": can_prepare(user)}
    roles = user.roles_on(timezone.localdate())
    context["export_url"] = lists.address("meetings", roles, request.GET.dict())
    return render(request, "meetings/meeting_list.html", context)


@charter_required
@preparing
def new(request: HttpRequest) -> HttpResponse:
    if not Team.objects.filter(active=True).exists():
        return redirect("meetings:teams")
    form = MeetingForm(request.POST or None)
    if form.is_valid():
        meeting = planning.plan_meeting(by=user_of(request), at=timezone.now(), **form.values())
        toasts.done(request, "La réunion est prévue. Préparez son ordre du jour, puis convoquez l’équipe.")
        return redirect("meetings:detail", meeting.pk)
    return render(request, "meetings/meeting_form.html", {"form": form, "title": "Prévoir une réunion"})


@charter_required
@preparing
def change(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    form = MeetingForm(request.POST or None, instance=meeting)
    if form.is_valid():
        try:
            planning.change_meeting(meeting=meeting, by=user_of(request), at=timezone.now(), **form.values())
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "La réunion est modifiée.")
            return redirect("meetings:detail", pk)
    page = {"form": form, "title": "Modifier la réunion", "meeting": meeting}
    return render(request, "meetings/meeting_form.html", page)


@charter_required
@sitting
@require_safe
@reads_children
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda, to whom may see it; who is invited; what comes next."""
    meeting, user = meeting_of(request, pk), user_of(request)
    situations, hidden = queries.situations(meeting, user)
    read(request, "réunion", shown=[line.item.child_id for line in situations])
    prepares = can_prepare(user)
    context = {
        "meeting": meeting,
        "meaning": queries.MEANINGS[meeting.state],
        "situations": situations,
        "hidden": hidden,
        "prepares": prepares,
        "can_change_agenda": prepares and meeting.state in PREPARING,
        "sees_agenda": prepares or meeting.state in OPENING_FILES,
        "in_session": meeting.state == MeetingState.OPEN,
        "presences": list(meeting.presences.order_by("name", "pk")),
        "seats": queries.seats(meeting.team, at=timezone.now())
        if prepares and meeting.state == MeetingState.PLANNED
        else [],
    }
    return render(request, "meetings/meeting_detail.html", context)


@charter_required
@preparing
@require_POST
def convene(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    try:
        guests = planning.convene(meeting=meeting, by=user_of(request), at=timezone.now())
    except CannotMeet as refusal:
        refused(request, refusal)
    else:
        toasts.done(
            request, f"{len(guests)} personnes sont convoquées, sans aucun nom d’enfant dans l’e-mail."
        )
    return redirect("meetings:detail", pk)


@charter_required
@preparing
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    form = GuestForm(request.POST or None, meeting=meeting)
    if form.is_valid():
        person = form.cleaned_data["user"]
        try:
            planning.invite(meeting=meeting, user=person, by=user_of(request), at=timezone.now())
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"{person.full_name} est invité·e.")
            return redirect("meetings:detail", pk)
    page = {"form": form, "title": "Inviter une personne de plus", "meeting": meeting, "submit": "Inviter"}
    return render(request, "meetings/meeting_form.html", page)


@charter_required
@preparing
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    if request.method == "POST":
        try:
            planning.cancel(meeting=meeting, by=user_of(request), at=timezone.now())
        except CannotMeet as refusal:
            refused(request, refusal)
        else:
            toasts.done(request, "La réunion est annulée. Ses situations attendent une autre réunion.")
        return redirect("meetings:detail", pk)
    return render(request, "meetings/meeting_cancel.html", {"meeting": meeting})
