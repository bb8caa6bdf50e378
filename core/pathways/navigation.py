from core.people.enums import Role
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry(
        "Orientations",
        "pathways:inbox",
        "inbox",
        frozenset(
            map(
                str,
                (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER),
            )
        ),
        order=20,
    ),
    NavigationEntry(
        "Partagé avec nous",
        "pathways:shared_with_us",
        "handshake",
        frozenset({str(Role.PARTNER_WORKER)}),
        order=30,
    ),
    NavigationEntry(
        "Actions",
        "pathways:actions",
        "calendar-check",
        frozenset(map(str, (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.PARTNER_WORKER))),
        order=55,
    ),
]
