"""Once per database, as superuser: logins, roles, and what PUBLIC may no longer do.

Idempotent. Nothing here is reachable by pages or jobs.
"""

from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tenants import roles

EXTENSIONS = ("pg_trgm", "btree_gist")

# Functions that no page and no job may call, by LIKE pattern (see _close_functions).
_CLOSED = [
    r"set\_config",
    r"lo\_%",
    "loread",
    "lowrite",
    r"pg\_%advisory%",
    r"set\_limit",
    r"pg\_export\_snapshot",
    r"pg\_logical\_emit\_message",
]


def bootstrap(*, admin_url: str, owner_url: str, app_url: str) -> None:
    """Make the database of `app_url` ready for `reussite migrate`.

    Raises ValueError when the URLs don't use the logins that the platform's grants name, or
    disagree about the database; psycopg.Error when the superuser is not one.
    """
    database = _check_urls(owner_url, app_url)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _roles(connection, owner_url, app_url)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if not known:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(database), sql.Identifier(roles.OWNER)
                )
            )
    secure_database(_same_server(admin_url, database))


def secure_database(admin_url: str) -> None:
    """Extensions and revokes of one database, which `admin_url` names."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                database, sql.SQL(", ").join(map(sql.Identifier, (roles.OWNER, roles.APP, roles.BACKUP)))
            )
        )
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(roles.OWNER))
        )
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        _close_functions(connection)


def _close_functions(connection: psycopg.Connection) -> None:
    """Take from PUBLIC what reaches past a schema, and give locks back to those who work for all towns.

    set_config changes the role; large objects and advisory locks belong to the database, not to a
    schema; the others outlive the town's transaction in a session that other towns use next.
    """
    for signature in _signatures(connection, _CLOSED):
        connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(signature))
    shared = sql.SQL(", ").join(map(sql.Identifier, (roles.OWNER, roles.APP, roles.RELAY)))
    for signature in _signatures(connection, [r"pg\_%advisory%"]):
        connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(signature, shared))


def _signatures(connection: psycopg.Connection, patterns: list[str]) -> list[sql.SQL]:
    rows = connection.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.proname LIKE ANY(%s) ORDER BY 1", [patterns]
    )
    return [sql.SQL(row[0]) for row in rows]


def _check_urls(owner_url: str, app_url: str) -> str:
    owner, app = urlsplit(owner_url), urlsplit(app_url)
    for url, role, name in ((owner, roles.OWNER, "DATABASE_OWNER_URL"), (app, roles.APP, "DATABASE_URL")):
        if unquote(url.username or "") != role:
            raise ValueError(f"{name} must log in as {role}.")
    if owner.path != app.path:
        raise ValueError("DATABASE_OWNER_URL and DATABASE_URL must name the same database.")
    return unquote(app.path.lstrip("/"))


def _same_server(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _roles(connection: psycopg.Connection, owner_url: str, app_url: str) -> None:
    passwords = {
        roles.OWNER: unquote(urlsplit(owner_url).password or ""),
        roles.APP: unquote(urlsplit(app_url).password or ""),
    }
    attributes = {
        roles.OWNER: "LOGIN CREATEROLE NOINHERIT",
        roles.APP: "LOGIN NOINHERIT",
        roles.TOWN: "NOLOGIN",
        roles.REPORTER: "NOLOGIN",
        roles.RELEASE: "NOLOGIN",
        roles.SIMULATION: "NOLOGIN",
        roles.RELAY: "NOLOGIN",
        roles.RETENTION: "NOLOGIN",
        roles.BACKUP: "NOLOGIN",
    }
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, attribute in attributes.items():
        verb = "ALTER" if role in known else "CREATE"
        statement = sql.SQL(f"{verb} ROLE {{}} WITH {attribute}").format(sql.Identifier(role))
        if passwords.get(role):
            statement += sql.SQL(" PASSWORD {}").format(sql.Literal(passwords[role]))
        connection.execute(statement)
    name = sql.Identifier
    for group in (roles.TOWN, roles.REPORTER):
        connection.execute(
            sql.SQL("GRANT {} TO {} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE").format(
                name(group), name(roles.OWNER)
            )
        )
    for role in (roles.RELAY, roles.RETENTION, roles.RELEASE, roles.SIMULATION):
        for login in (roles.APP, roles.OWNER):
            connection.execute(
                sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(name(role), name(login))
            )
    connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(name(roles.BACKUP)))
