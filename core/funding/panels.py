"""On a child's page, for the coordination alone: the individual aids that were paid."""

from datetime import datetime

from core.children.access import Scope
from core.children.models import Child
from core.children.panels import Panel
from core.funding.models import Expense
from core.funding.permissions import can_keep_accounts
from core.people.models import User


def on_file(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    if scope < Scope.FILE or not can_keep_accounts(user):
        return []
    aids = list(
        Expense.objects.visible_to(user, at=at)
        .kept()
        .filter(child=child)
        .select_related("domain")
        .order_by("-on", "-pk")
    )
    return [
        Panel("Aides individuelles", "funding/partials/_panel.html", {"child": child, "aids": aids}, order=97)
    ]
