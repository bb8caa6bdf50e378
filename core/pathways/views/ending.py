"""The end of a pathway and its pauses: what stops is said before, and read again afterwards."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.models import Guardian
from core.children.opening import Opened, child_page
from core.pathways import exits, families, permissions, stops
from core.pathways.documents.exit import exit_pdf
from core.pathways.forms.ending import (
    CorrectExitForm,
    DeathForm,
    ExitForm,
    RelayForm,
    ResumeForm,
    SuspendForm,
    WithdrawForm,
    reason_of,
)
from core.pathways.known import Known
from core.pathways.models import Exit, Pathway
from core.pathways.operations import after_exit, ending, pausing
from core.pathways.operations.transitions import ENDED
from core.pathways.views.opening import Act, act_page, head_of, open_pathway, post_act
from core.people.enums import Role
from core.ui import toasts

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@reading_or_writing
@child_page()
def exit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Of an open pathway, how it ends; of an ended one, how it ended."""
    opened, pathway = open_pathway(request, pk)
    known = Exit.objects.filter(pathway=pathway).select_related("reason", "relay_organisation", "by").first()
    if known is not None:
        return _ended(request, opened, pathway, known)
    asked = Known(pathway).end_asked
    return _closing(request, opened, pathway, asked=asked)


def _ended(request: HttpRequest, opened: Opened, pathway: Pathway, known: Exit) -> HttpResponse:
    if request.method == "POST":
        toasts.refused(request, ENDED)
        return redirect("pathways:exit", pathway.pk)
    page = exits.exit_page(known, opened.user, at=opened.at)
    return render(request, "pathways/exit_detail.html", {**head_of(opened), "page": page})


def _closing(request: HttpRequest, opened: Opened, pathway: Pathway, *, asked: bool) -> HttpResponse:
    permissions.require(permissions.can_end(opened.user, opened.reasons, asked=asked))
    found = stops.ahead(pathway, timezone.localdate(opened.at))
    aims = pathway.objectives.filter(dropped_on=None).select_related("domain").by_domain()  # type: ignore[attr-defined]
    form = ExitForm(request.POST or None, objectives=aims, referent=found.referent)

    def run(_: dict[str, Any]) -> str:
        made = ending.close_pathway(pathway=pathway, ending=form.ending(), by=opened.user, at=opened.at)
        return f"Le parcours est terminé. {exits.undone_until(made)}"

    act = Act("Terminer le parcours", "Terminer le parcours", _exit(pathway), opened.child.full_name)
    more = {**head_of(opened), "pathway": pathway, "stops": found, "promised": stops.promised(pathway)}
    return act_page(request, form, act, run, template="pathways/exit_form.html", more=more)


@reading_or_writing
@child_page()
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """« La famille arrête »: two presses, at any time, without a reason to give."""
    opened, pathway = open_pathway(request, pk, acts=True)
    adults = families.adults_around([pathway.child_id], timezone.localdate(opened.at))
    form = WithdrawForm(request.POST or None, adults=list[Guardian](adults), child=opened.child.full_name)

    def run(_: dict[str, Any]) -> str:
        made = ending.withdraw(pathway=pathway, by=opened.user, at=opened.at, **form.told())
        return f"L’accompagnement s’arrête. {exits.undone_until(made)}"

    act = Act("La famille arrête", "Arrêter l’accompagnement", _exit(pathway), opened.child.full_name)
    found = stops.ahead(pathway, timezone.localdate(opened.at))
    more = {**head_of(opened), "pathway": pathway, "stops": found, "promised": stops.promised(pathway)}
    return act_page(request, form, act, run, template="pathways/withdraw.html", more=more)


@reading_or_writing
@child_page(Role.COORDINATOR, Role.REFERENT)
def death(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway = open_pathway(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        ending.close_after_death(pathway=pathway, by=opened.user, at=opened.at, **data)
        return "C’est noté. Rien n’est envoyé à la famille, et plus rien n’est prévu."

    act = Act("L’enfant est décédé", "Noter", _exit(pathway), opened.child.full_name)
    return act_page(request, DeathForm(request.POST or None), act, run, template="pathways/death.html")


@reading_or_writing
@child_page()
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it ended and what became of it, said better; the day stays."""
    opened, pathway, known = _open_ended(request, pk)
    form = CorrectExitForm(request.POST or None, ending=known)

    def run(data: dict[str, Any]) -> str:
        reason, national = reason_of(data["reason"])
        ending.correct_exit(
            ending=known,
            reason=reason,
            national=national,
            outcomes=form.outcomes(),
            by=opened.user,
            at=opened.at,
            **{name: data[name] for name in ("asked_by", "words", "strengths")},
        )
        return "C’est corrigé."

    act = Act("Compléter la sortie", "Enregistrer", _exit(pathway), opened.child.full_name)
    return act_page(request, form, act, run, template="pathways/exit_correct.html")


@require_POST
@child_page()
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway, known = _open_ended(request, pk)

    def run() -> str:
        undone = ending.undo_exit(ending=known, by=opened.user, at=opened.at)
        return exits.undone_words(undone)

    return post_act(request, reverse("pathways:pathway", args=[pathway.pk]), run)


@reading_or_writing
@child_page()
def relay(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway, known = _open_ended(request, pk)

    def run(data: dict[str, Any]) -> str:
        after_exit.note_relay(ending=known, by=opened.user, at=opened.at, **data)
        return "Le relais est noté."

    act = Act("Le relais", "Noter le relais", _exit(pathway), opened.child.full_name, known.relay_to)
    return act_page(request, RelayForm(request.POST or None, ending=known), act, run)


def _open_ended(request: HttpRequest, pk: int) -> tuple[Opened, Pathway, Exit]:
    """404 for a pathway that has no exit; 403 for who may not change what was written of it."""
    opened, pathway = open_pathway(request, pk)
    known = Exit.objects.filter(pathway=pathway).select_related("reason", "relay_organisation").first()
    if known is None:
        raise Http404
    permissions.require(permissions.can_follow(opened.reasons) and opened.user.has_role(Role.COORDINATOR))
    return opened, pathway, known


@require_safe
@child_page()
def last_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that the family keeps. None after a death, a mistake, or towards child protection."""
    _, pathway = open_pathway(request, pk)
    known = Exit.objects.filter(pathway=pathway).select_related("relay_organisation").first()
    if known is None or known.is_sober:
        raise Http404
    response = HttpResponse(exit_pdf(known), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="fin-du-parcours.pdf"'
    return response


@reading_or_writing
@child_page()
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway = open_pathway(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        pausing.suspend(pathway=pathway, by=opened.user, at=opened.at, **data)
        return "Le parcours est suspendu."

    lead = "L’accompagnement s’arrête un temps. Ce qui est convenu, partagé et noté reste comme c’est."
    act = Act("Suspendre le parcours", "Suspendre", _pathway(pathway), opened.child.full_name, lead)
    return act_page(request, SuspendForm(request.POST or None), act, run)


@reading_or_writing
@child_page()
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    opened, pathway = open_pathway(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        pausing.resume(pathway=pathway, by=opened.user, at=opened.at, **data)
        return "Le parcours reprend."

    lead = "Les séances et rendez-vous annulés pendant la suspension sont à prévoir de nouveau."
    act = Act("Reprendre le parcours", "Reprendre", _pathway(pathway), opened.child.full_name, lead)
    return act_page(request, ResumeForm(request.POST or None), act, run)


def _pathway(pathway: Pathway) -> str:
    return reverse("pathways:pathway", args=[pathway.pk])


def _exit(pathway: Pathway) -> str:
    return reverse("pathways:exit", args=[pathway.pk])
