"""Meeting mode: one situation at a time, projected, typed live and never lost."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal.reading import reads_children
from core.meetings import drafts, queries
from core.meetings.drafts import Draft
from core.meetings.forms.live import DraftForm
from core.meetings.masking import Mask, mask_for
from core.meetings.models import AgendaItem, Meeting
from core.meetings.operations import live
from core.meetings.operations.agenda import unratified
from core.meetings.operations.live import AnotherDay, WrittenMeanwhile
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
from core.people.access import charter_required
from core.ui import typography
from core.ui.typed_fields import choice_field

NO_MASK = Mask(())


@charter_required
@preparing
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """On another day than the planned one it asks which of the two the decisions will bear."""
    meeting, at = prepared(request, pk), timezone.now()
    planned, today = timezone.localdate(meeting.starts_at), timezone.localdate(at)
    held_on = {"prevu": planned, "aujourd-hui": today}.get(request.POST.get("jour", ""))
    try:
        live.open_meeting(meeting=meeting, by=user_of(request), at=at, held_on=held_on)
    except AnotherDay:
        page = {"meeting": meeting, "today": today, "is_past": planned < today}
        return render(request, "meetings/another_day.html", page)
    except CannotMeet as refusal:
        refused(request, refusal)
        return redirect("meetings:detail", pk)
    return redirect("meetings:presences", pk)


@charter_required
@preparing
@require_POST
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or hide names on every screen of this meeting."""
    meeting = prepared(request, pk)
    live.show_names(
        meeting=meeting, shown=request.POST.get("montrer") == "1", by=user_of(request), at=timezone.now()
    )
    number = request.POST.get("situation", "")
    if number.isdecimal():
        return redirect("meetings:live", pk, int(number))
    return redirect("meetings:detail", pk)


@charter_required
@sitting
@require_safe
@reads_children
def situation(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    meeting = meeting_of(request, pk)
    item = item_of(request, meeting, number)
    read(request, "réunion, situation", child_id=item.child_id)
    return _page(request, meeting, item, _form(item, meeting))


@charter_required
@preparing
@require_POST
def save(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """JSON for a script, a page for a plain form; what another screen wrote is never replaced."""
    meeting = prepared(request, pk)
    item = item_of(request, meeting, number)
    form = _form(item, meeting, request.POST)
    if request.headers.get("accept", "").startswith("application/json"):
        return _answer_to_script(request, meeting, item, form)
    return _answer_to_form(request, meeting, item, form)


def _answer_to_script(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, form: DraftForm
) -> JsonResponse:
    if not form.is_valid():
        return JsonResponse({"errors": _errors(form)}, status=422)
    try:
        saved = _store(request, meeting, item, form)
    except WrittenMeanwhile as conflict:
        return JsonResponse(_state(conflict.item, meeting, str(conflict)), status=409)
    except CannotMeet as refusal:
        return JsonResponse({"errors": [str(refusal)]}, status=422)
    return JsonResponse(_state(saved, meeting))


def _answer_to_form(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, form: DraftForm
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, meeting, item, form)
    try:
        _store(request, meeting, item, form)
    except WrittenMeanwhile as conflict:
        latest = conflict.item
        form.add_error(None, str(conflict))
        form.data = {**form.data.dict(), "version": str(latest.version)}  # type: ignore[attr-defined]
        shown = item_of(request, meeting, item.number)
        return _page(request, meeting, shown, form, other=_shown(latest, meeting))
    except CannotMeet as refusal:
        form.add_error(None, str(refusal))
        return _page(request, meeting, item, form)
    following = request.POST.get("puis", "")
    return redirect("meetings:live", meeting.pk, int(following) if following.isdecimal() else item.number)


def _store(request: HttpRequest, meeting: Meeting, item: AgendaItem, form: DraftForm) -> AgendaItem:
    """Raises WrittenMeanwhile, CannotMeet."""
    return live.save_draft(
        item=item,
        version=form.cleaned_data["version"],
        draft=_unmasked(form.typed(), item),
        by=user_of(request),
        at=timezone.now(),
    )


def _form(item: AgendaItem, meeting: Meeting, data: Any = None) -> DraftForm:
    choices = drafts.choices(item, unratified(item.referral_id))
    return DraftForm(data, choices=choices, draft=_shown(item, meeting), version=item.version)


def _page(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, form: DraftForm, *, other: Draft | None = None
) -> HttpResponse:
    mask = mask_for(item) if meeting.pseudonymous else NO_MASK
    types = can_prepare(user_of(request)) and meeting.state == MeetingState.OPEN
    context = {
        "meeting": meeting,
        "item": item,
        "line": queries.situation(item, meeting),
        "parts": [
            ("Les faits", mask(item.facts)),
            ("Ses forces", mask(item.strengths)),
            ("Déjà essayé", mask(item.tried)),
        ],
        "draft": _shown(item, meeting),
        "other": other,
        "kinds": dict(choice_field(form, "kind").choices),
        "form": form,
        "types": types,
        "prepares": can_prepare(user_of(request)),
        **_place_in_agenda(request, meeting, item),
        "saved_at": _clock(item),
        "people": list(meeting.presences.order_by("name", "pk").values_list("name", flat=True)),
    }
    return render(request, "meetings/live.html", context)


def _place_in_agenda(request: HttpRequest, meeting: Meeting, item: AgendaItem) -> dict[str, int | None]:
    """Among the situations that this person may look at."""
    rows = AgendaItem.objects.visible_to(user_of(request)).filter(meeting=meeting)
    numbers = list(rows.in_order().values_list("number", flat=True))
    here = numbers.index(item.number)
    return {
        "position": here + 1,
        "total": len(numbers),
        "before": numbers[here - 1] if here else None,
        "after": numbers[here + 1] if here + 1 < len(numbers) else None,
    }


def _shown(item: AgendaItem, meeting: Meeting) -> Draft:
    """The draft as the screen shows it: without names where names are hidden."""
    draft = Draft.of(item.draft)
    if not meeting.pseudonymous or not draft:
        return draft
    return draft.mapped(mask_for(item))


def _unmasked(typed: Draft, item: AgendaItem) -> Draft:
    """A text that was shown without names and not touched keeps the names that it has.

    Whatever the meeting shows now: another screen may have brought the names back meanwhile.
    """
    stored = Draft.of(item.draft)
    return typed.restored(stored, mask_for(item)) if stored else typed


def _state(item: AgendaItem, meeting: Meeting, said: str = "") -> dict[str, Any]:
    return {
        "version": item.version,
        "saved_at": _clock(item),
        "said": said,
        "draft": _shown(item, meeting).to_store(),
    }


def _clock(item: AgendaItem) -> str:
    return typography.clock(timezone.localtime(item.saved_at)) if item.saved_at else ""


def _errors(form: DraftForm) -> list[str]:
    return [error for errors in form.errors.values() for error in errors]
