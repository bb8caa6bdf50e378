"""The people of the town's programme as a file: their roles, and nothing of their work."""

from collections.abc import Mapping
from datetime import datetime

from core.people import queries
from core.people.enums import Role
from core.people.models import User
from core.sheets.lists import ListToExport, Taken
from core.sheets.shapes import Column

COLUMNS = (
    Column("Nom", width=24),
    Column("Prénom", width=20),
    Column("Fonction", width=30),
    Column("Adresse e-mail", width=34),
    Column("Téléphone"),
    Column("Rôles", width=40),
    Column("Charte signée"),
)


def build(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    lines = [line for line in queries.people_lines(at) if line.state in {"here", "invited"}]
    rows = [
        (
            line.person.last_name,
            line.person.first_name,
            line.person.function,
            line.person.email,
            line.person.phone,
            line.role_words,
            ("oui" if line.charter_signed else "non") if line.under_charter else None,
        )
        for line in lines
    ]
    return Taken(COLUMNS, rows)


PEOPLE = ListToExport(
    "people", "Personnes du PRE", frozenset({str(Role.COORDINATOR)}), build, names_children=False
)
