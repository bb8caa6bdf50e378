"""The embedded Valkey: with a password, never as root, and never left behind."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from infra.embedded import EmbeddedServerError, EmbeddedValkey


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey") / "valkey", throwaway=True) as running:
        yield running


def test_it_answers_on_its_url(server: EmbeddedValkey) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.set("word", "mot")
        assert client.get("word") == b"mot"


def test_it_wants_the_password(server: EmbeddedValkey) -> None:
    with redis.Redis(port=server.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_an_empty_password_asks_for_none(tmp_path: Path) -> None:
    with (
        EmbeddedValkey(tmp_path / "valkey", throwaway=True, password="") as running,
        redis.Redis(port=running.port) as client,
    ):
        assert running.url == f"redis://127.0.0.1:{running.port}/0"
        assert client.ping()


def test_it_never_runs_as_root_nor_shows_its_password(server: EmbeddedValkey) -> None:
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    assert process.uids().effective != 0
    assert server.password not in " ".join(process.cmdline())


def test_a_server_that_outlived_its_starter_is_ended(tmp_path: Path) -> None:
    killed = EmbeddedValkey(tmp_path / "valkey").start()
    process, killed._process = killed.process, None  # the starter forgets it, as after kill -9
    assert process is not None
    record = (tmp_path / "valkey" / "process").read_bytes()
    killed.stop()
    (tmp_path / "valkey" / "process").write_bytes(record)
    with (
        EmbeddedValkey(tmp_path / "valkey", throwaway=True) as server,
        redis.Redis.from_url(server.url) as client,
    ):
        assert process.wait(10) == 0
        assert client.ping()


def test_two_starts_in_one_folder_are_refused(server: EmbeddedValkey) -> None:
    with pytest.raises(EmbeddedServerError, match="déjà en service"):
        EmbeddedValkey(server.data_dir).start()
