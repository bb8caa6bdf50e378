"""How the pages of a pathway are opened: the child's whole file, its read line, and who may act on it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from core.children import queries as children
from core.children import words
from core.children.access import Scope
from core.children.opening import Opened, note_list, open_child, signed_in
from core.journal import operations as journal
from core.pathways import permissions
from core.pathways.models import Action, Objective, Pathway, Review, Solution
from core.pathways.models.action import in_own_team
from core.pathways.operations.transitions import CannotMove
from core.people.models import User
from core.ui import toasts


def open_pathway(request: HttpRequest, pk: int, *, acts: bool = False) -> tuple[Opened, Pathway]:
    """404 without the whole file; 403 for who may read it and not act on it."""
    rows = Pathway.objects.visible_to(signed_in(request)).select_related("child", "contract")
    pathway = get_object_or_404(rows, pk=pk)
    return _open(request, pathway, acts), pathway


def open_objective(request: HttpRequest, pk: int, *, acts: bool = False) -> tuple[Opened, Objective]:
    rows = Objective.objects.visible_to(signed_in(request))
    objective = get_object_or_404(rows.select_related("pathway__child", "domain"), pk=pk)
    return _open(request, objective.pathway, acts), objective


def open_solution(request: HttpRequest, pk: int) -> tuple[Opened, Solution]:
    rows = Solution.objects.visible_to(signed_in(request))
    found = get_object_or_404(rows.select_related("objective__pathway__child", "offer__organisation"), pk=pk)
    return _open(request, found.objective.pathway, acts=True), found


def open_review(request: HttpRequest, pk: int, *, acts: bool = False) -> tuple[Opened, Review]:
    rows = Review.objects.visible_to(signed_in(request))
    review = get_object_or_404(rows.select_related("pathway__child", "by"), pk=pk)
    return _open(request, review.pathway, acts), review


def _open(request: HttpRequest, pathway: Pathway, acts: bool) -> Opened:
    may = (lambda opened: permissions.can_follow(opened.reasons)) if acts else None
    return open_child(request, pathway.child_id, scope=Scope.FILE, may=may)


def open_action(
    request: HttpRequest, pk: int, *, may: Callable[[User, Action], bool] | None = None
) -> tuple[User, Action]:
    """404 for what one may not see; 403 for what one may not do with it."""
    user = signed_in(request)
    rows = Action.objects.visible_to(user).select_related("worker", "organisation", "agreement", "offer")
    action = get_object_or_404(rows.distinct(), pk=pk)
    if may is not None and not may(user, action):
        raise PermissionDenied
    return user, action


def note_action(request: HttpRequest, action: Action, shown: Iterable[int]) -> None:
    """The read line of a page that names who takes part: by one's role, or by leading the action."""
    user = signed_in(request)
    if in_own_team(user):
        note_list(request, shown)
        return
    journal.read(
        actor=user,
        page=request.resolver_match.view_name if request.resolver_match else "",
        at=timezone.now(),
        reason="action",
        why=f"Action de sa structure, « {action.title} »"[:200],
        purpose="Mener l’action et faire l’appel",
        shown=shown,
    )


def head_of(opened: Opened) -> dict[str, Any]:
    """Whose file it is, with what must never be missed."""
    found = children.warnings_for([opened.child], timezone.localdate(opened.at))
    return {
        "child": opened.child,
        "warnings": [words.sentence(warning) for warning in found[opened.child.pk]],
        "may_follow": permissions.can_follow(opened.reasons),
    }


@dataclass(frozen=True, slots=True)
class Act:
    """A page with one form."""

    title: str
    submit: str
    back: str
    kicker: str = ""
    lead: str = ""


def act_page(
    request: HttpRequest,
    form: forms.Form,
    act: Act,
    run: Callable[[dict[str, Any]], str],
    *,
    template: str = "pathways/act.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form; once it is valid and the operation accepts, back with what `run` says was done."""
    if request.method == "POST" and form.is_valid():
        try:
            said = _once(request, form.cleaned_data, run)
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, said)
            return redirect(act.back)
    return render(request, template, {"form": form, "act": act, **(more or {})})


def _once(request: HttpRequest, data: dict[str, Any], run: Callable[[dict[str, Any]], str]) -> str:
    """Carry the form out; a form with a key, once, however often it arrives."""
    key, said = data.pop("form_key", None), "C’était déjà enregistré."
    if key is None:
        return run(data)

    def make() -> User:
        nonlocal said
        said = run(data)
        return signed_in(request)  # the way on is the same each time: nothing is looked up by it

    journal.once(key=key, at=timezone.now(), make=make)
    return said


def post_act(request: HttpRequest, back: str, run: Callable[[], str]) -> HttpResponse:
    """One press of a button."""
    try:
        toasts.done(request, run())
    except CannotMove as refusal:
        toasts.refused(request, str(refusal))
    return redirect(back)
