"""`reussite demo` as a person lives it: started, looked at, stopped, started again, killed, repaired."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.embedded.account import free_port
from reussite import environment
from reussite.demo.installation import DATABASE_VARIABLES
from tests import servers

CHILDREN = 6  # a town: journeys in a browser start it with all of them
PATIENCE = 600.0  # seconds; generous, since the suite shares its processors


class Session:
    """One `reussite demo` in a process of its own."""

    def __init__(self, port: int) -> None:
        hidden = {
            *DATABASE_VARIABLES,
            "REDIS_URL",
            "SECRET_KEY",
            "TASK_KEY",
            "STATICFILES_BACKEND",
            "REUSSITE_LOGIN",
        }
        variables = {name: value for name, value in os.environ.items() if name not in hidden}
        paths = f"{servers.ROOT}:{servers.ROOT / 'platform'}"
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reussite", "demo", "--port", str(port), f"--children={CHILDREN}"],
            cwd=servers.ROOT,
            env={**variables, "DJANGO_SETTINGS_MODULE": "reussite.settings", "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.shown += line

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        return code


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    for name in (*DATABASE_VARIABLES, "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REUSSITE_VAR", str(tmp_path / "var"))
    yield free_port()
    from reussite.demo import installation

    installation.reset()


def page(port: int, host: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def schemas() -> list[tuple[str, str]]:
    """Slug and schema of every town, read as a second terminal would."""
    url = environment.read(environment.demo_file())["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT slug, schema_name FROM tenants_town ORDER BY slug").fetchall()


def test_a_life(port: int) -> None:
    first = Session(port)
    first.wait_for("La démonstration est prête.")
    assert f"http://montauban.localhost:{port}" in first.shown
    assert "coordination@montauban.example" in first.shown
    status, _ = page(port, "montauban.localhost")
    assert status in {200, 302}
    status, body = page(port, "elsewhere.localhost")
    assert status == 404
    assert "Montauban" not in body
    made = schemas()
    assert len(made) >= 4

    second = Session(free_port())
    assert second.process.wait(PATIENCE) == 1
    second.reader.join(PATIENCE)
    assert "est déjà en service" in second.shown
    assert first.process.poll() is None

    first.wait_for("celery@")
    family = first.family()
    assert len(family) > 8
    assert first.end(signal.SIGINT) == 0
    assert "Tout est arrêté" in first.shown
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []

    third = Session(port)
    third.wait_for("La démonstration est prête.")
    assert schemas() == made
    third.wait_for("celery@")
    family = third.family()
    third.end(signal.SIGKILL)
    assert [process for process in family if process.is_running()] != []

    fourth = Session(port)
    fourth.wait_for("La démonstration est prête.")
    assert "Une session précédente avait été interrompue" in fourth.shown
    assert schemas() == made
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert fourth.end(signal.SIGTERM) == 0
