from core.people.enums import Role
from core.privacy.permissions import EMERGENCY_ROLES
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry(
        "Accès d’urgence", "privacy:emergency", "siren", frozenset(map(str, EMERGENCY_ROLES)), order=80
    ),
    NavigationEntry(
        "Accès d’urgence à revoir",
        "privacy:emergencies",
        "siren",
        frozenset({str(Role.COORDINATOR)}),
        order=85,
    ),
]
