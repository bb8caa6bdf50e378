"""The supervisor: keeps processes up, prefixes their lines, stops what it started and nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from reussite.demo.supervisor import LONGEST_PAUSE, Child, Supervisor

FOREVER = "import time\nwhile True: time.sleep(1)"


def child(script: str, name: str = "essai") -> Child:
    return Child(name, [sys.executable, "-u", "-c", script], dict(os.environ))


def wait_for(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def run_until(supervisor: Supervisor, condition: Callable[[], object]) -> None:
    """Run the supervisor here, as it wants the main thread for its signals, until `condition`."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    failures: list[BaseException] = []

    def watch() -> None:
        try:
            wait_for(condition)
        except AssertionError as failure:
            failures.append(failure)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        supervisor.run()
    finally:
        watcher.join()
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert failures == []


def test_lines_carry_the_name_of_their_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    speaker = child("print('bonjour')\n" + FOREVER, "web")
    supervisor = Supervisor([speaker], tmp_path / "record")
    shown: list[str] = []

    def heard() -> bool:
        shown.append(capsys.readouterr().out)
        return "bonjour" in "".join(shown)

    run_until(supervisor, heard)
    line = next(line for line in "".join(shown).splitlines() if "bonjour" in line)
    assert line.split() == [line.split()[0], "web", "bonjour"]


def test_a_process_that_ends_is_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counter = tmp_path / "starts"
    script = f"open({str(counter)!r}, 'a').write('x')\nraise SystemExit(3)"
    run_until(
        Supervisor([child(script)], tmp_path / "record"),
        lambda: counter.exists() and len(counter.read_text()) >= 3,
    )
    shown = capsys.readouterr().out
    assert "s’est arrêté (code 3) ; redémarrage tout de suite" in shown
    assert "redémarrage dans 1 s" in shown


def test_quick_deaths_make_longer_pauses() -> None:
    dying = child("")
    dying.started_at = time.monotonic()
    assert [dying.plan_restart() for _ in range(8)] == [0, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    dying.started_at = time.monotonic() - 3600
    assert dying.plan_restart() == 0


def test_a_stop_ends_children_and_what_they_left(tmp_path: Path) -> None:
    grandchild = tmp_path / "grandchild"
    script = (
        "import subprocess, sys\n"
        f"p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}])\n"
        f"open({str(grandchild)!r}, 'w').write(str(p.pid))\n" + FOREVER
    )
    started = child(script)
    run_until(
        Supervisor([started], tmp_path / "record"), lambda: grandchild.exists() and grandchild.read_text()
    )
    assert started.process is not None
    assert started.process.poll() is not None
    left = int(grandchild.read_text())
    wait_for(lambda: not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE)
    assert not (tmp_path / "record").exists()


def test_a_process_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", FOREVER]) as stranger:
        started = child(FOREVER)
        run_until(Supervisor([started], tmp_path / "record"), lambda: started.process is not None)
        assert stranger.poll() is None
        stranger.kill()


def test_who_runs_is_written_down_for_the_next_start(tmp_path: Path) -> None:
    started = child(FOREVER)
    record = tmp_path / "record"
    seen: list[str] = []

    def written() -> bool:
        if record.exists() and record.read_text():
            seen.append(record.read_text())
        return bool(seen)

    run_until(Supervisor([started], record), written)
    assert started.process is not None
    assert str(started.process.pid) in seen[0]


def test_the_tick_is_called(tmp_path: Path) -> None:
    ticks: list[int] = []
    supervisor = Supervisor([child(FOREVER)], tmp_path / "record", tick=lambda: ticks.append(1))
    run_until(supervisor, lambda: len(ticks) >= 2)
    assert len(ticks) >= 2
