"""Processes that a killed start leaves running, recognised by number and hour of birth.

A number alone is not enough: the system gives it to another program sooner or later.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil


def remember(record: Path, pids: Iterable[int]) -> None:
    """Write down who was started."""
    people = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            people.append([pid, psutil.Process(pid).create_time()])
    record.write_text(json.dumps(people), encoding="utf-8")


def stop(record: Path, wait: float = 10.0) -> int:
    """End those of the record that still run, with their children. Returns how many were found.

    The caller holds the lock of the folder, so that their supervisor is known to be dead.
    """
    try:
        remembered = json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return 0
    found: list[psutil.Process] = []
    for pid, born in remembered:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if abs(process.create_time() - born) < 0.05:
                found += [process, *process.children(recursive=True)]
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(found, timeout=wait)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    record.unlink(missing_ok=True)
    return len(found)
