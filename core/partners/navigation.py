from core.people.enums import TOWN_ROLES
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Réseau", "partners:directory", "network", frozenset(map(str, TOWN_ROLES)), order=60)
]
