from core.people.enums import Role
from core.ui.navigation import NavigationEntry

# Guests of a meeting and partners come to a child through the meeting or the action.
ROLES = frozenset({str(Role.COORDINATOR), str(Role.REFERENT), str(Role.SECRETARY)})
ENTRIES = [NavigationEntry("Enfants", "children:list", "smile", ROLES, order=30)]
