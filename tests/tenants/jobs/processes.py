"""Real processes of the platform, on the suite's database and on a Valkey of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


class Processes:
    """Worker, relay and dispatcher as an installation runs them: started once, killed at will."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.tenants.jobs.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT}/platform",
            "PYTHONWARNINGS": "default",
            **environment,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.began: dict[str, int] = {}

    def start(self, name: str, *words: str) -> None:
        with self.log(name).open("ab") as log:
            self.began[name] = log.tell()
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "reussite", name, *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ensure(self, *names: str) -> None:
        """Those that a test before killed come back."""
        for name in names:
            if name not in self.running or self.running[name].poll() is not None:
                self.start(name, *(["--concurrency=2"] if name == "worker" else ["--pause=0.1"]))

    def said(self, name: str, text: str) -> bool:
        """Whether the process that runs now has written `text`."""
        return text in self.log(name).read_bytes()[self.began[name] :].decode()

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
            raise

    def stop_all(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.running.clear()

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-6000:]}" for path in self.folder.glob("*.log"))


def wait_for(condition: Callable[[], Any], *, seconds: float = 15, what: str = "") -> Any:
    """The first true answer of `condition`. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise TimeoutError(f"Not within {seconds} s: {what or condition}")
