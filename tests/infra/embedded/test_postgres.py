"""The embedded PostgreSQL: as root and as anyone, after crashes, without opening a folder."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.embedded import EmbeddedPostgres, EmbeddedServerError, EmbeddedValkey
from infra.embedded.account import SYSTEM_FOLDER

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """pytest's folders are closed to others: as root, the server has to live elsewhere."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("pg") / "postgres", throwaway=True) as running:
        yield running


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_it_answers_on_its_url(server: EmbeddedPostgres) -> None:
    assert one(server.admin_url(), "SELECT current_user || ' ' || current_database()") == "postgres postgres"
    assert one(server.admin_url("template1"), "SELECT current_database()") == "template1"


def test_it_is_made_for_many_towns(server: EmbeddedPostgres) -> None:
    assert one(server.admin_url(), "SHOW max_connections") == "200"
    assert one(server.admin_url(), "SHOW max_locks_per_transaction") == "256"
    assert one(server.admin_url(), "SELECT lower('É')") == "é"


def test_it_wants_the_password(server: EmbeddedPostgres) -> None:
    wrong = server.admin_url().replace(server.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_it_never_runs_as_root(server: EmbeddedPostgres) -> None:
    assert server.process is not None
    assert psutil.Process(server.process.pid).uids().effective != 0


def test_secrets_are_for_their_owner_alone(server: EmbeddedPostgres) -> None:
    assert stat.S_IMODE((server.data_dir / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.pgdata.stat().st_mode) == 0o700
    assert not (server.home / "initdb-password").exists()


def test_closed_parents_stay_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "postgres", throwaway=True) as running:
        assert one(running.admin_url(), "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        home = running.home
        assert (home.parent == SYSTEM_FOLDER) == (os.geteuid() == 0)
    assert not home.exists()
    assert not (closed / "postgres").exists()


def test_data_and_port_survive_a_stop(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        with server:
            first_port = server.port
            with psycopg.connect(server.admin_url()) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        with server:
            assert one(server.admin_url(), "SELECT answer FROM kept") == 42
            assert server.port == first_port
    finally:
        server.remove()


def test_a_killed_server_is_repaired(tmp_path: Path) -> None:
    """kill -9 leaves postmaster.pid behind; the next start must not be stopped by it."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        with server:
            assert server.process is not None
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait(10)
            assert (server.pgdata / "postmaster.pid").exists()
        with server:
            assert one(server.admin_url(), "SELECT 1") == 1
    finally:
        server.remove()


def test_a_server_that_outlived_its_starter_is_taken_over(tmp_path: Path) -> None:
    killed = EmbeddedPostgres(tmp_path / "postgres").start()
    process, killed._process = killed.process, None  # the starter forgets it, as after kill -9
    assert process is not None
    killed.stop()  # lets the lock go
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        with server:
            assert process.wait(10) == 0
            assert one(server.admin_url(), "SELECT 1") == 1
    finally:
        server.remove()


def test_a_crash_while_initialising_is_begun_again(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "pgdata.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path / "postgres", throwaway=True) as server:
        assert one(server.admin_url(), "SELECT 1") == 1


def test_two_starts_in_one_folder_are_refused(server: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedServerError, match="déjà en service"):
        EmbeddedPostgres(server.data_dir).start()
    assert one(server.admin_url(), "SELECT 1") == 1


def test_a_busy_port_is_said(server: EmbeddedPostgres, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=f"Le port {server.port} de 127.0.0.1 est déjà pris"):
        EmbeddedPostgres(tmp_path / "other", server.port, throwaway=True).start()


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        with server:
            version = server.pgdata / "PG_VERSION"
            content = version.read_text()
        version.write_text("15\n")
        with pytest.raises(EmbeddedServerError, match="viennent de PostgreSQL 15"):
            server.start()
        version.write_text(content)
        with server:
            assert one(server.admin_url(), "SELECT 1") == 1
    finally:
        server.remove()


def test_servers_do_not_outlive_a_killed_starter(tmp_path: Path) -> None:
    """A test run that is killed must leave no server behind."""
    script = (
        "import sys, time\n"
        "from infra.embedded import EmbeddedPostgres, EmbeddedValkey\n"
        "pg = EmbeddedPostgres(sys.argv[1] + '/pg', throwaway=True).start()\n"
        "valkey = EmbeddedValkey(sys.argv[1] + '/valkey', throwaway=True).start()\n"
        "print(pg.process.pid, valkey.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        servers = [psutil.Process(int(word)) for word in starter.stdout.readline().split()]
        assert len(servers) == 2
        starter.kill()
    gone, alive = psutil.wait_procs(servers, timeout=15)
    assert (len(gone), alive) == (2, [])
    EmbeddedPostgres(tmp_path / "pg").remove()
    EmbeddedValkey(tmp_path / "valkey").remove()
