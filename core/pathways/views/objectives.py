"""One objective: where it stands, which existing solutions were looked at, and what is done for it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children import queries as children
from core.children.opening import Opened, child_page
from core.pathways import life
from core.pathways.forms.life import (
    ConsiderForm,
    JoinForm,
    NewActionForm,
    NothingForm,
    SettleForm,
    StandingForm,
)
from core.pathways.models import Objective, WaitingLine
from core.pathways.operations import actions, guests, objectives
from core.pathways.operations.actions import ActionDetails
from core.pathways.views.opening import (
    Act,
    act_page,
    head_of,
    open_objective,
    open_solution,
    post_act,
)

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@reading_or_writing
@child_page()
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """What exists: begun with what was tried before the referral; each solution kept or not, and why."""
    opened, objective = open_objective(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        objectives.consider(objective=objective, by=opened.user, at=opened.at, **data)
        return "La solution est à regarder."

    act = Act("Ce qui existe", "Ajouter cette solution", _search(objective), opened.child.full_name)
    more = {**head_of(opened), "objective": objective, "search": life.search_of(objective)}
    more["directory_url"] = _directory(opened, objective)
    form = ConsiderForm(request.POST or None, objective=objective)
    return act_page(request, form, act, run, template="pathways/objective_search.html", more=more)


@reading_or_writing
@child_page()
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    opened, objective = open_objective(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        objectives.say_standing(objective=objective, by=opened.user, at=opened.at, **data)
        return "C’est noté."

    form = StandingForm(request.POST or None, initial={"standing": objective.standing})
    return act_page(request, form, _act("Où en est-on", "Noter", objective), run)


@reading_or_writing
@child_page()
def nothing(request: HttpRequest, pk: int) -> HttpResponse:
    opened, objective = open_objective(request, pk, acts=True)

    def run(data: dict[str, Any]) -> str:
        objectives.say_nothing_exists(objective=objective, by=opened.user, at=opened.at, **data)
        return "La raison est notée : une action sur mesure est possible."

    form = NothingForm(request.POST or None, initial={"because": objective.nothing_exists})
    act = Act("Rien n’existe", "Noter la raison", _search(objective), objective.text)
    return act_page(request, form, act, run)


@require_POST
@child_page()
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    opened, solution = open_solution(request, pk)

    def run() -> str:
        objectives.contact_solution(
            solution=solution, on=timezone.localdate(opened.at), by=opened.user, at=opened.at
        )
        return "Contactée : c’est noté."

    return post_act(request, _search(solution.objective), run)


@require_POST
@child_page()
def again(request: HttpRequest, pk: int) -> HttpResponse:
    opened, solution = open_solution(request, pk)

    def run() -> str:
        objectives.look_again(solution=solution, by=opened.user, at=opened.at)
        return "La solution est de nouveau à regarder."

    return post_act(request, _search(solution.objective), run)


@reading_or_writing
@child_page()
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    opened, solution = open_solution(request, pk)

    def run(data: dict[str, Any]) -> str:
        objectives.settle_solution(
            solution=solution, on=timezone.localdate(opened.at), by=opened.user, at=opened.at, **data
        )
        return "La réponse est notée."

    act = Act("Retenue ou non", "Noter la réponse", _search(solution.objective), str(solution))
    return act_page(request, SettleForm(request.POST or None), act, run)


@reading_or_writing
@child_page()
def new_action(request: HttpRequest, pk: int) -> HttpResponse:
    """An individual action for this objective, with an existing scheme or made to measure."""
    opened, objective = open_objective(request, pk, acts=True)
    form = NewActionForm(request.POST or None)

    def run(_: dict[str, Any]) -> str:
        actions.open_action(
            details=ActionDetails(**form.details(objective)),
            objective=objective,
            by=opened.user,
            at=opened.at,
        )
        return "L’action est prévue."

    return act_page(request, form, _act("Une action pour cet objectif", "Prévoir l’action", objective), run)


@reading_or_writing
@child_page()
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """The child takes part in a group action, for this objective."""
    opened, objective = open_objective(request, pk, acts=True)
    form = JoinForm(request.POST or None, user=opened.user)

    def run(data: dict[str, Any]) -> str:
        on = timezone.localdate(opened.at)
        found = guests.enrol(objective=objective, on=on, by=opened.user, at=opened.at, **data)
        if isinstance(found, WaitingLine):
            return f"{opened.child.first_name} attend une place : elle sera proposée à son tour."
        return f"{opened.child.first_name} participe à cette action."

    return act_page(request, form, _act("Rejoindre une action collective", "Inscrire", objective), run)


def _act(title: str, submit: str, objective: Objective) -> Act:
    back = reverse("pathways:pathway", args=[objective.pathway_id])
    return Act(title, submit, back, objective.text)


def _search(objective: Objective) -> str:
    return reverse("pathways:objective_search", args=[objective.pk])


def _directory(opened: Opened, objective: Objective) -> str:
    """The directory, asked for what this child needs: the domain, the age and the district, no name."""
    day = timezone.localdate(opened.at)
    age, district = opened.child.age_on(day), children.district_of(opened.child, day)
    asked = {"domaine": objective.domain.code, "age": "" if age is None else str(age), "quartier": district}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('partners:directory')}?{query}"
