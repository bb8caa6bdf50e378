"""The roll-call on a phone, and what a provider is owed for a session."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children.opening import signed_in
from core.pathways import balance, permissions
from core.pathways.forms.actions import BecauseForm, QuantityForm
from core.pathways.models import Session
from core.pathways.operations import sessions
from core.pathways.views.actions import ACTING
from core.pathways.views.opening import Act, act_page, post_act
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts
from core.ui.typography import euros

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@reading_or_writing
@charter_required
@roles_required(*ACTING)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user, session = open_session(request, pk)

    def run(data: dict[str, Any]) -> str:
        sessions.cancel_session(session=session, by=user, at=timezone.now(), **data)
        return "La séance est annulée."

    act = Act("Annuler cette séance", "Annuler la séance", _back(session), session.action.title)
    return act_page(request, BecauseForm(request.POST or None), act, run)


@reading_or_writing
@charter_required
@roles_required(Role.COORDINATOR)
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """« Service fait », at the agreement's price, with what is left before it."""
    user, session = open_session(request, pk)
    agreement = session.action.agreement
    if agreement is None or agreement.unit_price is None:
        toasts.refused(request, "Cette action n’a pas de convention avec un prix unitaire.")
        return redirect(_back(session))

    def run(data: dict[str, Any]) -> str:
        done = sessions.confirm_service(session=session, by=user, at=timezone.now(), **data)
        return f"Service fait : {euros(done.amount)}."

    left = balance.left_of(agreement)
    lead = f"{euros(agreement.unit_price)} par {agreement.unit}."
    lead += f" Il reste {euros(left)} sur la convention." if left is not None else ""
    form = QuantityForm(
        request.POST or None, initial={"quantity": balance.suggested_quantity(session, agreement)}
    )
    act = Act("Service fait", "Noter le service fait", _back(session), session.action.title, lead)
    return act_page(request, form, act, run)


@require_POST
@charter_required
@roles_required(Role.COORDINATOR)
def withdraw_service(request: HttpRequest, pk: int) -> HttpResponse:
    user, session = open_session(request, pk)

    def run() -> str:
        sessions.withdraw_service(session=session, by=user, at=timezone.now())
        return "Le service fait est retiré."

    return post_act(request, _back(session), run)


def open_session(request: HttpRequest, pk: int) -> tuple[User, Session]:
    """404 for what one may not see, 403 for what one does not run."""
    user = signed_in(request)
    rows = Session.objects.visible_to(user).select_related("action__agreement", "action__organisation")
    session = get_object_or_404(rows, pk=pk)
    if not permissions.can_run(user, session.action):
        raise PermissionDenied
    return user, session


def _back(session: Session) -> str:
    return reverse("pathways:action", args=[session.action_id])
