"""What the demonstration finds, makes and refuses before anything is shown."""

import stat
from pathlib import Path

import psycopg
import pytest
import redis

from infra.embedded.account import free_port
from reussite.demo import command, installation
from reussite.demo.installation import DATABASE_VARIABLES, CannotStart
from reussite.environment import demo_file, read


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*DATABASE_VARIABLES, "REDIS_URL", "SECRET_KEY", "TASK_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REUSSITE_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def test_a_start_gives_servers_and_variables_and_a_second_finds_them_again(own_folder: Path) -> None:
    port = free_port()
    try:
        with installation.opened(port) as first:
            with psycopg.connect(first.environment["DATABASE_ADMIN_URL"]) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 1")
            with redis.Redis.from_url(first.environment["REDIS_URL"]) as client:
                assert client.ping()
            assert stat.S_IMODE(demo_file().stat().st_mode) == 0o600
            assert read(demo_file()) == first.environment
        assert not demo_file().exists()
        with installation.opened(port) as second:
            kept = {"DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "TASK_KEY"}
            assert {name: second.environment[name] for name in kept} == {
                name: first.environment[name] for name in kept
            }
            with psycopg.connect(second.environment["DATABASE_ADMIN_URL"]) as connection:
                assert connection.execute("SELECT * FROM kept").fetchall() == [(1,)]
    finally:
        installation.reset()


def test_pages_and_tasks_do_not_get_the_privileged_addresses(own_folder: Path) -> None:
    try:
        with installation.opened(free_port()) as running:
            first, later = command.children_of(running)
            for child in [*first, *later]:
                assert "DATABASE_URL" in child.environment
                assert not {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"} & child.environment.keys()
            assert "DATABASE_ADMIN_URL" in running.environment_of(privileged=True)
    finally:
        installation.reset()


def test_two_demonstrations_in_one_folder_are_refused(own_folder: Path) -> None:
    try:
        with (
            installation.opened(free_port()),
            pytest.raises(CannotStart, match="déjà en service"),
            installation.opened(free_port()),
        ):
            pass
    finally:
        installation.reset()


def test_a_reset_while_it_runs_is_refused_and_afterwards_leaves_nothing(own_folder: Path) -> None:
    with installation.opened(free_port()):
        with pytest.raises(CannotStart, match="déjà en service"):
            installation.reset()
        assert (own_folder / "postgres").exists()
    assert installation.reset() == [own_folder]
    assert [path.name for path in own_folder.iterdir()] == []
    assert installation.reset() == []


def test_named_servers_are_used_and_none_is_started(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*DATABASE_VARIABLES, "REDIS_URL"):
        monkeypatch.setenv(name, f"given://{name}")
    with installation.opened(free_port()) as running:
        assert running.servers == []
        assert running.environment["DATABASE_URL"] == "given://DATABASE_URL"
        assert running.environment["REDIS_URL"] == "given://REDIS_URL"
    assert not (own_folder / "postgres").exists()


def test_part_of_a_database_is_refused_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://given")
    with pytest.raises(CannotStart, match="il manque DATABASE_OWNER_URL et DATABASE_ADMIN_URL"):
        installation.named_servers()


def test_a_reset_never_touches_a_server_that_is_not_ours(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_folder / "demo").mkdir(parents=True)
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    with pytest.raises(CannotStart, match="rien n’a été effacé"):
        installation.reset()
    assert (own_folder / "demo").exists()


def test_a_busy_port_is_said_with_what_to_type(own_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert command.main(["--port", str(port)]) == 1
    shown = capsys.readouterr().out
    assert f"Le port {port} de 127.0.0.1 est déjà pris" in shown
    assert "PORT=" in shown
    assert not (own_folder / "postgres").exists()


@pytest.mark.parametrize("port", [0, 70_000])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(CannotStart, match="n’est pas un numéro de port"):
        installation.require_free(port)


def test_hosts_come_from_the_towns_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.toml").write_text('name = "Bourg"\n[web]\nprimary = "bourg.localhost"\n')
    (tmp_path / "m.toml").write_text('name = "Montauban"\n[web]\nprimary = "montauban.localhost"\n')
    (tmp_path / "a.toml").write_text(
        'kind = "national"\nname = "Nation"\n[web]\nprimary = "nation.localhost"\n'
    )
    monkeypatch.setenv("REUSSITE_TOWNS", str(tmp_path))
    assert [host for _, host in installation.hosts()] == [
        "montauban.localhost",
        "bourg.localhost",
        "nation.localhost",
    ]
