from core.people.enums import NATIONAL_ROLES, Role
from core.ui.navigation import NavigationEntry

OPERATORS = frozenset({str(Role.OPERATOR)})
ENTRIES = [
    NavigationEntry("Villes", "national:home", "map", frozenset(map(str, NATIONAL_ROLES)), order=0),
    NavigationEntry("Exploitation", "national:running", "activity", OPERATORS, order=10),
]
