from core.people.enums import NATIONAL_ROLES, Role
from core.ui.navigation import NavigationEntry

OPERATORS = frozenset({str(Role.OPERATOR)})
EVERYBODY = frozenset(map(str, NATIONAL_ROLES))
ENTRIES = [
    NavigationEntry("Villes", "national:home", "map", OPERATORS, order=0),
    NavigationEntry("Publications", "national:releases", "chart-column", EVERYBODY, order=5),
    NavigationEntry("Préparation", "national:drawer", "clipboard-list", EVERYBODY, order=52),
    NavigationEntry("Enquêtes", "national:campaigns", "clipboard-check", EVERYBODY, order=7),
    NavigationEntry("Exploitation", "national:running", "activity", OPERATORS, order=10),
]
