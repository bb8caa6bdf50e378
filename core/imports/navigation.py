from core.people.enums import Role
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry(
        "Reprendre un tableau", "imports:list", "table", frozenset({str(Role.COORDINATOR)}), order=85
    )
]
