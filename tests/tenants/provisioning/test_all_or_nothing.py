"""A town is made whole or not at all, wherever the process that makes it fails or is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from tests import servers

pytestmark = pytest.mark.xdist_group("provisioning")

STATEMENTS = 12  # more than provisioning sends: the loop ends where a process says "done"


class Place:
    """A database of its own, looked at by the superuser."""

    def __init__(self, name: str) -> None:
        self.name = name
        servers.clone(name)
        self.session = psycopg.connect(servers.admin_url(name), autocommit=True)
        self.before = self.everything()
        self.driver = subprocess.Popen(
            [sys.executable, "-m", "tests.tenants.provisioning.driver"],
            env={
                **os.environ,
                "DATABASE_OWNER_URL": servers.database_url("DATABASE_OWNER_URL", name),
                "DATABASE_URL": servers.database_url("DATABASE_URL", name),
                "PYTHONPATH": os.pathsep.join([str(servers.ROOT), str(servers.ROOT / "platform")]),
                "REUSSITE_LOGIN": "owner",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def everything(self) -> list[tuple[str, str]]:
        """Every schema, role, town, domain, sequence-free: what a half-made town could leave behind.

        Roles belong to the server: those with rights in another database are another process's.
        """
        return self.session.execute(
            "SELECT 'schema', nspname::text FROM pg_namespace WHERE nspname !~ '^pg_'"
            " UNION ALL SELECT 'role', rolname FROM pg_roles r WHERE NOT EXISTS"
            " (SELECT FROM pg_shdepend d JOIN pg_database b ON b.oid = d.dbid"
            " WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid"
            " AND b.datname <> current_database())"
            " UNION ALL SELECT 'town', slug FROM tenants_town"
            " UNION ALL SELECT 'domain', domain FROM tenants_domain"
            " UNION ALL SELECT 'table', oid::text FROM pg_class WHERE relkind = 'r'"
            " UNION ALL SELECT 'default rights', oid::text FROM pg_default_acl ORDER BY 1, 2"
        ).fetchall()

    def ask(self, how: str, point: int, slug: str = "essai") -> int:
        """Have a town made; its process id."""
        assert self.driver.stdin is not None
        self.driver.stdin.write(f"{how} {point} {slug}\n")
        self.driver.stdin.flush()
        return int(self.answer().removeprefix("pid "))

    def answer(self) -> str:
        assert self.driver.stdout is not None
        return self.driver.stdout.readline().strip()

    def ended(self) -> int:
        """The exit code of the process asked for last, once the server has forgotten it."""
        code = int(self.answer().removeprefix("ended "))
        self.settle()
        return code

    def settle(self) -> None:
        """Wait until no session of the owner is left: the server ends a dead client's statement first."""
        deadline = time.monotonic() + 30
        while self.session.execute(
            "SELECT FROM pg_stat_activity WHERE datname = %s AND usename = 'reussite_owner'", [self.name]
        ).fetchall():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def close(self) -> None:
        self.driver.communicate(timeout=30)
        made = self.session.execute(
            "SELECT schema_name FROM tenants_town WHERE slug LIKE 'essai%'"
        ).fetchall()
        self.session.close()
        with psycopg.connect(servers.admin_url(), autocommit=True) as session:
            session.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            for (role,) in made:
                session.execute(f"DROP ROLE {role}")


@pytest.fixture
def place() -> Iterator[Place]:
    with closing(Place(f"{servers.own_database()}_provisioning")) as place:
        yield place


@pytest.mark.parametrize(("how", "code"), [("raise", 1), ("kill", -signal.SIGKILL)])
def test_nothing_stays_when_it_fails_before_any_statement(place: Place, how: str, code: int) -> None:
    for point in range(1, STATEMENTS + 1):
        place.ask(how, point)
        ended = place.ended()
        if ended == 0:
            break
        assert ended == code
        assert place.everything() == place.before, f"statement {point}"
    else:
        pytest.fail("provisioning never ended: raise STATEMENTS")
    # The success twin: the same process, with a point after the last statement, leaves a whole town.
    left = set(place.everything()) - set(place.before)
    assert point > 5
    assert {("town", "essai"), ("domain", "essai.test"), ("domain", "www.essai.test")} <= left
    assert sorted(kind for kind, _ in left if kind in {"schema", "role"}) == ["role", "schema"]


def test_nothing_stays_when_it_is_killed_during_a_statement(place: Place) -> None:
    """The server is still busy with the statement; what it does then is rolled back all the same."""
    for point in range(1, STATEMENTS + 1):
        process = place.ask("linger", point)
        answer = place.answer()
        if answer == "ended 0":
            break
        assert answer == "lingering"
        wait_for_sleep(place)
        os.kill(process, signal.SIGKILL)
        assert place.ended() == -signal.SIGKILL
        assert place.everything() == place.before, f"statement {point}"
    else:
        pytest.fail("provisioning never ended: raise STATEMENTS")
    assert ("town", "essai") in place.everything()


def test_a_taken_host_leaves_nothing_either(place: Place) -> None:
    place.session.execute(
        "INSERT INTO tenants_domain (domain, tenant_id, is_primary)"
        " SELECT 'www.essai.test', id, false FROM tenants_town WHERE slug = 'alpha'"
    )
    before = place.everything()
    place.ask("raise", 99)
    assert place.ended() == 2
    assert place.everything() == before


def wait_for_sleep(place: Place) -> None:
    deadline = time.monotonic() + 30
    while not place.session.execute(
        "SELECT FROM pg_stat_activity WHERE datname = %s AND wait_event = 'PgSleep'", [place.name]
    ).fetchall():
        assert time.monotonic() < deadline
        time.sleep(0.01)
