from core.people.enums import TOWN_ROLES
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Aujourd’hui", "notifications:today", "sun", frozenset(map(str, TOWN_ROLES)), order=0)
]
