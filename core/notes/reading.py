"""The table of facets, in the words of a page."""

from core.notes import facets
from core.notes.enums import NOTE_FACETS

WAYS = (
    ("coordinator", "Coordination"),
    ("referent", "Référente ou référent de l’enfant"),
    ("first_contact", "Premier contact avec la famille"),
    ("emergency", "Accès d’urgence"),
    ("team_meeting", "Invité d’une réunion"),
    ("own_team", "Équipe du PRE, sans lien avec l’enfant"),
    ("secretary", "Secrétariat"),
)


def table(coordinator_reads_health: bool) -> list[tuple[str, list[str], bool]]:
    """For each way to a child: which facets by role alone, and whether the profession adds its own."""
    rows = []
    for code, label in WAYS:
        seen = facets.readable(
            code, facets.NONE, health=True, coordinator_reads_health=coordinator_reads_health
        )
        rows.append(
            (
                label,
                [facet.label for facet in NOTE_FACETS if facet in seen],
                code in facets.READ_BY_PROFESSION,
            )
        )
    return rows
