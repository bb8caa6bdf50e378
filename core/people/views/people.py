"""The page of a place's accounts: who is here, with which roles, since when; and the acts on them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.people import operations, permissions, queries
from core.people.access import roles_required
from core.people.enums import PEOPLE_MANAGERS, Role
from core.people.forms import GiveRoleForm, InviteForm, LastDayForm, PaperSignatureForm, PersonalDetailsForm
from core.people.models import RoleAssignment, User
from core.ui import toasts
from core.ui.tables import Column

COLUMNS = (Column("Personne"), Column("Rôles"), Column("Compte"), Column("Charte"))

managers_only = roles_required(*PEOPLE_MANAGERS)

LAST_MANAGER = (
    "Rien n’a changé : il ne resterait personne pour inviter et gérer les comptes. "
    "Donnez d’abord ce rôle à quelqu’un d’autre."
)


@managers_only
@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    lines = queries.people_lines(timezone.now())
    here = [line for line in lines if line.state in {"here", "invited", "invitation_over"}]
    return render(
        request,
        "people/person_list.html",
        {"lines": here, "closed": [line for line in lines if line not in here], "columns": COLUMNS},
    )


@managers_only
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            invitation = operations.invite(**form.cleaned_data, by=_user(request), at=timezone.now())
        except operations.AddressTaken:
            form.add_error("email", "Cette adresse a déjà un compte ici.")
        else:
            toasts.done(request, f"Invitation envoyée à {invitation.user.email}.")
            return redirect("people:person", pk=invitation.user_id)
    return render(request, "people/invite.html", {"form": form})


@managers_only
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "people/person.html", _page_of(request, _person(pk)))


@managers_only
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    form = GiveRoleForm(request.POST or None, initial={"since_on": timezone.localdate()})
    if form.is_valid():
        values = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            operations.give_role(person=found, by=_user(request), at=timezone.now(), **values)
        except operations.AlreadyHeld:
            form.add_error("role", "Cette personne a déjà ce rôle à ces dates.")
        else:
            toasts.done(request, f"{values['role'].label} : rôle donné à {found.full_name}.")
            return redirect("people:person", pk=pk)
    return render(request, "people/give_role.html", {"form": form, "person": found})


@managers_only
def end_role(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    assignment = get_object_or_404(RoleAssignment, pk=assignment_pk, user=found)
    form = LastDayForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            operations.end_role(
                assignment=assignment,
                by=_user(request),
                at=timezone.now(),
                until_on=form.cleaned_data["on"],
            )
        except operations.LastManager:
            form.add_error(None, LAST_MANAGER)
        else:
            toasts.done(request, f"{assignment.get_role_display()} : fin du rôle enregistrée.")
            return redirect("people:person", pk=pk)
    return render(request, "people/end_role.html", {"form": form, "person": found, "assignment": assignment})


@managers_only
def person_details(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(pk)
    form = PersonalDetailsForm(request.POST or None, instance=found)
    if form.is_valid():
        operations.change_details(person=found, by=_user(request), at=timezone.now(), **form.cleaned_data)
        toasts.done(request, "Coordonnées enregistrées.")
        return redirect("people:person", pk=pk)
    return render(request, "people/person_details.html", {"form": form, "person": _person(pk)})


@managers_only
def person_left(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    form = LastDayForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            operations.record_departure(
                person=found, by=_user(request), at=timezone.now(), left_on=form.cleaned_data["on"]
            )
        except operations.LastManager:
            form.add_error(None, LAST_MANAGER)
        else:
            toasts.done(request, f"Départ de {found.full_name} enregistré.")
            return redirect("people:person", pk=pk)
    return render(request, "people/person_left.html", {"form": form, "person": found})


@managers_only
@require_POST
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    try:
        operations.suspend(person=found, by=_user(request), at=timezone.now())
    except operations.LastManager:
        messages.error(request, LAST_MANAGER)
    else:
        toasts.done(
            request,
            f"Compte de {found.full_name} suspendu : plus rien ne s’ouvre.",
            undo_url=reverse("people:resume", args=[pk]),
        )
    return _back(pk)


@managers_only
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    operations.resume(person=found, by=_user(request), at=timezone.now())
    toasts.done(request, f"Compte de {found.full_name} rouvert.")
    return _back(pk)


@managers_only
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    try:
        operations.invite_again(person=found, by=_user(request), at=timezone.now())
    except operations.AlreadyJoined:
        messages.warning(request, "Aucune invitation envoyée : ce compte est déjà ouvert, ou il est fermé.")
    else:
        toasts.done(request, f"Nouvelle invitation envoyée à {found.email}. L’ancien lien ne marche plus.")
    return _back(pk)


@managers_only
@require_POST
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    operations.revoke_invitation(person=found, by=_user(request), at=timezone.now())
    toasts.done(request, "Invitation annulée : le lien ne marche plus.")
    return _back(pk)


def _page_of(request: HttpRequest, found: User) -> dict[str, Any]:
    now, user = timezone.now(), _user(request)
    day = timezone.localdate(now)
    assignments = list(found.assignments.select_related("given_by").order_by("-since_on", "-pk"))
    charter = queries.charter_in_force(found, day)
    return {
        "person": found,
        "line": queries.person_line(found, now),
        "present": [held for held in assignments if held.until_on is None or held.until_on >= day],
        "past": [held for held in assignments if held.until_on is not None and held.until_on < day],
        "signature": charter,
        "charter": queries.current_charter(day),
        "may_change": permissions.can_change_account(user, found),
        "may_record_paper": permissions.can_record_paper_signature(user),
        "paper_form": PaperSignatureForm(initial={"on": day}),
        "changes": found.changes.select_related("actor").order_by("-at", "-pk")[:20],
    }


def _person(pk: int) -> User:
    return get_object_or_404(User.objects.prefetch_related("assignments"), pk=pk)


def _changeable(request: HttpRequest, pk: int) -> User:
    found = _person(pk)
    if not permissions.can_change_account(_user(request), found):
        raise PermissionDenied
    return found


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("people:person", args=[pk]))
