"""Which migrations every schema has, in one query however many towns there are."""

from collections.abc import Sequence

from django.db import connection

from tenants.context import outside

Key = tuple[str, str]  # app, name
BATCH = 1000  # schemas a query: each one takes a lock in the server's shared table


def read(schemas: Sequence[str]) -> dict[str, frozenset[Key]]:
    """The migrations recorded in each of `schemas`; one without the table is absent from the answer."""
    found: dict[str, frozenset[Key]] = {}
    with outside(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relname = 'django_migrations' AND n.nspname = ANY(%s)",
            [list(schemas)],
        )
        there = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(there), BATCH):
            cursor.execute(_union(there[start : start + BATCH]))
            for schema, names in cursor.fetchall():
                found[schema] = frozenset(_key(name) for name in names or ())
    return found


def _union(schemas: Sequence[str]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{schema}', array_agg(app || '.' || name) FROM \"{schema}\".django_migrations"  # noqa: S608
        for schema in schemas
    )


def _key(name: str) -> Key:
    app, _, migration = name.partition(".")
    return app, migration
