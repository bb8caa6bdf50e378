"""Figures that were frozen, and how a year is frozen for those who steer."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import signed_in
from core.journal import operations as journal
from core.journal.reading import read_only
from core.people.access import roles_required
from core.people.enums import Role
from core.people.models import User
from core.reporting import boards, choosing, frozen, permissions, readers
from core.reporting.enums import Purpose
from core.reporting.forms import FreezeForm
from core.reporting.indicators import Period
from core.reporting.models import Snapshot
from core.reporting.operations import freezing
from core.ui import toasts
from core.ui.shapes import Crumb
from core.ui.tables import Column, listing

COLUMNS = (Column("Période"), Column("Pour"), Column("État au"), Column("Arrêtés le"), Column("Remarque"))
readers_only = roles_required(*permissions.READERS)


@readers_only
@require_safe
@read_only
def snapshot_list(request: HttpRequest) -> HttpResponse:
    found = Snapshot.objects.visible_to(signed_in(request)).latest_first()
    page = listing(list(found.select_related("made_by")), COLUMNS, request.GET)
    lines = [(one, Period(one.first_on, one.last_on).label) for one in page.rows]
    return render(request, "reporting/snapshot_list.html", {"listing": page, "lines": lines})


@readers_only
@require_safe
@read_only
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(Snapshot.objects.visible_to(user), pk=pk)
    exact = permissions.can_see_exact_figures(user)
    reader: Any = readers.Exact(frozen.figures_of(found)) if exact else readers.of_snapshot(found)
    crumbs = [Crumb("Chiffres", reverse("reporting:dashboard")), Crumb("Chiffres arrêtés")]
    return render(
        request,
        "reporting/snapshot.html",
        {"snapshot": found, "reader": reader, "board": boards.board_of(reader, None), "crumbs": crumbs},
    )


@roles_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not permissions.can_freeze(user):
        raise PermissionDenied
    period = _period(request)
    if period is None:
        toasts.refused(request, "Aucune année n’est encore finie\u00a0: il n’y a rien à arrêter.")
        return redirect("reporting:dashboard")
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pk = _freeze(form, period, user)
        except freezing.CannotFreezeError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "Les chiffres sont arrêtés\u00a0: le pilotage les voit.")
            return redirect("reporting:snapshot", pk)
    back = f"{reverse('reporting:dashboard')}?periode={period.code}"
    return render(request, "reporting/freeze.html", {"form": form, "period": period, "back": back})


def _freeze(form: FreezeForm, period: Period, user: User) -> int:
    def make() -> Snapshot:
        return freezing.freeze(
            period=period,
            purpose=Purpose.STEERING,
            by=user,
            at=timezone.now(),
            note=form.cleaned_data["note"],
        )

    return journal.once(key=form.cleaned_data["form_key"], at=timezone.now(), make=make)[0]


def _period(request: HttpRequest) -> Period | None:
    """One of the years that those who steer may be shown, and that is over."""
    today = timezone.localdate()
    ended = [period for period in choosing.own_years(today) if period.last < today]
    return choosing.chosen(request.GET, ended, free=False) if ended else None
