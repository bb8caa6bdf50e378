from core.people.enums import ROLES_UNDER_CHARTER
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Enfants", "children:list", "smile", frozenset(map(str, ROLES_UNDER_CHARTER)), order=30)
]
