"""Facts about the database by which `reussite doctor` judges an installation; never read by a page.

Each function answers with what is wrong, as names; an empty answer is a good one. The sentences that
operators read are the doctor's. Towns themselves are looked at by `tenants.drift`.
"""

from typing import Any

from django.db import connection

from tenants import roles
from tenants.context import outside
from tenants.migrating import running

OURS = (
    roles.OWNER, roles.APP, roles.TOWN, roles.RELAY, roles.RETENTION, roles.BACKUP, roles.REPORTER,
    roles.RELEASE, roles.SIMULATION,
)  # fmt: skip

_EXCESSIVE = """
SELECT rolname FROM pg_roles WHERE rolname = ANY(%(ours)s)
   AND (rolsuper OR rolbypassrls OR rolreplication OR rolcreatedb
        OR rolcreaterole AND rolname <> %(owner)s OR rolcanlogin AND rolname NOT IN (%(owner)s, %(app)s)
        OR rolinherit AND rolname IN (%(owner)s, %(app)s))
 ORDER BY rolname
"""

_OPEN = """
SELECT c.relname || ' : ' || r.rolname || ' ' || p.privilege
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
  CROSS JOIN (VALUES (%(app)s), (%(town)s)) AS r(rolname)
  CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) p(privilege)
 WHERE c.relkind = 'r' AND has_table_privilege(r.rolname, c.oid, p.privilege)
   AND (c.relname = 'django_migrations'
        OR r.rolname = %(app)s AND p.privilege <> 'SELECT'
        OR r.rolname = %(town)s AND p.privilege NOT IN ('SELECT', 'INSERT')
        OR r.rolname = %(town)s AND c.relname IN ('tenants_town', 'tenants_domain'))
 ORDER BY 1
"""


def server_version() -> tuple[int, int]:
    """Major and minor version of PostgreSQL."""
    with outside(), connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number: int = int(cursor.fetchone()[0])
    return divmod(number, 10_000)


def missing_roles() -> list[str]:
    known = _names("SELECT rolname FROM pg_roles WHERE rolname = ANY(%(ours)s)")
    return [role for role in OURS if role not in known]


def excessive_roles() -> list[str]:
    """Roles of ours that may more than their work needs."""
    return _names(_EXCESSIVE)


def who_may_set_config() -> list[str]:
    """Roles that may change a session's settings from inside a query, towns' roles included."""
    return _names(
        "SELECT rolname FROM pg_roles WHERE (rolname = ANY(%(ours)s)"
        " OR rolname IN (SELECT schema_name FROM tenants_town)) AND NOT rolsuper"
        " AND has_function_privilege(oid, 'pg_catalog.set_config(text, text, boolean)', 'EXECUTE')"
        " ORDER BY rolname"
    )


def open_tables() -> list[str]:
    """Tables of `public` on which the app or the towns may more than intended: "table : role privilege"."""
    return _names(_OPEN)


def pending_migrations() -> list[str]:
    """Schemas and towns that `reussite migrate` would move on; towns without a schema included."""
    behind, groups, without_schema = running.plan()
    late = [place.slug for group in groups if group.steps for place in group.places]
    return [*behind, *sorted(late), *(place.slug for place in without_schema)]


def _names(query: str) -> list[str]:
    parameters: dict[str, Any] = {
        "ours": list(OURS),
        "owner": roles.OWNER,
        "app": roles.APP,
        "town": roles.TOWN,
    }
    with outside(), connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [row[0] for row in cursor.fetchall()]
