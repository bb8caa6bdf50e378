"""On a child's page: where to go when a child is in danger. The same for all, whatever was written before."""

from datetime import datetime

from core.children import queries
from core.children.access import Scope
from core.children.models import Child
from core.children.panels import Panel
from core.people.models import User
from core.protection import town
from core.protection.models import Concern


def on_file(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    """Those in a circle find there what they may read; the others see no difference, nor any count."""
    files = queries.ids_of_file(child)
    known = list(Concern.objects.visible_to(user, at=at).filter(child__in=files).latest_first())
    values = {"child": child, "concerns": known, "numbers": town.NUMBERS}
    return [Panel("Si l’enfant est en danger", "protection/partials/_panel.html", values, order=95)]
