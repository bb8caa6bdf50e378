"""Processes kept running in the foreground, with their lines prefixed, until Ctrl-C.

honcho was looked at: it ends everything when one process ends, where a demonstration should start it
again.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.embedded import leftovers
from reussite.demo import console

GRACE = 20.0  # seconds between asking a process to stop and stopping it
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # a process that ran this long starts again at once


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    colour: int = console.GREY
    pause: float = 0.0
    started_at: float = 0.0
    due_at: float | None = None
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    reader: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start in a session of its own: Ctrl-C reaches the supervisor alone, which stops all in order."""
        self.started_at, self.due_at = time.monotonic(), None
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._copy_lines, args=(self.process,), daemon=True)
        self.reader.start()

    def _copy_lines(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                if line.strip():
                    console.log(self.name, line.rstrip(), self.colour)

    def plan_restart(self) -> float:
        """Seconds until the next try: 0, then 1, 2, 4… after quick deaths."""
        steady = time.monotonic() - self.started_at > STEADY_AFTER
        wait = 0.0 if steady else self.pause
        self.pause = 1.0 if wait == 0 else min(wait * 2, LONGEST_PAUSE)
        self.due_at = time.monotonic() + wait
        return wait


class Supervisor:
    """Starts the children, starts again those that end, and stops them all at SIGINT or SIGTERM."""

    def __init__(
        self, children: Sequence[Child], record: Path, tick: Callable[[], None] | None = None
    ) -> None:
        self.children = list(children)
        self.record = record
        self.tick = tick
        self.stopping = threading.Event()

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            self.start()
            while not self.stopping.wait(0.2):
                self._look_after_children()
                if self.tick is not None:
                    self.tick()
        finally:
            self.stop()

    def start(self) -> None:
        """Start those that are not started yet; `run` does it too."""
        for child in self.children:
            if child.process is None:
                child.start()
        self._remember()

    def restart(self, child: Child) -> None:
        """End one child on purpose and start it again."""
        if child.process is not None:
            child.process.terminate()
            child.process.wait(GRACE)
        child.start()
        self._remember()

    def add(self, children: Sequence[Child]) -> None:
        """Start more children and look after them as well."""
        self.children += children
        self.start()

    def stop(self) -> None:
        """Ask every child to end, wait, and insist with those that do not."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                console.log("demo", f"le processus {process.pid} ne s’arrête pas : il est interrompu")
            # What a process left behind is in the session that we gave it.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for child in self.children:
            if child.reader is not None:
                child.reader.join(2.0)
        self.record.unlink(missing_ok=True)

    def _asked_to_stop(self, number: int, frame: object) -> None:
        self.stopping.set()

    def _look_after_children(self) -> None:
        changed = False
        for child in self.children:
            if child.due_at is not None and time.monotonic() >= child.due_at:
                child.start()
                changed = True
            elif child.due_at is None and child.process is not None and child.process.poll() is not None:
                code = child.process.returncode
                wait = child.plan_restart()
                when = f"dans {wait:.0f} s" if wait else "tout de suite"
                console.log(child.name, f"s’est arrêté (code {code}) ; redémarrage {when}", console.RED)
        if changed:
            self._remember()

    def _remember(self) -> None:
        leftovers.remember(self.record, (child.process.pid for child in self.children if child.process))
