"""A town comes to be, or goes, in one transaction: role, schema, tables, seed rows, registry.

Runs under the owner login. The DDL text of the template is replayed in one round trip; stock
django-tenants runs every migration again (measured side by side by `make bench`).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from tenants import catalog, roles
from tenants.context import Place, outside
from tenants.errors import UnknownPlaceError
from tenants.migrating import locks
from tenants.models import Domain, SchemaTemplate, State, Town, new_schema_name
from tenants.template import append_only_tables, template_place


def provision(
    *,
    slug: str,
    kind: str,
    name: str,
    domains: Sequence[str],
    timezone: str = "Europe/Paris",
    config: dict[str, Any] | None = None,
    config_hash: str = "",
) -> Place:
    """Make the place `slug` with its hosts, the first of `domains` being the primary.

    Atomic: joins the caller's transaction, or is one. Raises django.db.IntegrityError when slug or
    a host is taken, LookupError when no template was built for `kind`.
    """
    schema = new_schema_name()
    with outside(), transaction.atomic():
        town: Town = Town.objects.create(
            slug=slug,
            kind=kind,
            name=name,
            schema_name=schema,
            timezone=timezone,
            config=config or {},
            config_hash=config_hash,
        )
        Domain.objects.bulk_create(
            Domain(domain=host, tenant=town, is_primary=index == 0) for index, host in enumerate(domains)
        )
        locks.template_used()
        template = SchemaTemplate.objects.filter(kind=kind).exclude(fingerprint="").first()
        if template is None:
            raise LookupError(f"No template of kind {kind}: run `reussite migrate` first.")
        with connection.cursor() as cursor:
            replay(cursor, schema=schema, kind=kind, ddl=template.ddl, seed=template.seed)
        connection.forget_place()  # type: ignore[attr-defined]
    return town.place(domains[0])


def replay(cursor: catalog.Cursor, *, schema: str, kind: str, ddl: str, seed: str) -> None:
    """Role, schema, tables, rights and seed rows of one place, from its template's text."""
    cursor.execute(role_sql(schema, kind))
    cursor.execute(
        "SET LOCAL check_function_bodies = off; SET LOCAL search_path TO pg_catalog;\n"
        + ddl.replace(catalog.MARK, schema)
    )
    if seed:
        source = template_place(kind).schema
        cursor.execute(seed.replace(f"{catalog.MARK}from", source).replace(catalog.MARK, schema))
    cursor.execute(rights_sql(schema, kind, ddl))


def role_sql(schema: str, kind: str) -> str:
    """The place's role and empty schema. Default rights come first: granting on all tables later is slow."""
    return f"""
CREATE ROLE {schema} NOLOGIN NOINHERIT;
GRANT {", ".join(roles.groups(kind))} TO {schema} WITH INHERIT TRUE, SET FALSE;
GRANT {schema} TO {roles.APP} WITH INHERIT FALSE, SET TRUE;
GRANT {schema} TO {roles.OWNER} WITH INHERIT FALSE, SET TRUE;
CREATE SCHEMA {schema};
GRANT USAGE ON SCHEMA {schema} TO {schema};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {schema};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {schema};
"""


def rights_sql(schema: str, kind: str, ddl: str) -> str:
    """What the place's role may not do although it is its own schema.

    Tables that the template does not have yet are left to the migration that brings them.
    """
    statements = [f"REVOKE ALL ON {schema}.django_migrations FROM {schema}"]
    if tables := [t for t in append_only_tables(kind) if f'CREATE TABLE {catalog.MARK}."{t}" (' in ddl]:
        names = ", ".join(f'{schema}."{table}"' for table in tables)
        statements.append(f"REVOKE UPDATE, DELETE ON {names} FROM {schema}")
    return ";\n".join(statements)


def drop(slug: str) -> None:
    """Remove a place with everything in it. Raises UnknownPlaceError."""
    with outside(), transaction.atomic():
        town = _locked(slug)
        schema = town.schema_name
        with connection.cursor() as cursor:
            cursor.execute(drop_sql(schema))
        town.delete()


def drop_sql(schema: str) -> str:
    return f"DROP SCHEMA IF EXISTS {schema} CASCADE;\nDROP ROLE IF EXISTS {schema};"


def suspend(slug: str, *, reason: str) -> None:
    """No page and no job until `resume`. The data stays. Raises UnknownPlaceError."""
    _set_state(slug, State.SUSPENDED, reason)


def resume(slug: str) -> None:
    _set_state(slug, State.ACTIVE, "")


def _set_state(slug: str, state: State, reason: str) -> None:
    with outside(), transaction.atomic():
        town = _locked(slug)
        town.state, town.suspended_reason = state, reason
        town.save(update_fields=["state", "suspended_reason"])


def _locked(slug: str) -> Town:
    try:
        town: Town = Town.objects.select_for_update().get(slug=slug)
    except Town.DoesNotExist:
        raise UnknownPlaceError(f"No town is called {slug!r}.") from None
    return town
