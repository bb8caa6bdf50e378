"""What a real installation takes from `infra/deploy`."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from infra.deploy import run_lock
from infra.embedded import EmbeddedPostgres
from infra.embedded.postgres import PACKAGE

ROOT = Path(__file__).resolve().parents[2]
LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via reussite
beta-two==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:bb
    # via alpha
gamma==3.0 \\
    --hash=sha256:cc
"""


def test_entries_keep_their_hashes() -> None:
    assert run_lock.select(LOCK, "Beta_Two==2.0 ; sys_platform == 'win32'\nalpha==1.0\n") == (
        "beta-two==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:bb\n"
        "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab\n"
    )


@pytest.mark.parametrize("pins", ["alpha==1.1", "delta==1.0", ""])
def test_a_pin_that_the_lock_does_not_have_is_refused(pins: str) -> None:
    with pytest.raises(ValueError, match="Not in the lock"):
        run_lock.select(LOCK, pins)


def test_the_real_lock_can_be_read() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    names = {name for name, _ in run_lock.entries(lock)}
    assert {"django", "psycopg", "pytest"} <= names
    assert all("--hash=sha256:" in entry for entry in run_lock.entries(lock).values())


def test_a_backup_restores_one_town_alone(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres", throwaway=True) as server:
        url = server.admin_url()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE tenants_town (slug text, schema_name text)")
            for slug, schema in (("un", "t_one"), ("deux", "t_two")):
                connection.execute(f"CREATE SCHEMA {schema}")
                connection.execute(f"CREATE TABLE {schema}.child AS SELECT '{slug}' AS name")
                connection.execute("INSERT INTO tenants_town VALUES (%s, %s)", [slug, schema])
        programs = f"{PACKAGE / 'pginstall' / 'bin'}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": programs, "DATABASE_ADMIN_URL": url}
        done = subprocess.run(
            [ROOT / "infra" / "deploy" / "backup.sh", tmp_path / "backups"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        folder = Path(done.stdout.strip())
        assert {path.name for path in folder.iterdir()} == {
            "towns.txt", "roles.sql", "public.dump", "un.dump", "deux.dump",
        }  # fmt: skip
        assert folder.stat().st_mode & 0o077 == 0
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA t_one CASCADE")
            connection.execute("UPDATE t_two.child SET name = 'changed since'")
        subprocess.run(
            ["pg_restore", "-d", url, folder / "un.dump"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT name FROM t_one.child").fetchall() == [("un",)]
            assert connection.execute("SELECT name FROM t_two.child").fetchall() == [("changed since",)]
