"""The meetings of the teams as a file: when, which, how many situations. Nobody is named."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from core.meetings import queries
from core.people.enums import Role
from core.people.models import User
from core.sheets.lists import ListToExport, Taken
from core.sheets.shapes import Column

COLUMNS = (
    Column("Le", "date"),
    Column("À"),
    Column("Équipe", width=30),
    Column("État", width=24),
    Column("Situations", "number"),
)


def _build(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    found = queries.meetings_of(user, past=params.get("passees") == "1").order_by("starts_at", "pk")
    rows = []
    for meeting in found:
        starts = timezone.localtime(meeting.starts_at)
        number: int = meeting.situations  # type: ignore[attr-defined]
        rows.append(
            (starts.date(), f"{starts:%H:%M}", meeting.team.name, meeting.get_state_display(), number)
        )
    return Taken(COLUMNS, rows)


MEETINGS = ListToExport(
    "meetings",
    "Réunions d’équipe",
    frozenset(map(str, (Role.COORDINATOR, Role.REFERENT))),
    _build,
    names_children=False,
    choices={"passees": "passées"},
)
