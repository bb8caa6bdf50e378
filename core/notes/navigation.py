from core.people.enums import Role
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry(
        "Professions", "notes:professions", "stethoscope", frozenset({str(Role.COORDINATOR)}), order=92
    )
]
