"""Places of a group action: how many, who waits, to whom one is proposed, what the parents allow."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children.opening import child_page, signed_in
from core.pathways import around, permissions
from core.pathways.forms.groups import ParentForm, PermissionForm, PlacesForm, SeriesForm
from core.pathways.models import ParentParticipation, Participation, WaitingLine
from core.pathways.operations import actions, parents, places, series
from core.pathways.operations.series import Series
from core.pathways.places import room_of
from core.pathways.views.actions import ACTING, freed
from core.pathways.views.opening import Act, act_page, note_action, open_action, post_act
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui.typography import day, enumeration

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])
SETTLING: dict[str, tuple[Callable[..., Any], str]] = {
    "refusee": (places.decline_place, "La place est refusée."),
    "sans-reponse": (places.pass_over, "Sans réponse : la place va à qui attend ensuite."),
    "retirer": (places.stop_waiting, "L’enfant n’attend plus."),
}


@reading_or_writing
@charter_required
@roles_required(*ACTING)
def plan_series(request: HttpRequest, pk: int) -> HttpResponse:
    """Every week until a day, or each day of a camp; holidays are left out."""
    user, action = open_action(request, pk, may=permissions.can_run)
    form = SeriesForm(request.POST or None, action=action)

    def run(_: dict[str, Any]) -> str:
        return _said(
            series.plan_series(action=action, rhythm=form.rhythm(), by=user, at=timezone.now(), **form.rest())
        )

    act = Act("Des séances en série", "Prévoir les séances", _back(pk), action.title)
    return act_page(request, form, act, run)


def _said(planned: Series) -> str:
    count = len(planned.planned)
    said = f"{count} séances sont prévues." if count > 1 else "Une séance est prévue."
    if planned.closed:
        days = enumeration([day(one, year=False) for one in planned.closed])
        said += f" Sans celles des vacances et jours fériés : {days}."
    if planned.known:
        said += f" {len(planned.known)} étai(en)t déjà prévue(s)."
    return said


@reading_or_writing
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def set_places(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_enrol)
    room = room_of(action)

    def run(data: dict[str, Any]) -> str:
        places.set_places(action=action, by=user, at=timezone.now(), **data)
        return "Le nombre de places est changé." + freed(action.pk, since=room.proposed)

    initial = {"places": action.places, "parent_places": action.parent_places}
    act = Act("Nombre de places", "Changer", _back(pk), action.title)
    return act_page(request, PlacesForm(request.POST or None, initial=initial), act, run)


@require_POST
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def take_place(request: HttpRequest, pk: int) -> HttpResponse:
    """The family accepts."""
    user, line = _line(request, pk)

    def run() -> str:
        actions.take_place(line=line, on=timezone.localdate(), by=user, at=timezone.now())
        return f"{line.child.first_name} participe à cette action."

    return post_act(request, _back(line.action_id), run)


@require_POST
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def settle_waiting(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """The family refuses, does not answer, or waits no more."""
    user, line = _line(request, pk)
    if way not in SETTLING:
        raise Http404
    settle, said = SETTLING[way]
    before = room_of(line.action).proposed - (line.state == "proposed")

    def run() -> str:
        settle(line=line, by=user, at=timezone.now())
        return said + freed(line.action_id, since=before)

    return post_act(request, _back(line.action_id), run)


def _line(request: HttpRequest, pk: int) -> tuple[User, WaitingLine]:
    user = signed_in(request)
    rows = WaitingLine.objects.visible_to(user).select_related("action", "child")
    line = get_object_or_404(rows, pk=pk)
    if not permissions.can_enrol(user, line.action):
        raise PermissionDenied
    return user, line


@reading_or_writing
@child_page(Role.COORDINATOR, Role.REFERENT)
def note_permission(request: HttpRequest, pk: int) -> HttpResponse:
    """The parents allow it again, for longer, or for this outing."""
    user = signed_in(request)
    rows = Participation.objects.current().visible_to(user).select_related("action", "child")
    participation = get_object_or_404(rows, pk=pk)
    if not permissions.can_enrol(user, participation.action):
        raise PermissionDenied
    start = {"authorised_by": participation.authorised_by}
    form = PermissionForm(request.POST or None, initial=start)

    def run(_: dict[str, Any]) -> str:
        actions.note_permission(
            participation=participation, permission=form.permission(), by=user, at=timezone.now()
        )
        return "L’autorisation est notée."

    note_action(request, participation.action, [participation.child_id])
    name = participation.child.first_name
    act = Act(
        f"L’autorisation pour {name}", "Noter", _back(participation.action_id), participation.action.title
    )
    return act_page(request, form, act, run)


@reading_or_writing
@child_page(Role.COORDINATOR, Role.REFERENT)
def welcome_parent(request: HttpRequest, pk: int) -> HttpResponse:
    user, action = open_action(request, pk, may=permissions.can_enrol)
    form = ParentForm(request.POST or None, guardians=around.guardians_of(action, user))

    def run(data: dict[str, Any]) -> str:
        parent = parents.welcome_parent(
            action=action, on=timezone.localdate(), by=user, at=timezone.now(), **data
        )
        return f"{parent.called} participe à cette action."

    note_action(request, action, _children_of(action.pk, user))
    return act_page(request, form, Act("Un parent", "Inscrire", _back(pk), action.title), run)


def _children_of(action_pk: int, user: User) -> list[int]:
    """The list of parents tells whose they are."""
    rows = Participation.objects.current().visible_to(user).filter(action=action_pk)
    return list(rows.order_by("pk").values_list("child", flat=True))


@require_POST
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def parent_leaves(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    rows = ParentParticipation.objects.current().visible_to(user).select_related("action")
    parent = get_object_or_404(rows, pk=pk)
    if not permissions.can_enrol(user, parent.action):
        raise PermissionDenied

    def run() -> str:
        parents.parent_leaves_now(parent=parent, by=user, at=timezone.now())
        return "La participation est terminée. Les présences restent."

    return post_act(request, _back(parent.action_id), run)


def _back(action_pk: int) -> str:
    return reverse("pathways:action", args=[action_pk])
