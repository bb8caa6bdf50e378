"""September: everybody up a level on one screen, level by level, with exceptions kept on the way."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children import permissions
from core.children.enums import Level, MoveChoice
from core.children.models import MoveUp
from core.children.opening import child_page, note_list, signed_in
from core.children.operations import september as operations
from core.children.operations.september import CannotMoveUpError
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts
from core.ui.tables import Column
from tenants import context

PER_PAGE = 60
COLUMNS = [Column("Enfant"), Column("Proposé"), Column("Exceptions")]
EXCEPTIONS = {"reste": MoveChoice.STAYS, "attend": MoveChoice.LEFT_ALONE}


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(Role.COORDINATOR)
def september(request: HttpRequest) -> HttpResponse:
    user, at = _coordinator(request), timezone.now()
    starts_on = first_day(timezone.localdate(at))
    if request.method == "POST" and "passer" in request.POST:
        try:
            move = operations.apply_move_up(
                by=user, at=at, starts_on=starts_on, choices=_choices(request.POST)
            )
        except CannotMoveUpError as refused:
            toasts.refused(request, str(refused))
        else:
            undo_url = reverse("children:undo_september", args=[move.pk])
            toasts.done(request, "Le passage de rentrée est fait.", undo_url=undo_url)
        return redirect("children:september")
    done = (
        MoveUp.objects.filter(school_year=starts_on.year, undone_at=None).select_related("applied_by").first()
    )
    page = _page(request, starts_on, {} if done else operations.counts_by_level(starts_on=starts_on))
    note_list(request, [step["step"].enrolment.child_id for step in page["steps"]])
    return render(
        request,
        "children/september.html",
        {**page, "columns": COLUMNS, "done": done, "starts_on": starts_on, "ends_on": starts_on.year + 1},
    )


@require_POST
@child_page(Role.COORDINATOR)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    user = _coordinator(request)
    move = get_object_or_404(MoveUp, pk=pk)
    try:
        undone = operations.undo_move_up(by=user, at=timezone.now(), move=move)
    except CannotMoveUpError as refused:
        toasts.refused(request, str(refused))
    else:
        left = (
            f" {undone.left} scolarités modifiées depuis sont laissées telles quelles." if undone.left else ""
        )
        toasts.done(request, f"Le passage est annulé.{left}")
    return redirect("children:september")


def first_day(today: date) -> date:
    """The first day of the school year that begins this summer, or began last: from June on, this year's."""
    month, day = map(int, _school_year_start().split("-"))
    year = today.year if today.month >= 6 else today.year - 1
    return date(year, month, day)


def _school_year_start() -> str:
    return str(context.require().config.get("calendar", {}).get("school_year_start", "09-01"))


def _page(request: HttpRequest, starts_on: date, counts: dict[Level, int]) -> dict[str, Any]:
    """The children of one level, and how many there are of each; exceptions of other levels go along."""
    params = request.POST if request.method == "POST" else request.GET
    picked = {name: set(params.getlist(name)) for name in EXCEPTIONS}
    wanted = params.get("niveau", "")
    shown = next((level for level in counts if level == wanted), next(iter(counts), None))
    steps = operations.preview(starts_on=starts_on, level=shown) if shown else []
    of_level = Paginator(steps, PER_PAGE)
    here = of_level.get_page(params.get("page"))
    ids = {str(step.enrolment.pk) for step in here}
    return {
        "levels": [
            {"level": level, "count": count, "shown": level == shown} for level, count in counts.items()
        ],
        "total": sum(counts.values()),
        "page": here,
        "shown": shown,
        "steps": [
            {
                "step": step,
                "stays": str(step.enrolment.pk) in picked["reste"],
                "waits": str(step.enrolment.pk) in picked["attend"],
            }
            for step in here
        ],
        "elsewhere": [(name, pk) for name, pks in picked.items() for pk in sorted(pks - ids) if pk.isdigit()],
    }


def _choices(params: QueryDict) -> dict[int, MoveChoice]:
    return {
        int(pk): choice for name, choice in EXCEPTIONS.items() for pk in params.getlist(name) if pk.isdigit()
    }


def _coordinator(request: HttpRequest) -> User:
    user = signed_in(request)
    if not permissions.can_move_up(user):
        raise PermissionDenied
    return user
