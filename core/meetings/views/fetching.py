"""What every page of a meeting starts with: fetch what this person may see, then ask for the act."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core.journal import operations as journal
from core.meetings.access_source import TEAM_MEETING
from core.meetings.enums import SITTING
from core.meetings.models import AgendaItem, Meeting
from core.meetings.permissions import can_prepare
from core.people.access import roles_required
from core.people.enums import Role
from core.people.models import User

sitting = roles_required(*SITTING)
preparing = roles_required(Role.COORDINATOR)
COORDINATION = ("coordinator", "Coordination du PRE")


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user


def meeting_of(request: HttpRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(user_of(request)).select_related("team")
    return get_object_or_404(rows, pk=pk)


def prepared(request: HttpRequest, pk: int) -> Meeting:
    """The meeting, for who prepares it."""
    meeting = meeting_of(request, pk)
    if not can_prepare(user_of(request)):
        raise PermissionDenied
    return meeting


def item_of(request: HttpRequest, meeting: Meeting, number: int) -> AgendaItem:
    """A situation that may be looked at now: a withdrawn agreement makes it a 404 for everybody."""
    rows = AgendaItem.objects.visible_to(user_of(request)).select_related(
        "meeting__team", "child", "referral__source", "pathway", "decision", "saved_by"
    )
    return get_object_or_404(rows, meeting=meeting, number=number)


def read(request: HttpRequest, page: str, *, child_id: int | None = None, shown: Iterable[int] = ()) -> None:
    """The line of the read log, before the page is made."""
    user = user_of(request)
    reason, why = COORDINATION if can_prepare(user) else (TEAM_MEETING.code, TEAM_MEETING.why)
    journal.read(
        actor=user,
        page=page,
        at=timezone.now(),
        reason=reason,
        why=why,
        purpose=TEAM_MEETING.purpose,
        child_id=child_id,
        shown=shown,
    )


def refused(request: HttpRequest, refusal: Exception) -> None:
    messages.error(request, str(refusal))
