"""The first page of the national site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.national import queries
from core.people.access import roles_required
from core.people.enums import Role
from tenants import registry


@roles_required(Role.OPERATOR, Role.NATIONAL_READER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For the operator: the towns and whether they are in service. No figure, no person."""
    operates = request.user.has_role(Role.OPERATOR)  # type: ignore[union-attr]
    towns = registry.places("town")
    return render(
        request,
        "national/home.html",
        {
            "troubles": queries.troubles() if operates else [],
            "towns": towns if operates else [],
            "operates": operates,
            "count": len(towns),
        },
    )
