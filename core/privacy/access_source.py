"""What an emergency opens: the whole file of one child, to one person, for minutes; nothing to change."""

from datetime import datetime

from core.children.access import Grant, Reason, Scope
from core.people.models import User
from core.privacy.models import EmergencyAccess

EMERGENCY = Reason(
    "emergency", "Accès d’urgence", "Répondre à une urgence pour l’enfant", Scope.FILE, before_agreement=True
)


def grants(user: User, at: datetime) -> list[Grant]:
    opened = EmergencyAccess.objects.in_force(at).filter(user=user)
    return [Grant(EMERGENCY, opened.values("child_id"))]
