"""« Aujourd’hui »: the first page after sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal import operations as journal
from core.journal.reading import reads_children
from core.notifications.today import waiting_for
from core.pathways.models import FollowUp
from core.pathways.operations import decisions
from core.people.access import any_signed_in, charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts


@any_signed_in
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    lines = waiting_for(user, on=timezone.localdate())
    return render(
        request, "notifications/today.html", {"lines": lines, "person": user, "day": timezone.localdate()}
    )


working_roles = roles_required(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER)


@charter_required
@working_roles
@require_safe
@reads_children
def follow_ups(request: HttpRequest) -> HttpResponse:
    """What one promised in a meeting, one's own alone; the words are those of the meeting."""
    user = _user(request)
    mine = FollowUp.objects.filter(user=user, done_on=None).select_related("decision")
    rows = list(mine.order_by("due_on", "pk"))
    journal.read(
        actor=user,
        page="suites à donner",
        at=timezone.now(),
        reason="follow_up",
        why="Suite promise en réunion",
        purpose="Faire ce qui a été décidé",
        shown=[row.decision.child_id for row in rows],
    )
    return render(request, "notifications/follow_ups.html", {"rows": rows})


@charter_required
@working_roles
@require_POST
def follow_up_done(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FollowUp, pk=pk, user=_user(request))
    decisions.finish_follow_up(follow_up=row, by=_user(request), at=timezone.now())
    toasts.done(request, "C’est noté comme fait.")
    return redirect("notifications:follow_ups")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user
