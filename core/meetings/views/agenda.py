"""Building the agenda."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal.reading import reads_children
from core.meetings import queries
from core.meetings.forms.planning import SituationForm
from core.meetings.models import Meeting
from core.meetings.operations import agenda
from core.meetings.operations.moving import CannotMeet
from core.meetings.views.fetching import item_of, prepared, preparing, read, refused, user_of
from core.pathways.models import Pathway, Referral
from core.pathways.operations.transitions import CannotMove
from core.people.access import charter_required
from core.ui import toasts


@charter_required
@preparing
@require_safe
@reads_children
def candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits for a meeting; other pathways by name."""
    meeting = prepared(request, pk)
    query = request.GET.get("q", "")
    waiting = queries.candidates(meeting)
    found = queries.found_pathways(meeting, query)
    shown = [*waiting.child_ids(), *(row.child_id for row in found)]
    read(request, "ordre du jour à composer", shown=shown)
    page = {"meeting": meeting, "waiting": waiting, "found": found, "query": query}
    return render(request, "meetings/candidates.html", page)


@charter_required
@preparing
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Several at once: `referral` and `pathway` are ids; each is refused or taken by itself."""
    meeting = prepared(request, pk)
    taken = 0
    for kind in ("referral", "pathway"):
        for value in request.POST.getlist(kind):
            try:
                taken += _put(request, meeting, kind, value)
            except (CannotMeet, CannotMove) as refusal:
                refused(request, refusal)
    if taken:
        toasts.done(request, "L’ordre du jour est complété.")
    return redirect("meetings:detail", pk)


@charter_required
@preparing
@reads_children
def correct(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What the team will have before its eyes, taken from the referral."""
    meeting = prepared(request, pk)
    item = item_of(request, meeting, number)
    if request.method != "POST":
        read(request, "situation à préparer", child_id=item.child_id)
    form = SituationForm(request.POST or None, instance=item, initial={"version": item.version})
    if form.is_valid():
        try:
            agenda.correct_item(item=item, by=user_of(request), at=timezone.now(), **form.cleaned_data)
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "La situation est prête.")
            return redirect("meetings:detail", pk)
    line = queries.situation(item, meeting)
    return render(request, "meetings/item.html", {"meeting": meeting, "line": line, "form": form})


@charter_required
@preparing
@require_POST
def take_off(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    item = item_of(request, prepared(request, pk), number)
    try:
        agenda.take_off(item=item, by=user_of(request), at=timezone.now())
    except CannotMeet as refusal:
        refused(request, refusal)
    else:
        toasts.done(request, "La situation est retirée. Elle attend une autre réunion.")
    return redirect("meetings:detail", pk)


def _put(request: HttpRequest, meeting: Meeting, kind: str, value: str) -> int:
    if not value.isdecimal():
        raise Http404
    user, at = user_of(request), timezone.now()
    if kind == "referral":
        referral = Referral.objects.visible_to(user).filter(pk=int(value)).first()
        if referral is None:
            raise Http404
        agenda.put_referral(meeting=meeting, referral=referral, by=user, at=at)
    else:
        pathway = Pathway.objects.filter(pk=int(value)).first()
        if pathway is None:
            raise Http404
        agenda.put_pathway(meeting=meeting, pathway=pathway, by=user, at=at)
    return 1
