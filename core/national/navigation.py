from core.people.enums import NATIONAL_ROLES
from core.ui.navigation import NavigationEntry

ENTRIES = [NavigationEntry("Villes", "national:home", "map", frozenset(map(str, NATIONAL_ROLES)), order=0)]
