from core.people.enums import ROLES_UNDER_CHARTER
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry(
        "Protéger un enfant",
        "protection:home",
        "life-buoy",
        frozenset(str(role) for role in ROLES_UNDER_CHARTER),
        order=60,
    )
]
