from core.meetings.enums import SITTING
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Réunions", "meetings:list", "users", frozenset(map(str, SITTING)), order=30),
]
