"""The roll-call on a phone: saved once, kept where the network is lost, never overwritten."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.children.opening import child_page
from core.pathways import permissions, rolls
from core.pathways.enums import Presence
from core.pathways.models import Session
from core.pathways.operations import sessions
from core.pathways.operations.sessions import RollChanged
from core.pathways.operations.transitions import CannotMove
from core.pathways.roll_keys import phone_key, phone_of
from core.pathways.rolls import Roll
from core.pathways.views.actions import ACTING
from core.pathways.views.opening import note_action
from core.pathways.views.sessions import open_session
from core.people.models import User
from core.ui import toasts
from core.ui.typography import day, moment

CHOICES = [(mark.value, mark.label) for mark in Presence]
JSON = "application/json"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@child_page(*ACTING)
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Fifteen children in fifteen seconds: who is away is touched, the rest is there; saved once.

    A phone sends with `Accept: application/json` and is answered in it, but for a disagreement: that is
    the same page for all.
    """
    user, session = open_session(request, pk)
    called = rolls.roll_of(session, user)
    if request.method == "POST":
        return _call(request, session, called, user)
    note_action(request, session.action, called.shown)
    page = {
        **_page(request, session, called),
        "may_refer": permissions.can_refer(user) and session.action.is_group,
    }
    return render(request, "pathways/roll.html", page)


def _call(request: HttpRequest, session: Session, called: Roll, user: User) -> HttpResponse:
    by_phone = JSON in request.headers.get("Accept", "")
    sent = {row.field: request.POST.get(row.field, "") for row in called.everybody}
    try:
        held = _note(request, session, called, sent, user)
    except RollChanged:
        session.refresh_from_db()
        return _disagree(request, session, rolls.roll_of(session, user), sent)
    except CannotMove as refusal:
        if by_phone:
            return JsonResponse({"said": str(refusal)}, status=422)
        toasts.refused(request, str(refusal))
        return redirect("pathways:roll", session.pk)
    toasts.done(request, "Les présences sont notées.")
    if by_phone:
        at = timezone.localtime(held.noted_at)
        return JsonResponse({"version": held.version, "saved_at": f"{at:%H:%M}"})
    return redirect("pathways:action", session.action_id)


def _note(request: HttpRequest, session: Session, called: Roll, sent: dict[str, str], user: User) -> Session:
    """What was touched; a name that the page did not show is left as it is."""
    known = {code for code, _ in CHOICES}
    version = request.POST.get("version", "")
    return sessions.call_roll(
        session=session,
        marks={row.pk: Presence(sent[row.field]) for row in called.rows if sent[row.field] in known},
        parents={row.pk: Presence(sent[row.field]) for row in called.parents if sent[row.field] in known},
        seen=int(version) if version.isdigit() and len(version) < 6 else -1,
        by=user,
        at=timezone.now(),
    )


def _disagree(request: HttpRequest, session: Session, called: Roll, sent: dict[str, str]) -> HttpResponse:
    """Both roll-calls side by side; the register's stands until this person has chosen."""
    note_action(request, session.action, called.shown)
    page = {
        **_page(request, session, called),
        "differing": rolls.disagreements(called, sent),
        "noted_by": session.noted_by.full_name if session.noted_by else "",
        "noted_at": moment(session.noted_at) if session.noted_at else "",
    }
    return render(request, "pathways/roll_conflict.html", page, status=409)


def _page(request: HttpRequest, session: Session, called: Roll) -> dict[str, Any]:
    return {
        "session": session,
        "roll": called,
        "when": day(session.on, weekday=True),
        "choices": CHOICES,
        "back": reverse("pathways:action", args=[session.action_id]),
        "phone_key": phone_key(request),
        "phone_of": phone_of(request),
    }
