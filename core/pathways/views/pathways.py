"""The page of a pathway, and what is written from there in half a minute."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import child_page, signed_in
from core.pathways import balance, exits, history, life, permissions, reviewing
from core.pathways.documents.summary import summary_pdf
from core.pathways.enums import PathwayState
from core.pathways.forms.life import AppointmentForm, EncounterForm, OutcomeForm
from core.pathways.known import Known
from core.pathways.models import Appointment, Pathway
from core.pathways.operations import following
from core.pathways.operations.following import Told
from core.pathways.views.opening import Act, act_page, head_of, open_pathway
from core.people.enums import Role
from core.people.models import User

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@child_page()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Objectives by domain, who does what, what comes next, what was agreed, and what happened."""
    opened, pathway = open_pathway(request, pk)
    known, head = Known(pathway), head_of(opened)
    page = {
        **head,
        "page": life.pathway_page(known, at=opened.at),
        "history": history.history_of(known, opened, whole=request.GET.get("tout") == "1"),
        "reviews": reviewing.panel(known, opened.user, may_follow=head["may_follow"], at=opened.at),
        "standing": exits.standing(opened.child, known, opened.user, on=timezone.localdate(opened.at)),
        "may_end": known.goes_on and permissions.can_end(opened.user, opened.reasons, asked=known.end_asked),
        "may_prepare": opened.user.has_role(Role.COORDINATOR, Role.REFERENT),
        **_cost(opened.user, pathway),
    }
    return render(request, "pathways/pathway_detail.html", page)


@require_safe
@child_page()
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """« Le parcours en une page », for the family. Of an ended pathway there is the last page instead."""
    opened, pathway = open_pathway(request, pk)
    if pathway.state == PathwayState.ENDED:
        raise Http404
    response = HttpResponse(summary_pdf(pathway, at=opened.at), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="le-parcours-en-une-page.pdf"'
    return response


@reading_or_writing
@child_page()
def encounter(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway = open_pathway(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        told = Told(reached=not data.pop("missed"), **data)
        following.log_encounter(pathway=pathway, told=told, by=opened.user, at=opened.at)
        return "C’est noté."

    act = Act("Noter un contact", "Noter", _back(pathway.pk), opened.child.full_name)
    form = EncounterForm(request.POST or None)
    return act_page(request, form, act, run, template="pathways/encounter.html")


@reading_or_writing
@child_page()
def new_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway = open_pathway(request, pk, acts=True)
    form = AppointmentForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        following.plan_appointment(
            pathway=pathway,
            when=form.when(),
            venue=data["venue"],
            with_whom=data["with_whom"],
            user=opened.user,
            by=opened.user,
            at=opened.at,
        )
        return "Le rendez-vous est noté."

    act = Act("Prendre un rendez-vous", "Noter le rendez-vous", _back(pathway.pk), opened.child.full_name)
    return act_page(request, form, act, run)


@reading_or_writing
@child_page()
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """It took place, nobody came, or it is cancelled."""
    rows = Appointment.objects.visible_to(signed_in(request)).select_related("pathway")
    found = get_object_or_404(rows, pk=pk)
    opened, pathway = open_pathway(request, found.pathway_id, acts=True)

    def run(data: dict[str, Any]) -> str:
        following.close_appointment(appointment=found, by=opened.user, at=timezone.now(), **data)
        return "La suite du rendez-vous est notée."

    act = Act("La suite du rendez-vous", "Noter la suite", _back(pathway.pk), opened.child.full_name)
    return act_page(request, OutcomeForm(request.POST or None), act, run)


def _cost(user: User, pathway: Pathway) -> dict[str, Any]:
    """The programme's to know, and nobody else's."""
    if not permissions.can_confirm_service(user):
        return {"cost": None}
    cost = balance.cost_of(pathway)
    count = f"{cost.sessions} séances" if cost.sessions > 1 else f"{cost.sessions} séance"
    return {"cost": cost, "cost_of": count, "cost_means": balance.COST_MEANS}


def _back(pk: int) -> str:
    return reverse("pathways:pathway", args=[pk])
