"""The inbox, a referral's page, and what is done from there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.children import sameness
from core.children.models import Child
from core.children.operations import files
from core.children.sameness import Match
from core.journal import operations as journal
from core.journal.reading import reads_children
from core.pathways import chosen, permissions, queries, steps
from core.pathways.enums import AgreementKind
from core.pathways.forms import referrals as forms_
from core.pathways.models import Referral
from core.pathways.operations import decisions, referrals
from core.pathways.operations.transitions import CannotMove
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.sheets import lists
from core.ui import toasts
from core.ui.tables import Column, listing

referring_roles = roles_required(
    Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER
)
COLUMNS = [
    Column("Enfant"),
    Column("Étape"),
    Column("Attend depuis", "attente", ("received_on", "pk")),
    Column("Il manque"),
]
OWN_COLUMNS = [
    Column("Enfant"),
    Column("Envoyée le", "date", ("-received_on", "-pk")),
    Column("Où en est-on"),
]


@charter_required
@referring_roles
@require_safe
@reads_children
def inbox(request: HttpRequest) -> HttpResponse:
    """For those who handle referrals, by waiting time or step; for others, what they sent, and its status."""
    user = _user(request)
    found, today = chosen.referrals(user, request.GET.dict()), timezone.localdate()
    handled, step = found.handled, found.step
    page = listing(found.rows, COLUMNS if handled else OWN_COLUMNS, request.GET)
    lines = queries.inbox_lines(page.rows, user, on=today)
    _read(request, page="orientations", shown=[line.child_id for line in lines if line.child_id])
    context = {
        "listing": page,
        "lines": lines,
        "handled": handled,
        "closed": found.closed,
        "steps": steps.choices(user, step) if handled and not found.closed else [],
        "export_url": lists.address("referrals", user.roles_on(today), request.GET.dict()),
        "step": steps.STEPS[step].label if step else "",
    }
    return render(request, "pathways/referral_list.html", context)


@charter_required
@referring_roles
@require_safe
@reads_children
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it for those who handle it; what was sent and four words for the referrer."""
    user = _user(request)
    referral = _referral(user, pk)
    handles = permissions.can_handle(user, referral)
    _read(request, page="orientation", child_id=referral.child_id, handles=handles)
    if not handles:
        return render(request, "pathways/referral_sent.html", {"referral": referral})
    return render(
        request,
        "pathways/referral_detail.html",
        queries.referral_page(referral, user, on=timezone.localdate()),
    )


@charter_required
@referring_roles
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    def act(referral: Referral, data: dict[str, Any]) -> str:
        referrals.log_contact(referral=referral, by=_user(request), at=timezone.now(), **data)
        return "Le contact est noté."

    return _form_page(request, pk, forms_.ContactForm, act, "Noter un contact", "Noter le contact")


@charter_required
@referring_roles
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    def act(referral: Referral, data: dict[str, Any]) -> str:
        referrals.record_agreement(referral=referral, by=_user(request), at=timezone.now(), **data)
        opens = data["kind"] in (AgreementKind.ORAL, AgreementKind.WRITTEN)
        return "L’accord est noté : l’équipe peut être saisie." if opens else "La réponse est notée."

    def make(*args: Any) -> forms.Form:
        return forms_.AgreementForm(*args, children=[_referral(_user(request), pk).child_id])

    return _form_page(request, pk, make, act, "La réponse des parents", "Noter la réponse")


@charter_required
@roles_required(Role.COORDINATOR)
def link_child(request: HttpRequest, pk: int) -> HttpResponse:
    """Before a file is opened, those that are like it are shown."""
    user, at = _user(request), timezone.now()
    referral = _handled(user, pk)
    described = referral.stated_first_name, referral.stated_last_name
    matches = sameness.likely_matches(*described, birth_on=referral.stated_birth_on)
    form = forms_.LinkForm(request.POST or None, matches=matches, name=referral.stated_name)
    if form.is_valid():
        data = form.cleaned_data
        try:
            journal.once(
                key=data["form_key"], at=at, make=lambda: _link(referral, data["choice"], matches, user)
            )
        except (CannotMove, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            toasts.done(request, "L’orientation est reliée au dossier de l’enfant.")
            return redirect("pathways:referral", pk)
    page = {"form": form, "referral": referral, "title": "Relier au dossier de l’enfant", "submit": "Relier"}
    return render(request, "pathways/referral_act.html", page)


@charter_required
@roles_required(Role.COORDINATOR)
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    def act(referral: Referral, data: dict[str, Any]) -> str:
        referrals.charge_first_contact(referral=referral, by=_user(request), at=timezone.now(), **data)
        return f"{data['person'].full_name} est chargé·e du premier contact."

    return _form_page(request, pk, forms_.ChargeForm, act, "Confier le premier contact", "Confier")


@charter_required
@roles_required(Role.COORDINATOR)
def urgent(request: HttpRequest, pk: int) -> HttpResponse:
    def act(referral: Referral, data: dict[str, Any]) -> str:
        decisions.admit_in_urgency(referral=referral, by=_user(request), at=timezone.now(), **data)
        return "L’entrée est décidée en urgence. La prochaine réunion la ratifiera."

    return _form_page(request, pk, forms_.ReasonForm, act, "Décider en urgence", "Décider l’entrée")


@charter_required
@roles_required(Role.COORDINATOR)
def referent(request: HttpRequest, pk: int) -> HttpResponse:
    def act(referral: Referral, data: dict[str, Any]) -> str:
        decisions.name_referent(referral=referral, by=_user(request), at=timezone.now(), **data)
        return f"{data['user'].full_name} accompagne désormais l’enfant."

    return _form_page(request, pk, forms_.ReferentForm, act, "Choisir la ou le référent", "Choisir")


@charter_required
@roles_required(Role.COORDINATOR)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    def act(referral: Referral, data: dict[str, Any]) -> str:
        referrals.close_referral(referral=referral, by=_user(request), at=timezone.now(), **data)
        return "L’orientation est close. Elle compte dans les chiffres de l’année."

    return _form_page(request, pk, forms_.ReasonForm, act, "Clore sans suite", "Clore l’orientation")


@charter_required
@roles_required(Role.COORDINATOR)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    referral = _handled(_user(request), pk)
    try:
        referrals.reopen_referral(referral=referral, by=_user(request), at=timezone.now())
    except CannotMove as refusal:
        return _refused(request, referral, refusal)
    toasts.done(request, "L’orientation est rouverte.")
    return redirect("pathways:referral", pk)


@charter_required
@referring_roles
@require_POST
def no_answer(request: HttpRequest, pk: int) -> HttpResponse:
    referral = _handled(_user(request), pk)
    try:
        referrals.note_no_answer(referral=referral, by=_user(request), at=timezone.now())
    except CannotMove as refusal:
        return _refused(request, referral, refusal)
    toasts.done(request, "« Sans réponse » est noté ; un nouvel appel la remet en route.")
    return redirect("pathways:referral", pk)


def _form_page(
    request: HttpRequest,
    pk: int,
    make: Callable[..., forms.Form],
    act: Callable[[Referral, dict[str, Any]], str],
    title: str,
    submit: str,
) -> HttpResponse:
    """One question page about a referral: ask, act, say so, go back; a refusal keeps what was typed."""
    referral = _handled(_user(request), pk)
    form = make(request.POST) if request.method == "POST" else make()
    if form.is_valid():
        data, said = dict(form.cleaned_data), "C’est déjà enregistré."

        def once() -> Referral:
            nonlocal said
            said = act(referral, data)
            return referral

        try:
            journal.once(key=data.pop("form_key"), at=timezone.now(), make=once)
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, said)
            return redirect("pathways:referral", pk)
    page = {"form": form, "referral": referral, "title": title, "submit": submit}
    return render(request, "pathways/referral_act.html", page)


def _link(referral: Referral, chosen: str, matches: list[Match], user: User) -> Referral:
    if chosen == forms_.LinkForm.NEW:
        child = _open_file(referral, user, [match.child.pk for match in matches])
    else:
        child = next(match.child for match in matches if str(match.child.pk) == chosen)
    return referrals.link_child(referral=referral, child=child, by=user, at=timezone.now())


def _open_file(referral: Referral, user: User, others: list[int]) -> Child:
    details = files.ChildDetails(
        first_name=referral.stated_first_name,
        last_name=referral.stated_last_name,
        birth_on=referral.stated_birth_on,
    )
    return files.create_child(by=user, at=timezone.now(), details=details, distinct_from=others)


def _referral(user: User, pk: int) -> Referral:
    return get_object_or_404(Referral.objects.visible_to(user).select_related("child", "source"), pk=pk)


def _handled(user: User, pk: int) -> Referral:
    referral = _referral(user, pk)
    if not permissions.can_handle(user, referral):
        raise PermissionDenied
    return referral


def _refused(request: HttpRequest, referral: Referral, refusal: Exception) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("pathways:referral", referral.pk)


def _read(
    request: HttpRequest,
    *,
    page: str,
    child_id: int | None = None,
    shown: list[int] | None = None,
    handles: bool = True,
) -> None:
    user = _user(request)
    coordinates = user.has_role(Role.COORDINATOR)
    if coordinates:
        reason, why = "coordinator", "Coordination du PRE"
    elif handles:
        reason, why = "first_contact", "Premier contact"
    else:
        reason, why = "own_referral", "Orientation envoyée par cette personne"
    journal.read(
        actor=user,
        page=page,
        at=timezone.now(),
        reason=reason,
        why=why,
        purpose="Suivre une orientation",
        child_id=child_id,
        shown=shown or [],
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user
