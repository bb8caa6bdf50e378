"""What the pages that change the network share: who acts, one form, one operation, the way back."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.journal import operations as journal
from core.partners.enums import NETWORK_MANAGERS
from core.partners.models import Organisation
from core.people.access import roles_required
from core.people.models import User
from core.ui import toasts
from core.ui.refusals import tell

managers_only = roles_required(*NETWORK_MANAGERS)


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user


def back_to(organisation_pk: int) -> HttpResponse:
    return redirect("partners:organisation", pk=organisation_pk)


def carried_out(form: BaseForm, act: Callable[[], Any]) -> bool:
    """Whether the operation went through; what it refuses is told in the form."""
    try:
        act()
    except ValidationError as refused:
        tell(form, refused)
        return False
    return True


def made_once(form: BaseForm, act: Callable[[], Model], at: Any) -> int | None:
    """The id of what the form made, this time or at its first click; None when it was refused."""
    try:
        return journal.once(key=form.cleaned_data["form_key"], at=at, make=act)[0]
    except ValidationError as refused:
        tell(form, refused)
        return None


def page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    submit: str,
    organisation: Organisation | None = None,
    **more: Any,
) -> HttpResponse:
    unsaid = {"from_file": False, "places": None, "ends": False, "danger": False}
    values = {"form": form, "title": title, "submit": submit, "organisation": organisation}
    return render(request, "partners/edit.html", unsaid | values | more)


def switched(request: HttpRequest, act: Callable[[], None], *, said: str, undo_url: str) -> None:
    """Close or reopen; coming back can be refused by a rule."""
    try:
        act()
    except ValidationError as refused:
        toasts.refused(request, " ".join(refused.messages))
    else:
        toasts.done(request, said, undo_url=undo_url)
