"""« Exploitation »: does everything that was asked for happen? Counts and codes, no person."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.national import queries
from core.national.operations import effects as operations
from core.national.queries import Group
from core.people.access import roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts
from core.ui.tables import Column
from tenants import health, outcomes

operator = roles_required(Role.OPERATOR)
STATES = ("Faits (24 h)", "En attente", "Nouvel essai", "Refusés", "Incertains", "Abandonnés")


@operator
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    columns = [Column("Ville"), Column("Quoi"), *(Column(label, numeric=True) for label in STATES)]
    return render(
        request,
        "national/running.html",
        {
            "here": "overview",
            "troubles": queries.troubles(),
            "queues": queries.queue_lines(),
            "columns": columns,
            "lines": queries.outcome_lines(),
        },
    )


@operator
@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """All of them, or those of one town and kind, which can be asked again in one go."""
    group = Group.of(request.GET.dict())
    only = {"schema": group.schema, "kind": group.kind, "what": group.what} if group else {}
    return render(
        request,
        "national/failures.html",
        {
            "here": "failures",
            "troubles": queries.troubles(),
            "group": queries.group_line(group) if group else None,
            "failed": queries.row_lines(outcomes.failed_rows(**only)),
            "late": queries.row_lines(outcomes.late_rows()),
            "columns": [Column("Ville"), Column("Quoi"), Column("État"), Column("Essais", numeric=True),
                        Column("Demandé il y a"), Column("Cause"), Column("")],
        },
    )  # fmt: skip


@operator
@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    count = operations.replay_effects(row_ids=[pk], by=_user(request), at=timezone.now())
    if count:
        toasts.done(request, "L’effet est demandé de nouveau.")
    else:
        toasts.refused(request, "Cet effet n’est plus à rejouer : son état a changé.")
    return redirect("national:failures")


@operator
@require_POST
def replay_group(request: HttpRequest) -> HttpResponse:
    """What failed of one town and kind. What may have been done already is asked for apart."""
    group = Group.of(request.POST.dict())
    if group is None:
        raise Http404
    count, left = operations.replay_group(
        schema=group.schema,
        kind=group.kind,
        what=group.what,
        uncertain=request.POST.get("incertains") == "1",
        by=_user(request),
        at=timezone.now(),
    )
    if count:
        rest = f" Il en reste {left}\u00a0: recommencez." if left else ""
        toasts.done(request, f"{count} demandés de nouveau.{rest}")
    else:
        toasts.refused(request, "Il n’y a plus rien à rejouer ici.")
    return redirect(f"{reverse('national:failures')}?{urlencode(group.words())}")


@operator
@require_POST
def park(request: HttpRequest, pk: int) -> HttpResponse:
    count = operations.park_effects(row_ids=[pk], by=_user(request), at=timezone.now())
    if count:
        toasts.done(request, "L’effet est mis de côté jusqu’à ce que vous le rejouiez.")
    else:
        toasts.refused(request, "Trop tard : un agent l’a commencé, ou il est fini.")
    return redirect("national:failures")


@operator
@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    columns = [Column("Tâche"), Column("Villes", numeric=True), Column("Prochaine"), Column("Dernière fin"),
               Column("En échec")]  # fmt: skip
    return render(
        request,
        "national/schedule.html",
        {
            "here": "schedule",
            "troubles": queries.troubles(),
            "columns": columns,
            "lines": queries.job_lines(),
        },
    )


@operator
@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    heart = health.heartbeat_age()
    return render(
        request,
        "national/workers.html",
        {
            "here": "workers",
            "troubles": queries.troubles(),
            "workers": queries.worker_lines(),
            "heart": queries.age(heart) if heart is not None else "",
            "broker": health.broker_answers(),
            "columns": [
                Column("Agent"),
                Column("Processus", numeric=True),
                Column("Tâches faites", numeric=True),
                Column("En marche depuis"),
            ],
        },
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user
