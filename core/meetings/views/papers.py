"""« Clore », then what was prepared, to be read over and approved."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal.reading import reads_children
from core.meetings import queries
from core.meetings.documents import minutes as documents
from core.meetings.enums import Attendance
from core.meetings.forms.planning import PapersForm
from core.meetings.models import AgendaItem, Meeting
from core.meetings.operations import closing
from core.meetings.operations.closing import CannotClose
from core.meetings.operations.moving import CannotMeet
from core.meetings.permissions import can_prepare
from core.meetings.views.fetching import (
    item_of,
    meeting_of,
    prepared,
    preparing,
    read,
    refused,
    sitting,
    user_of,
)
from core.meetings.workflow import MeetingState
from core.pathways.models import FollowUp
from core.pathways.operations.transitions import CannotMove
from core.people.access import charter_required
from core.ui import toasts

HELD = (MeetingState.CLOSED, MeetingState.APPROVED)


@charter_required
@preparing
@reads_children
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be recorded, before it is; then the papers."""
    meeting = prepared(request, pk)
    problems: list[str] = []
    if request.method == "POST":
        try:
            closing.close_meeting(meeting=meeting, by=user_of(request), at=timezone.now())
        except CannotClose as refusal:
            problems = refusal.problems
        except (CannotMeet, CannotMove) as refusal:
            refused(request, refusal)
            return redirect("meetings:detail", pk)
        else:
            toasts.done(request, "La réunion est close. Relisez ce qui est préparé.")
            return redirect("meetings:papers", pk)
    situations, hidden = queries.situations(meeting, user_of(request))
    if request.method != "POST":
        problems = closing.problems((line.item for line in situations), timezone.localdate(meeting.starts_at))
        read(request, "réunion à clore", shown=[line.item.child_id for line in situations])
    page = {
        "meeting": meeting,
        "situations": situations,
        "hidden": hidden,
        "problems": problems,
        "nobody_present": not meeting.presences.filter(attendance=Attendance.PRESENT).exists(),
    }
    return render(request, "meetings/close.html", page)


@charter_required
@preparing
@require_safe
@reads_children
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Minutes, letters, replies and follow-ups, situation by situation."""
    meeting = _held(prepared(request, pk))
    situations, hidden = queries.situations(meeting, user_of(request))
    read(request, "papiers d’une réunion", shown=[line.item.child_id for line in situations])
    decisions = [line.item.decision_id for line in situations if line.item.decision_id]
    tasks: dict[int, list[FollowUp]] = {}
    for task in FollowUp.objects.filter(decision__in=decisions).order_by("due_on", "pk"):
        tasks.setdefault(task.decision_id, []).append(task)
    lines = [(line, tasks.get(line.item.decision_id or 0, [])) for line in situations]
    page = {
        "meeting": meeting,
        "meaning": queries.MEANINGS[meeting.state],
        "lines": lines,
        "hidden": hidden,
        "frozen": meeting.state == MeetingState.APPROVED,
    }
    return render(request, "meetings/papers.html", page)


@charter_required
@preparing
@reads_children
def correct(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    meeting = _held(prepared(request, pk))
    item = item_of(request, meeting, number)
    if request.method != "POST":
        read(request, "papiers d’une situation", child_id=item.child_id)
    form = PapersForm(request.POST or None, instance=item, initial={"version": item.version})
    if form.is_valid():
        data = form.cleaned_data
        try:
            closing.correct_papers(
                item=item,
                version=data["version"],
                minutes=data["minutes_text"],
                letter=data["letter_text"],
                reply=data.get("reply_text", ""),
                by=user_of(request),
                at=timezone.now(),
            )
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "Les papiers sont corrigés.")
            return redirect("meetings:papers", pk)
    line = queries.situation(item, meeting)
    return render(request, "meetings/paper.html", {"meeting": meeting, "line": line, "form": form})


@charter_required
@preparing
@require_safe
@reads_children
def letter(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _printed(request, pk, number, "Lettre à la famille", lambda item: item.letter_text)


@charter_required
@preparing
@require_safe
@reads_children
def reply(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _printed(request, pk, number, "Réponse à l’orientation", lambda item: item.reply_text)


@charter_required
@preparing
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared(request, pk)
    try:
        closing.approve(meeting=meeting, by=user_of(request), at=timezone.now())
    except CannotMeet as refusal:
        refused(request, refusal)
        return redirect("meetings:detail", pk)
    toasts.done(request, "Le compte rendu est approuvé : il ne change plus.")
    return redirect("meetings:papers", pk)


@charter_required
@sitting
@require_safe
@reads_children
def whole_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """For the team until the approval, for the coordinator from then on."""
    meeting = _held(meeting_of(request, pk))
    user = user_of(request)
    if meeting.state == MeetingState.APPROVED and not can_prepare(user):
        raise Http404
    situations, _ = queries.situations(meeting, user)
    read(request, "compte rendu d’une réunion", shown=[line.item.child_id for line in situations])
    pdf = documents.whole(meeting, [line.item for line in situations])
    return _pdf(pdf, f"compte-rendu-{meeting.pk}.pdf")


@charter_required
@preparing
@require_safe
@reads_children
def child_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One child's part alone."""
    item = item_of(request, _held(prepared(request, pk)), number)
    read(request, "compte rendu d’une situation", child_id=item.child_id)
    return _pdf(documents.of_child(item), f"compte-rendu-{pk}-{number}.pdf")


def _held(meeting: Meeting) -> Meeting:
    if meeting.state not in HELD:
        raise Http404
    return meeting


def _printed(
    request: HttpRequest, pk: int, number: int, title: str, text: Callable[[AgendaItem], str]
) -> HttpResponse:
    meeting = _held(prepared(request, pk))
    item = item_of(request, meeting, number)
    written = text(item)
    if not written:
        raise Http404
    read(request, title.lower(), child_id=item.child_id)
    page = {"meeting": meeting, "item": item, "title": title, "text": written}
    return render(request, "meetings/printed.html", page)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
