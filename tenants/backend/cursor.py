"""The cursor of web and workers: one statement at a time, of the kinds that pages and jobs need.

A lone `SET ROLE other` would succeed, since the session user is the app, which may become any town.
So only the kernel changes roles, through `pgconn`, and this cursor lets through a short list of
statement kinds. `set_config` is closed by a revoke in the database.
"""

import re
from typing import Any

from django.db.backends.postgresql.base import CursorMixin
from psycopg import ClientCursor
from psycopg._queries import PostgresQuery

from tenants import context
from tenants.errors import OtherPlaceError, RefusedStatementError

# A carriage return ends a comment too: what follows it is read by PostgreSQL.
_BLANK = re.compile(rb"(?:\s+|--[^\n\r]*|\()+")
_ROLLBACK_TO = re.compile(rb"ROLLBACK\s", re.IGNORECASE)
_ALLOWED = re.compile(
    rb"(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE|EXPLAIN|SHOW|COPY|LOCK|NOTIFY"
    rb"|SAVEPOINT|RELEASE|ROLLBACK\s+TO"
    rb"|SET\s+CONSTRAINTS"
    rb"|SET\s+LOCAL\s+(?:lock_timeout|statement_timeout|pg_trgm\.\w+)\s*(?:=|TO)\s*'?[0-9a-z.]+'?\s*;?\s*$)"
    rb"(?![a-z0-9_])",
    re.IGNORECASE,
)


def first_words(query: bytes) -> bytes:
    """The statement without leading blanks, comments (which nest, as in PostgreSQL) and opening brackets."""
    position = 0
    while True:
        if blank := _BLANK.match(query, position):
            position = blank.end()
        if not query.startswith(b"/*", position):
            return query[position:]
        depth, position = 1, position + 2
        while depth and position < len(query):
            if query.startswith(b"/*", position):
                depth, position = depth + 1, position + 2
            elif query.startswith(b"*/", position):
                depth, position = depth - 1, position + 2
            else:
                position += 1


class GuardedCursor(CursorMixin, ClientCursor[Any]):
    """Django's client-binding cursor over the extended protocol: a second statement is a syntax error."""

    def _execute_send(
        self, query: PostgresQuery, *, force_extended: bool = False, binary: bool | None = None
    ) -> None:
        self._refuse(query.query)
        super()._execute_send(query, force_extended=True, binary=binary)

    def _refuse(self, query: bytes) -> None:
        statement = first_words(query)
        if not _ALLOWED.match(statement):
            raise RefusedStatementError(f"Refused: {statement[:40].decode(errors='replace')!r}")
        applied = getattr(self.connection, "applied_place", None)
        if applied != wanted(context.where()):
            raise OtherPlaceError("A cursor opened in one town was used in another.")
        if _ROLLBACK_TO.match(statement):
            # It may take back the SET that brought us here: the next cursor enters again.
            self.connection.applied_place = None  # type: ignore[attr-defined]


def wanted(place: context.Where) -> tuple[str | None, str]:
    """Role and schema that a connection has to have for `place`."""
    return (place.role, place.schema) if place is not None else (None, "public")
