"""« Passer le relais »: from the child or a colleague, and what who takes over reads first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.access import Scope
from core.children.models import Child
from core.children.opening import child_page, note_list, open_child, signed_in
from core.pathways import permissions, relays
from core.pathways.forms.hand_overs import HandOverForm
from core.pathways.models import HandOver
from core.pathways.operations import referents
from core.pathways.views.opening import Act, act_page, head_of, post_act
from core.people.enums import Role
from core.people.models import User
from core.sheets import lists
from core.ui.typography import day

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@child_page(Role.COORDINATOR, Role.REFERENT)
def hand_overs(request: HttpRequest) -> HttpResponse:
    """What is announced, what is to be read; for the coordination, who has nobody, and whose children."""
    user, today = signed_in(request), timezone.localdate()
    page = relays.relay_page(user, today)
    note_list(request, page.shown)
    export_url = lists.address("hand_overs", user.roles_on(today), {}) if page.coming else ""
    return render(request, "pathways/hand_over_list.html", {"page": page, "export_url": export_url})


@reading_or_writing
@child_page(Role.COORDINATOR)
def hand_over_child(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(request, pk, scope=Scope.FILE)
    today = timezone.localdate(opened.at)
    former = relays.referent_of(opened.child, today)
    form = HandOverForm(request.POST or None, former=former, counts=relays.counts(today))

    def run(data: dict[str, Any]) -> str:
        made = referents.hand_over(
            children=[opened.child],
            to=data["to"],
            on=form.when(),
            by=opened.user,
            at=opened.at,
            must_read=form.must_read(),
        )
        return _said(made, data["to"])

    lead = f"Aujourd’hui : {former.full_name}." if former else "Aujourd’hui : personne."
    act = Act("Passer le relais", "Passer le relais", _file(opened.child), opened.child.full_name, lead)
    return act_page(request, form, act, run, more=head_of(opened))


@reading_or_writing
@child_page(Role.COORDINATOR)
def hand_over_from(request: HttpRequest, pk: int) -> HttpResponse:
    """One or all of a colleague's children, to one person, from one day on."""
    user, at = signed_in(request), timezone.now()
    today = timezone.localdate(at)
    former = get_object_or_404(User, pk=pk)
    children = list(relays.children_of(former, today).filter(pk__in=Child.objects.visible_to(user)).by_name())
    if request.method in ("GET", "HEAD"):
        note_list(request, [child.pk for child in children])
    counts = relays.counts(today)
    form = HandOverForm(request.POST or None, former=former, counts=counts, children=children)

    def run(data: dict[str, Any]) -> str:
        chosen = [child for child in children if child.pk in data["children"]]
        made = referents.hand_over(
            children=chosen, to=data["to"], on=form.when(), by=user, at=at, must_read=form.must_read()
        )
        return _said(made, data["to"])

    act = Act("Passer le relais", "Passer le relais", reverse("pathways:hand_overs"), former.full_name)
    more = {"children": children, "former": former}
    return act_page(request, form, act, run, template="pathways/hand_over_from.html", more=more)


@require_POST
@child_page(Role.COORDINATOR)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(HandOver.objects.visible_to(user), pk=pk)
    permissions.require(permissions.can_hand_over(user))

    def run() -> str:
        referents.cancel_hand_over(hand_over=found, by=user, at=timezone.now())
        return "Le passage de relais est annulé."

    return post_act(request, reverse("pathways:hand_overs"), run)


@require_POST
@child_page(Role.REFERENT)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    rows = HandOver.objects.visible_to(user).select_related("new__child")
    found = get_object_or_404(rows, pk=pk)

    def run() -> str:
        referents.mark_read(hand_over=found, by=user, at=timezone.now())
        return "C’est lu."

    return post_act(request, _file(found.new.child), run)


def _said(made: list[HandOver], to: User) -> str:
    children = "Un enfant passe" if len(made) == 1 else f"{len(made)} enfants passent"
    when = "dès aujourd’hui" if made[0].on <= timezone.localdate() else f"le {day(made[0].on)}"
    return f"{children} à {to.full_name} {when}."


def _file(child: Child) -> str:
    return reverse("children:file", args=[child.pk])
