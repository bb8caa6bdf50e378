"""How the pages of an import are opened: the coordination's, under the charter, each with its read line."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from core.children.opening import child_page, signed_in
from core.imports.models import Import
from core.imports.operations.moving import CannotImportError
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def names_children(view: View) -> View:
    """A page that shows lines of a table, or files."""
    return child_page(Role.COORDINATOR)(view)


def names_nobody(view: View) -> View:
    return roles_required(Role.COORDINATOR)(charter_required(view))


def opened(request: HttpRequest, pk: int) -> tuple[User, Import]:
    """404 for who may not see it."""
    user = signed_in(request)
    return user, get_object_or_404(Import.objects.visible_to(user).defer("sheets"), pk=pk)


def post(request: HttpRequest, batch: Import, run: Callable[[], Any], said: str) -> HttpResponse:
    """One press of a button, then the import's page."""
    try:
        run()
    except CannotImportError as refused:
        toasts.refused(request, str(refused))
    else:
        if said:
            toasts.done(request, said)
    return redirect("imports:detail", batch.pk)
