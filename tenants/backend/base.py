"""django-tenants' PostgreSQL backend, failing closed: role and search path in one round trip, or no query.

What differs from the stock backend, and why, is in ADR 0004.
"""

import re
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db import OperationalError
from django_tenants.postgresql_backend import base as django_tenants_backend
from psycopg import Connection
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from tenants import context
from tenants.backend.cursor import GuardedCursor, wanted
from tenants.errors import NotEnteredError, TenancyError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def entering_sql(role: str | None, schema: str) -> bytes:
    """The statements that give a connection its role and its search path."""
    for name in (schema, schema if role is None else role):
        if not _NAME.fullmatch(name):
            raise NotEnteredError(f"Not the name of a schema or a role: {name!r}")
    path = "public" if schema == "public" else f'"{schema}", public'
    become = f'SET ROLE "{role}"' if role is not None else "RESET ROLE"
    return f"{become}; SET search_path TO {path}".encode()


def apply_place(connection: Connection[Any], role: str | None, schema: str) -> None:
    """Make `connection` be in the place, or raise NotEnteredError and leave it unusable for queries.

    A lost connection is psycopg.OperationalError, as it is for any statement: nobody refused anything.
    """
    connection.applied_place = None  # type: ignore[attr-defined]
    result = connection.pgconn.exec_(entering_sql(role, schema))
    if result.status != ExecStatus.COMMAND_OK:
        message = result.error_message.decode(errors="replace").strip()
        if connection.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(message)
        raise NotEnteredError(f"{schema} could not be entered: {message}")
    connection.applied_place = (role, schema)  # type: ignore[attr-defined]


def reset_for_pool(connection: Connection[Any]) -> None:
    """What the pool does with a connection that comes back: nobody's role, nobody's path."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        connection.rollback()
    apply_place(connection, None, "public")


class DatabaseWrapper(django_tenants_backend.DatabaseWrapper):
    """The place comes from `tenants.context`, at each cursor; it cannot be set from here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._initialised = False
        super().__init__(*args, **kwargs)
        self._initialised = True
        pool = self.settings_dict["OPTIONS"].get("pool")
        if pool:
            self.settings_dict["OPTIONS"]["pool"] = {**pool, "reset": reset_for_pool}

    # django-tenants reads these three; the context is where they come from.
    @property
    def schema_name(self) -> str:
        place = context.where()
        return place.schema if place is not None else "public"

    @schema_name.setter
    def schema_name(self, value: str | None) -> None:
        self._only_while_initialising()

    @property
    def tenant(self) -> context.Where:
        return context.where()

    @tenant.setter
    def tenant(self, value: object) -> None:
        self._only_while_initialising()

    def set_tenant(self, tenant: object, include_public: bool = True) -> None:
        self._only_while_initialising()

    def set_schema(
        self, schema_name: str, include_public: bool = True, tenant_type: str | None = None
    ) -> None:
        self._only_while_initialising()

    def _only_while_initialising(self) -> None:
        if self._initialised:
            raise TenancyError("Only tenants.context.entered changes the town.")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        connection: Connection[Any] = super().get_new_connection(conn_params)
        if settings.DATABASE_LOGIN == "app":
            connection.cursor_factory = GuardedCursor
        connection.applied_place = None  # type: ignore[attr-defined]
        return connection

    def _handle_search_path(self, cursor: object = None) -> None:
        role, schema = wanted(context.where())
        if self.connection.applied_place != (role, schema):
            with self.wrap_database_errors:
                apply_place(self.connection, role, schema)

    def is_usable(self) -> bool:
        """Whether the server answers. Asked below the cursor, which would want a town first."""
        if self.connection is None:
            return False
        return bool(self.connection.pgconn.exec_(b"SELECT 1").status == ExecStatus.TUPLES_OK)

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Run `func` in the place where it was asked for, wherever the transaction was begun."""
        place = context.where()

        def in_its_place() -> None:
            with context.entered(place, switching=True):
                func()

        super().on_commit(in_its_place, robust)

    # A SET is transactional: a rollback takes it back, so what was applied is forgotten with it.
    def commit(self) -> None:
        # PostgreSQL answers COMMIT with a rollback when a statement failed and nobody told Django.
        connection = self.connection
        if connection is not None and connection.info.transaction_status == TransactionStatus.INERROR:
            self.forget_place()
        super().commit()

    def rollback(self) -> None:
        self.forget_place()
        super().rollback()
        self.forget_place()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self.forget_place()

    def _savepoint_rollback(self, sid: str) -> None:
        """Below the cursor, which might enter a place first: a failed transaction takes nothing but this."""
        sql: str = self.ops.savepoint_rollback_sql(sid)
        with self.wrap_database_errors:
            result = self.connection.pgconn.exec_(sql.encode())
        if result.status != ExecStatus.COMMAND_OK:
            raise OperationalError(result.error_message.decode(errors="replace").strip())

    def forget_place(self) -> None:
        """Enter again at the next cursor: what the connection holds may have been taken back."""
        if self.connection is not None:
            self.connection.applied_place = None
