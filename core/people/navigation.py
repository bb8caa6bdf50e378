from core.people.enums import PEOPLE_MANAGERS
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Personnes", "people:list", "users-round", frozenset(map(str, PEOPLE_MANAGERS)), order=90)
]
