"""On a child's page: how to open the file in an emergency, or until when it is open."""

from datetime import datetime

from core.children.access import Scope
from core.children.models import Child
from core.children.panels import Panel
from core.people.models import User
from core.privacy.models import EmergencyAccess
from core.privacy.permissions import can_open_emergency

ACTS = {
    "privacy.open_emergency": "Accès d’urgence ouvert",
    "privacy.close_emergency": "Accès d’urgence terminé",
    "privacy.review_emergency": "Accès d’urgence revu",
    "privacy.emergency_not_found": "Recherche d’urgence sans résultat",
}
PAGES = {
    "privacy:emergency_child": "Demande d’accès d’urgence",
    "privacy:emergencies": "Accès d’urgence à revoir",
    "privacy:review": "Revue d’un accès d’urgence",
}


def on_file(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    running = EmergencyAccess.objects.in_force(at).filter(user=user, child=child).first()
    if running is not None:
        template = "privacy/partials/_emergency_running.html"
        return [Panel("Accès d’urgence", template, {"access": running}, order=0)]
    if scope < Scope.FILE and can_open_emergency(user, at):
        return [Panel("Urgence", "privacy/partials/_emergency_open.html", {"child": child}, order=95)]
    return []
