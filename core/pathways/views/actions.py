"""Actions: the list, one of them, who takes part, and what becomes of it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import child_page, signed_in
from core.journal.reading import read_only
from core.pathways import chosen, groups, permissions
from core.pathways.around import around
from core.pathways.enums import ActionForm
from core.pathways.forms.actions import BecauseForm, PracticeForm, SessionForm
from core.pathways.forms.life import NewGroupForm
from core.pathways.models import Action, Participation, Practice, WaitingLine
from core.pathways.operations import actions, practices, sessions
from core.pathways.operations.actions import ActionDetails
from core.pathways.places import RULE, room_of
from core.pathways.views.opening import Act, act_page, note_action, open_action, post_act
from core.pathways.workflow import WaitingState
from core.people.access import charter_required, roles_required
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.sheets import lists
from core.ui.tables import Column, listing
from core.ui.typography import enumeration

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])
ACTING = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.PARTNER_WORKER)
COLUMNS = [
    Column("Action", "titre", ("title", "pk")),
    Column("Par"),
    Column("Prochaine séance"),
    Column("Participent", numeric=True),
    Column("État"),
]


@charter_required
@roles_required(*ACTING)
@require_safe
@read_only
def action_list(request: HttpRequest) -> HttpResponse:
    """Without any child's name: the PRE's group actions, and those that one leads oneself."""
    user = signed_in(request)
    params, today = request.GET.dict(), timezone.localdate()
    page = listing(chosen.actions(user, params), COLUMNS, request.GET)
    roles = user.roles_on(today)
    shown = {
        "listing": page,
        "lines": groups.action_lines(page.rows, on=today),
        "ended": params.get("terminees") == "1",
        "export_url": lists.address("actions", roles, params),
        "attendance_url": lists.address("attendance", roles, {}),
        "may_open": permissions.can_open_group(user),
    }
    return render(request, "pathways/action_list.html", shown)


@reading_or_writing
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def new_group(request: HttpRequest) -> HttpResponse:
    user, at = signed_in(request), timezone.now()
    if not permissions.can_open_group(user):
        raise PermissionDenied

    def run(data: dict[str, Any]) -> str:
        actions.open_action(details=ActionDetails(form=ActionForm.GROUP, **data), by=user, at=at)
        return "L’action collective est prévue."

    act = Act("Une action collective", "Prévoir l’action", reverse("pathways:actions"))
    return act_page(request, NewGroupForm(request.POST or None), act, run)


@require_safe
@child_page(*ACTING)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk)
    page = groups.action_page(action, user, prices=permissions.can_confirm_service(user))
    about = around(action, user) if action.is_group else None
    children = [person.participation.child_id for person in page.people]
    note_action(request, action, [*children, *(about.shown if about else ())])
    shown = {
        "page": page,
        "about": about,
        "rule": RULE,
        "may_ask": permissions.can_ask(user, action),
        "may_refer": action.is_group and permissions.can_refer(user),
        "may_run": permissions.can_run(user, action),
        "may_close": permissions.can_close(user, action),
        "may_keep": permissions.can_keep_practice(user, action),
        "may_enrol": permissions.can_enrol(user, action),
        "may_confirm": permissions.can_confirm_service(user),
        "today": timezone.localdate(),
        "attendance_url": lists.address(
            "attendance", user.roles_on(timezone.localdate()), {"action": str(action.pk)}
        ),
    }
    return render(request, "pathways/action_detail.html", shown)


@reading_or_writing
@charter_required
@roles_required(*ACTING)
def plan_session(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_run)

    def run(data: dict[str, Any]) -> str:
        sessions.plan_session(action=action, by=user, at=timezone.now(), **data)
        return "La séance est prévue."

    form = SessionForm(request.POST or None, initial={"venue": action.venue})
    return act_page(request, form, _act("Une séance", "Prévoir la séance", action), run)


@require_POST
@charter_required
@roles_required(*ACTING)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_run)

    def run() -> str:
        actions.start_action(action=action, on=timezone.localdate(), by=user, at=timezone.now())
        return "L’action commence."

    return post_act(request, _back(action), run)


@require_POST
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_close)

    def run() -> str:
        actions.finish_action(action=action, on=timezone.localdate(), by=user, at=timezone.now())
        return "L’action est terminée. Ce qui a été noté reste."

    return post_act(request, _back(action), run)


@reading_or_writing
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_close)

    def run(data: dict[str, Any]) -> str:
        actions.stop_action(action=action, on=timezone.localdate(), by=user, at=timezone.now(), **data)
        return "L’action est arrêtée."

    act = _act("Arrêter cette action", "Arrêter l’action", action)
    return act_page(request, BecauseForm(request.POST or None), act, run)


@require_POST
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A child takes part no more."""
    user = signed_in(request)
    rows = Participation.objects.current().visible_to(user).select_related("action")
    participation = get_object_or_404(rows, pk=pk)
    if not permissions.can_enrol(user, participation.action):
        raise PermissionDenied

    def run() -> str:
        before = room_of(participation.action).proposed
        actions.leave_now(participation=participation, by=user, at=timezone.now())
        told = freed(participation.action_id, since=before)
        return f"La participation est terminée. Les présences restent.{told}"

    return post_act(request, _back(participation.action), run)


@reading_or_writing
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def keep_practice(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_keep_practice)

    def run(data: dict[str, Any]) -> str:
        practices.keep_practice(action=action, by=user, at=timezone.now(), **data)
        return "La pratique est gardée : d’autres peuvent la reprendre."

    form = PracticeForm(request.POST or None, initial={"title": action.title, "wording": action.wording})
    return act_page(request, form, _act("Garder comme pratique", "Garder", action), run)


@charter_required
@roles_required(*ROLES_UNDER_CHARTER)
@require_safe
@read_only
def practice_list(request: HttpRequest) -> HttpResponse:
    """What others made to measure, without any child."""
    rows = Practice.objects.visible_to(signed_in(request)).select_related("domain")
    return render(request, "pathways/practice_list.html", {"practices": rows.order_by("domain__order", "pk")})


def freed(action_pk: int, *, since: int) -> str:
    """What an act brought about: a place that is now proposed to somebody, whose family is to be called."""
    lines = WaitingLine.objects.living().filter(action=action_pk, state=WaitingState.PROPOSED)
    ordered = lines.select_related("child").order_by("proposed_at", "asked_at", "pk")
    names = [line.child.first_name for line in ordered][since:]
    return f" Une place est à proposer à {enumeration(names)} : appelez la famille." if names else ""


def _act(title: str, submit: str, action: Action) -> Act:
    return Act(title, submit, _back(action), action.title)


def _back(action: Action) -> str:
    return reverse("pathways:action", args=[action.pk])
