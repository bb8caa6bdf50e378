"""Who may open which page: the one place where what views declare (core.people.access) is enforced."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.sites.requests import RequestSite
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from core.people import queries
from core.people.access import is_declared
from core.people.models import User

View = Callable[..., HttpResponseBase]


class SignInRequiredMiddleware:
    """Each page asks for a signed-in person, unless `open_to_all`; then second factor, roles, charter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not is_declared(view):
            name = f"{view.__module__}.{getattr(view, '__qualname__', view)}"
            raise ImproperlyConfigured(f"{name} does not say who may open it (core.people.access).")
        if getattr(view, "open_to_all", False):
            return None
        user = request.user
        if not isinstance(user, User):
            return _lead_to(request, "account_login", back=True)
        if queries.lacks_second_factor(user, request.session) and not getattr(
            view, "before_second_factor", False
        ):
            return _lead_to(request, "people:second_factor")
        required = getattr(view, "required_roles", None)
        if required and not user.has_role(*required):
            raise PermissionDenied
        if getattr(view, "charter_required", False) and not queries.under_charter(user, timezone.localdate()):
            return _lead_to(request, "people:charter", back=True)
        return None

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """allauth calls `site` the host alone; our layouts mean the place's name, logo and colours."""
        if response.context_data and isinstance(response.context_data.get("site"), RequestSite):
            del response.context_data["site"]
        return response


def _lead_to(request: HttpRequest, name: str, *, back: bool = False) -> HttpResponse:
    """To another page; htmx, which would swap it into a fragment, is told to load it whole."""
    address = reverse(name)
    if getattr(request, "htmx", False):
        current = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
        query = f"?{urlencode({REDIRECT_FIELD_NAME: current})}" if back and current else ""
        return HttpResponse(status=204, headers={"HX-Redirect": address + query})
    query = (
        f"?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
        if back and _may_repeat(request)
        else ""
    )
    return HttpResponseRedirect(address + query)


def _may_repeat(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"} and request.path != "/"
