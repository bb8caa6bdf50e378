"""A child without pathway: enrolled by the programme, asked for by a worker, referred from the roll-call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.children import sameness
from core.children.models import Child
from core.children.opening import child_page, signed_in
from core.children.sameness import Match
from core.journal import operations as journal
from core.pathways import permissions
from core.pathways.forms.actions import GuestForm
from core.pathways.forms.groups import AskForm, DeclineForm
from core.pathways.forms.referrals import LinkForm
from core.pathways.models import Action, Participation, PlaceRequest, WaitingLine
from core.pathways.operations import guests
from core.pathways.operations.places import ActionFull
from core.pathways.operations.transitions import CannotMove
from core.pathways.places import room_of
from core.pathways.views.opening import Act, act_page, note_action, open_action
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])
Enrolled = Participation | WaitingLine


@reading_or_writing
@child_page(Role.COORDINATOR, Role.REFERENT)
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """A handful of fields, the parents' authorisation; a child who is known already is not opened twice."""
    user, action = open_action(request, pk, may=permissions.can_enrol)
    note_action(request, action, [])
    asked = _Asked(request, action, user)

    def make(form: GuestForm) -> Enrolled:
        may_wait = form.cleaned_data["may_wait"]
        return guests.welcome_guest(action=action, may_wait=may_wait, **asked.values(form))

    room = room_of(action)
    full = f"Cette action est complète : l’enfant peut attendre son tour, au rang {room.rank}."
    act = Act("Un enfant sans parcours", "Inscrire", asked.back, action.title, "" if room.is_open else full)
    return asked.page(act, make)


@reading_or_writing
@child_page(Role.COORDINATOR, Role.REFERENT)
def accept_request(request: HttpRequest, pk: int) -> HttpResponse:
    """What a worker asked, to be looked at and enrolled; with what it said already written."""
    user, found = _request(request, pk)
    note_action(request, found.action, [])
    names = ("first_name", "last_name", "birth_on", "authorised_by", "authorised_on", "safety")
    asked = _Asked(request, found.action, user, {name: getattr(found, name) for name in names})

    def make(form: GuestForm) -> Enrolled:
        return guests.accept_request(request=found, **asked.values(form))

    lead = f"{found.asked_by.full_name} demande cette place."
    act = Act("Une place demandée", "Inscrire", asked.back, found.action.title, lead)
    return asked.page(act, make, waits=False)


@reading_or_writing
@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT)
def decline_request(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = _request(request, pk)

    def run(data: dict[str, Any]) -> str:
        guests.decline_request(request=found, by=user, at=timezone.now(), **data)
        return "La réponse est donnée ; le nom est effacé."

    act = Act("Ne pas inscrire", "Répondre", _back(found.action_id), found.action.title)
    return act_page(request, DeclineForm(request.POST or None), act, run)


@reading_or_writing
@charter_required
@roles_required(Role.REFERENT, Role.PARTNER_WORKER)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Who leads the action says who would like to come; the programme answers."""
    user, action = open_action(request, pk, may=permissions.can_ask)
    form = AskForm(request.POST or None)

    def run(_: dict[str, Any]) -> str:
        guests.ask_place(action=action, asked=form.asked(), by=user, at=timezone.now())
        return "La demande est envoyée à la coordination. Sa réponse sera sur cette page."

    lead = "La coordination répond : elle seule dit qui participe. Les parents doivent être d’accord."
    return act_page(request, form, Act("Demander une place", "Demander", _back(pk), action.title, lead), run)


def _request(request: HttpRequest, pk: int) -> tuple[User, PlaceRequest]:
    user = signed_in(request)
    rows = PlaceRequest.objects.visible_to(user).open().select_related("action", "asked_by")
    found = get_object_or_404(rows, pk=pk)
    if not permissions.can_enrol(user, found.action):
        raise PermissionDenied
    return user, found


@dataclass
class _Asked:
    """One form, in two steps: who the child is; and, where files are like it, which one."""

    request: HttpRequest
    action: Action
    user: User
    initial: dict[str, Any] | None = None
    matches: tuple[Match, ...] = ()

    @property
    def back(self) -> str:
        return _back(self.action.pk)

    def page(self, act: Act, make: Callable[[GuestForm], Enrolled], *, waits: bool = True) -> HttpResponse:
        form = self._form(waits)
        if form.is_valid():
            self.matches = tuple(_matches(form.cleaned_data, self.user))
            form = self._form(waits)
            if form.is_valid() and (said := self._once(form, make)):
                toasts.done(self.request, said)
                return redirect(self.back)
        return render(self.request, "pathways/act.html", {"form": form, "act": act})

    def values(self, form: GuestForm) -> dict[str, Any]:
        data, known = form.cleaned_data, {str(match.child.pk): match.child for match in self.matches}
        return {
            "child": known.get(data.get("choice", LinkForm.NEW)),
            "details": form.details(),
            "distinct_from": [match.child.pk for match in self.matches],
            "authorised_by": data["authorised_by"],
            "authorised_on": data["authorised_on"],
            "authorised_until": data["authorised_until"],
            "safety": data["safety"],
            "by": self.user,
            "at": timezone.now(),
        }

    def _form(self, waits: bool) -> GuestForm:
        form = GuestForm(self.request.POST or None, initial=self.initial, matches=list(self.matches))
        if not waits:
            del form.fields["may_wait"]
        return form

    def _once(self, form: GuestForm, make: Callable[[GuestForm], Enrolled]) -> str:
        """What was done; empty when it was refused, which the form then says."""
        name, said = form.cleaned_data["first_name"], "C’était déjà enregistré."

        def enrol() -> Child:
            nonlocal said
            found = make(form)
            said = (
                f"{name} participe à cette action."
                if isinstance(found, Participation)
                else f"{name} attend une place : elle sera proposée à son tour."
            )
            return found.child

        try:
            journal.once(key=form.cleaned_data["form_key"], at=timezone.now(), make=enrol)
        except ActionFull as full:
            form.add_error("may_wait" if "may_wait" in form.fields else None, str(full))
        except (CannotMove, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            return said
        return ""


def _matches(data: dict[str, Any], user: User) -> list[Match]:
    found = sameness.likely_matches(data["first_name"], data["last_name"], birth_on=data["birth_on"])
    seen = Child.objects.visible_to(user).filter(pk__in=[match.child.pk for match in found])
    known = set(seen.values_list("pk", flat=True))
    return [match for match in found if match.child.pk in known]


def _back(action_pk: int) -> str:
    return reverse("pathways:action", args=[action_pk])
