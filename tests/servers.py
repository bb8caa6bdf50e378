"""Throw-away servers of the suite: one PostgreSQL a run, one database a pytest process, Valkey on demand.

A pytest plugin (`-p tests.servers`), since settings are read before any conftest. The process that
collects builds a template database (bootstrap, public, template schemas, two towns and the national
site); each xdist worker clones it. Tests connect as the app, as pages do.
"""

import base64
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
TEMPLATE = "reussite_test"
TOWNS = ("alpha", "beta")


def database_url(variable: str, database: str) -> str:
    return urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{database}"))


def _describe_environment() -> None:
    from infra.embedded.account import free_port

    folder = tempfile.mkdtemp(prefix="reussite-tests-")
    os.chmod(folder, 0o711)  # noqa: S103 (the servers run under another account and pass through)
    port = free_port()
    owner, app = secrets.token_hex(8), secrets.token_hex(8)
    os.environ |= {
        "REUSSITE_TEST_FOLDER": folder,
        "REUSSITE_TEST_PG_PORT": str(port),
        "REUSSITE_VAR": f"{folder}/var",
        "DATABASE_OWNER_URL": f"postgresql://reussite_owner:{owner}@127.0.0.1:{port}/{TEMPLATE}",
        "DATABASE_URL": f"postgresql://reussite_app:{app}@127.0.0.1:{port}/{TEMPLATE}",
        "SECRET_KEY": secrets.token_hex(16),
        "TASK_KEY": secrets.token_hex(16),
        "REUSSITE_NOTES_KEYS": f"essai:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "REUSSITE_LOGIN": "app",
    }


def _point_at_own_database() -> None:
    from infra.embedded.account import free_port

    name = f"{TEMPLATE}_{WORKER or 'alone'}"
    for variable in ("DATABASE_OWNER_URL", "DATABASE_URL"):
        os.environ[variable] = database_url(variable, name)
    os.environ["REUSSITE_VAR"] = f"{os.environ['REUSSITE_TEST_FOLDER']}/{WORKER or 'alone'}"
    os.environ["REUSSITE_TEST_VALKEY_PORT"] = port = str(free_port())
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"


if "REUSSITE_TEST_FOLDER" not in os.environ:
    _describe_environment()
_template_urls = {name: os.environ[name] for name in ("DATABASE_OWNER_URL", "DATABASE_URL")}
_point_at_own_database()


def admin_url(database: str = "postgres") -> str:
    """The superuser's URL, for the fixtures that look from outside; no test of the product uses it."""
    return urlunsplit(urlsplit(os.environ["REUSSITE_TEST_ADMIN_URL"])._replace(path=f"/{database}"))


def own_database() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")


def clone(name: str, template: str = TEMPLATE) -> None:
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER reussite_owner").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        # What PUBLIC may do with a database is not cloned.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO reussite_owner, reussite_app").format(
                sql.Identifier(name)
            )
        )


class Servers:
    """Started by the process that collects, for all."""

    def __init__(self) -> None:
        from infra.embedded import EmbeddedPostgres

        self.folder = Path(os.environ["REUSSITE_TEST_FOLDER"])
        self.postgres = EmbeddedPostgres(
            self.folder / "postgres", int(os.environ["REUSSITE_TEST_PG_PORT"]), throwaway=True
        )

    def start(self) -> None:
        from tenants.bootstrap import bootstrap
        from tests import template_cache

        known = template_cache.bring(self.postgres)
        self.postgres.start()
        os.environ["REUSSITE_TEST_ADMIN_URL"] = self.postgres.admin_url()
        bootstrap(
            admin_url=self.postgres.admin_url(),
            owner_url=_template_urls["DATABASE_OWNER_URL"],
            app_url=_template_urls["DATABASE_URL"],
        )
        if known:
            return
        subprocess.run(
            [sys.executable, "-m", "tests.build_template"],
            cwd=ROOT,
            env={**os.environ, **_template_urls, "REUSSITE_LOGIN": "owner"},
            check=True,
        )
        template_cache.keep(self.postgres)

    def stop(self) -> None:
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


_servers: Servers | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    global _servers
    if session.config.option.collectonly:
        return
    if not WORKER:
        _servers = Servers()
        _servers.start()
        if getattr(session.config.option, "numprocesses", None):
            return
    clone(own_database())


def pytest_unconfigure(config: pytest.Config) -> None:
    if _servers is not None:
        _servers.stop()
