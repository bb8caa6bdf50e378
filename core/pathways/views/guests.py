"""A child without pathway comes to a group action."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.children import sameness
from core.children.models import Child
from core.children.opening import child_page
from core.children.operations import files
from core.journal import operations as journal
from core.pathways import permissions
from core.pathways.forms.actions import GuestForm
from core.pathways.forms.referrals import LinkForm
from core.pathways.models import Action
from core.pathways.operations import guests
from core.pathways.operations.transitions import CannotMove
from core.pathways.views.opening import Act, note_action, open_action
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(Role.COORDINATOR, Role.REFERENT)
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """A handful of fields, the parents' authorisation; a child who is known already is not opened twice."""
    user, action = open_action(request, pk, may=permissions.can_enrol)
    form = GuestForm(request.POST or None, matches=[])
    if form.is_valid():
        matches = _matches(form.cleaned_data, user)
        form = GuestForm(request.POST, matches=matches)
        if form.is_valid():
            data = form.cleaned_data
            try:
                _once(data, matches, action, user)
            except (CannotMove, ValidationError) as refusal:
                form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            else:
                toasts.done(request, f"{data['first_name']} participe à cette action.")
                return redirect("pathways:action", pk)
    note_action(request, action, [])
    act = Act("Un enfant sans parcours", "Inscrire", reverse("pathways:action", args=[pk]), action.title)
    return render(request, "pathways/act.html", {"form": form, "act": act})


def _matches(data: dict[str, Any], user: User) -> list[sameness.Match]:
    found = sameness.likely_matches(data["first_name"], data["last_name"], birth_on=data["birth_on"])
    seen = Child.objects.visible_to(user).filter(pk__in=[match.child.pk for match in found])
    known = set(seen.values_list("pk", flat=True))
    return [match for match in found if match.child.pk in known]


def _once(data: dict[str, Any], matches: list[sameness.Match], action: Action, user: User) -> None:
    journal.once(key=data["form_key"], at=timezone.now(), make=lambda: _join(data, matches, action, user))


def _join(data: dict[str, Any], matches: list[sameness.Match], action: Action, user: User) -> Child:
    at, chosen = timezone.now(), data.get("choice", LinkForm.NEW)
    known = {str(match.child.pk): match.child for match in matches}
    return guests.welcome_guest(
        action=action,
        child=known.get(chosen),
        details=files.ChildDetails(
            first_name=data["first_name"],
            last_name=data["last_name"],
            birth_on=data["birth_on"],
            sex=data["sex"],
        ),
        distinct_from=[match.child.pk for match in matches],
        authorised_by=data["authorised_by"],
        authorised_on=data["authorised_on"],
        safety=data["safety"],
        by=user,
        at=at,
    ).child
