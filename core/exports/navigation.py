from core.people.enums import Role
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Exports", "exports:log", "download", frozenset({str(Role.COORDINATOR)}), order=90)
]
