"""The hole that these tests stand in: queries into which a stranger writes SQL.

No page is written like this. Under the real roles, the walls have to hold even if one were.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import Error, connection, transaction

from tenants.errors import TenancyError


@dataclass(frozen=True)
class Outcome:
    """What an attack came back with: rows, or the refusal that stopped it."""

    rows: tuple[tuple[Any, ...], ...] = ()
    refusal: Exception | None = None

    @property
    def sqlstate(self) -> str:
        """PostgreSQL's code of the refusal; empty when it was not the database that refused."""
        cause = self.refusal.__cause__ if isinstance(self.refusal, Error) else self.refusal
        return (cause.sqlstate or "") if isinstance(cause, psycopg.Error) else ""


def search(words: str) -> Outcome:
    """A search by name that forgets to quote what was typed."""
    return whole(f"SELECT last_name FROM people_user WHERE last_name = '{words}'")


def whole(statement: str, params: Any = None) -> Outcome:
    """A statement that is the stranger's from its first letter to its last."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
            return Outcome(tuple(cursor.fetchall()) if cursor.description else ())
    except (Error, TenancyError) as refusal:
        return Outcome(refusal=refusal)
