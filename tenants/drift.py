"""Is every town's schema what its template says, and may its role do what it should and no more?

Read for all towns together, and hashed by PostgreSQL itself, so that hundreds of schemas cost
seconds; only one that differs is read in full, to say in what.
"""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tenants import catalog, context, roles
from tenants.errors import UnknownPlaceError
from tenants.models import Town
from tenants.template import KINDS, append_only_tables, template_place

BATCH = 100  # schemas a query


@dataclass(frozen=True)
class Drift:
    """One thing in one schema that is not as it should be. `detail` is French, for an operator."""

    schema: str
    slug: str
    about: str  # "schema", "structure" or "rights"
    detail: str


# One line an object, as one text a schema. `schema` is replaced by a mark, and the two spellings that
# PostgreSQL has for `varchar IN (…)` become one, as in catalog.one_spelling.
_OBJECTS = r"""
WITH space AS (SELECT oid, nspname::text AS name FROM pg_namespace WHERE nspname = ANY(%(schemas)s)),
relation AS (
    SELECT s.name, c.* FROM space s JOIN pg_class c ON c.relnamespace = s.oid
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND (%(tables)s::text[] IS NULL OR c.relname = ANY(%(tables)s::text[]))
), object (name, line) AS (
    SELECT c.name, concat_ws(' ', 'column', c.relname, c.relkind::text, row_number() OVER (
            PARTITION BY c.oid ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
            a.attnotnull, a.attidentity::text, a.attgenerated::text, a.attcollation,
            pg_get_expr(d.adbin, d.adrelid))
      FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT c.name, concat_ws(' ', 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid))
      FROM relation c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'x', 'f')
    UNION ALL
    SELECT c.name, concat_ws(' ', 'not null', c.relname, a.attname, k.conname)
      FROM relation c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'n'
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
       AND k.conname <> c.relname || '_' || a.attname || '_not_null'
    UNION ALL
    SELECT c.name, concat_ws(' ', 'index', i.indisvalid, pg_get_indexdef(i.indexrelid))
      FROM relation c JOIN pg_index i ON i.indrelid = c.oid
    UNION ALL
    SELECT c.name, concat_ws(' ', 'trigger', t.tgenabled::text, pg_get_triggerdef(t.oid))
      FROM relation c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    UNION ALL
    SELECT c.name, concat_ws(' ', 'row security', c.relname, c.relrowsecurity, c.relforcerowsecurity,
            (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid))
      FROM relation c
    UNION ALL
    SELECT s.name, concat_ws(' ', 'function', pg_get_functiondef(p.oid))
      FROM space s JOIN pg_proc p ON p.pronamespace = s.oid
    UNION ALL
    SELECT s.name, concat_ws(' ', 'sequence', c.relname, q.seqtypid::regtype, q.seqincrement, q.seqmax)
      FROM space s JOIN pg_class c ON c.relnamespace = s.oid JOIN pg_sequence q ON q.seqrelid = c.oid
     WHERE %(tables)s::text[] IS NULL
), marked (name, line) AS (SELECT name, replace(line, name, '__schema__') FROM object
), spelled (name, line) AS (
    SELECT name, CASE WHEN position('::character varying)::text' IN line) > 0
                        OR position('])::text[]' IN line) > 0
        THEN regexp_replace(regexp_replace(line,
            '\((''(?:[^'']|'''')*''::character varying)\)::text', '\1', 'g'),
            '\(\((ARRAY\[[^\]]*\])\)::text\[\]\)', '(\1)', 'g')
        ELSE line END
      FROM marked
)
SELECT name, {answer} FROM spelled GROUP BY name
"""
_HASHES = _OBJECTS.format(answer="md5(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"))")
_LINES = _OBJECTS.format(answer='array_agg(line ORDER BY line COLLATE "C")')

# What each role but the owner may do with each table and sequence of the schemas.
_RIGHTS = """
SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relowner::regrole::text,
       coalesce((SELECT string_agg(g.who || ' ' || g.what, ', ' ORDER BY g.who)
          FROM (SELECT coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC') AS who,
                       string_agg(a.privilege_type, '+' ORDER BY a.privilege_type) AS what
                  FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner GROUP BY 1) g), '')
  FROM pg_namespace n
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
 WHERE n.nspname = ANY(%(schemas)s)
   AND (%(tables)s::text[] IS NULL OR c.relname = ANY(%(tables)s::text[]))
"""
_ROLES = """
SELECT n.nspname::text, n.nspowner::regrole::text,
       coalesce((SELECT string_agg(coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC') || ' '
            || a.privilege_type, ', ' ORDER BY 1)
          FROM aclexplode(n.nspacl) a WHERE a.grantee <> n.nspowner), ''),
       r.rolcanlogin OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication
            OR r.rolinherit,
       (SELECT string_agg(DISTINCT m.roleid::regrole::text, ', ') FROM pg_auth_members m
         WHERE m.member = r.oid),
       (SELECT string_agg(DISTINCT m.member::regrole::text, ', ') FROM pg_auth_members m
         WHERE m.roleid = r.oid)
  FROM pg_namespace n LEFT JOIN pg_roles r ON r.rolname = n.nspname
 WHERE n.nspname = ANY(%(schemas)s)
"""
_APPEND_ONLY = """
SELECT n.nspname::text, c.relname::text, c.relname = ANY(%(tables)s)
  FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
 WHERE n.nspname = ANY(%(schemas)s)
   AND position(n.nspname || CASE WHEN c.relname = ANY(%(tables)s) THEN '=arwd/' ELSE '=ar/' END
                IN c.relacl::text) > 0
"""


def drift(schemas: Sequence[str] | None = None, *, tables: Collection[str] | None = None) -> list[Drift]:
    """What differs from the template, and rights not as provisioned; in `schemas`, or in every place.

    With `tables`, only these and the functions are compared: what a migration touched.
    Raises UnknownPlaceError for a schema that is no town's.
    """
    with context.outside():
        towns = {town.schema_name: town.place("") for town in Town.objects.order_by("slug")}
    if unknown := set(schemas or ()) - set(towns):
        raise UnknownPlaceError(f"No place is called {min(unknown)!r}.")
    places = [place for schema, place in towns.items() if schemas is None or schema in schemas]
    found: list[Drift] = []
    for kind in KINDS:
        of_kind = [place for place in places if place.kind == kind]
        for start in range(0, len(of_kind), BATCH):
            batch = of_kind[start : start + BATCH]
            found += _structure(kind, batch, tables)
            found += _rights(kind, batch, tables)
    return sorted(found, key=lambda one: (one.slug, one.about, one.detail))


def mend_rights(places: Sequence[context.Place]) -> list[str]:
    """Bring the rights on append-only tables in line, where a model became one or is one no more.

    Nothing in a migration says so. Returns the slugs of the places mended.
    """
    mended = set()
    slugs = {place.schema: place.slug for place in places}
    for kind in KINDS:
        names = [place.schema for place in places if place.kind == kind]
        with context.outside(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_APPEND_ONLY, {"schemas": names, "tables": append_only_tables(kind)})
            for schema, table, append_only in cursor.fetchall():
                verb, to = ("REVOKE", "FROM") if append_only else ("GRANT", "TO")
                if table != "django_migrations":
                    cursor.execute(f'{verb} UPDATE, DELETE ON {schema}."{table}" {to} {schema}')
                    mended.add(slugs[schema])
    return sorted(mended)


def _rows(query: str, schemas: Sequence[str], tables: Collection[str] | None) -> list[tuple[Any, ...]]:
    """Under an empty path, so that every name but the catalog's own is written with its schema."""
    parameters = {"schemas": list(schemas), "tables": None if tables is None else sorted(tables)}
    try:
        with context.outside(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path TO pg_catalog")
            cursor.execute(query, parameters)
            return list(cursor.fetchall())
    finally:
        connection.forget_place()  # type: ignore[attr-defined]


def _structure(kind: str, places: Sequence[context.Place], tables: Collection[str] | None) -> list[Drift]:
    model = template_place(kind).schema
    hashes = dict(_rows(_HASHES, [model, *(place.schema for place in places)], tables))
    found: list[Drift] = []
    known: dict[str | None, list[str]] = {}
    for place in places:
        mark = hashes.get(place.schema)
        if mark is None and tables is None:
            found.append(Drift(place.schema, place.slug, "schema", "le schéma est absent ou vide"))
        elif mark != hashes.get(model):
            if mark not in known:
                lines = dict(_rows(_LINES, [model, place.schema], tables))
                known[mark] = _differences(lines.get(model, []), lines.get(place.schema, []))
            found += [Drift(place.schema, place.slug, "structure", detail) for detail in known[mark]]
    return found


def _differences(expected: list[str], found: list[str]) -> list[str]:
    signs = {"-": "manque : ", "+": "en trop : "}
    return [
        signs[line[0]] + line[2:].replace(catalog.MARK + ".", "")
        for line in difflib.ndiff(expected, found)
        if line[0] in signs
    ]


def _rights(kind: str, places: Sequence[context.Place], tables: Collection[str] | None) -> list[Drift]:
    schemas = [place.schema for place in places]
    slugs = {place.schema: place.slug for place in places}
    append_only = set(append_only_tables(kind))
    found = []
    for schema, name, relkind, owner, rights in _rows(_RIGHTS, schemas, tables):
        expected = _expected_rights(schema, name, relkind, append_only)
        if owner != roles.OWNER:
            found.append(Drift(schema, slugs[schema], "rights", f"{name} appartient à {owner}"))
        if rights != expected:
            detail = f"{name} : droits « {rights or 'aucun'} », attendus « {expected or 'aucun'} »"
            found.append(Drift(schema, slugs[schema], "rights", detail))
    groups = ", ".join(roles.groups(kind))
    for schema, *have in _rows(_ROLES, schemas, None):
        expected_role = [roles.OWNER, f"{schema} USAGE", False, groups, f"{roles.APP}, {roles.OWNER}"]
        if have != expected_role:
            detail = f"rôle ou schéma : {have}, attendu : {expected_role}"
            found.append(Drift(schema, slugs[schema], "rights", detail))
    return found


def _expected_rights(schema: str, name: str, relkind: str, append_only: set[str]) -> str:
    if name == "django_migrations":
        return ""
    if relkind == "S":
        return f"{schema} SELECT+USAGE"
    return f"{schema} INSERT+SELECT" if name in append_only else f"{schema} DELETE+INSERT+SELECT+UPDATE"
