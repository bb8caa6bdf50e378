"""The first page of the national site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.national import queries
from core.people.enums import Role
from core.people.models import User
from core.ui.access import open_to_all
from tenants import registry


@open_to_all
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For everybody: what is published. For the operator: towns, whether they are in service; no person."""
    user = request.user
    if not isinstance(user, User) or not user.has_role(Role.OPERATOR):
        return redirect("national:releases")
    towns = registry.places("town")
    return render(request, "national/home.html", {"troubles": queries.troubles(), "towns": towns})
