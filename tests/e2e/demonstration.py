"""The demonstration as a newcomer starts it, on a port and in a folder of its own: real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded.account import free_port

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C pour tout arrêter"
PATIENCE = 600  # seconds: two cores, of which the rest of the suite takes one
# What describes the suite's own servers must not reach the demonstration.
OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_ADMIN_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "TASK_KEY",
    "REUSSITE_LOGIN",
    "STATICFILES_BACKEND",
    "DJANGO_SETTINGS_MODULE",
)


class Demonstration:
    """Where its towns answer, and what its processes have said."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.log: list[str] = []

    def url(self, slug: str, path: str = "/") -> str:
        return f"http://{slug}.localhost:{self.port}{path}"


@contextmanager
def running(folder: Path) -> Iterator[Demonstration]:
    """Start `reussite demo`, wait until it says that it is ready, end it as Ctrl-C does."""
    demonstration = Demonstration(free_port())
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(
        [sys.executable, "-m", "reussite", "demo", "--port", str(demonstration.port)],
        cwd=ROOT,
        env={**environment, "REUSSITE_VAR": str(folder), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(process, demonstration, ready), daemon=True)
    listener.start()
    try:
        _wait(process, demonstration, ready)
        yield demonstration
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            listener.join(10)
            assert process.stdout is not None
            process.stdout.close()


def _listen(process: "subprocess.Popen[str]", demonstration: Demonstration, ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        demonstration.log.append(line)
        if READY in line:
            ready.set()


def _wait(process: "subprocess.Popen[str]", demonstration: Demonstration, ready: threading.Event) -> None:
    until = time.monotonic() + PATIENCE
    while not ready.wait(0.5):
        if process.poll() is not None or time.monotonic() > until:
            said = "".join(demonstration.log[-40:])
            raise RuntimeError(f"The demonstration did not start:\n{said}")
