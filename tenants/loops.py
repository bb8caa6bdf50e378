"""Processes that do the same thing again until they are told to stop: relay and dispatcher."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.db import Error, connection

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 5.0  # seconds, while something that we need is down
RECYCLED_AFTER = 300.0  # seconds: a connection that saw many towns holds their catalogs in memory


class StillDown(Exception):
    """What the loop needs is not there; raised from what says so."""


@contextlib.contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def note(number: int, frame: Any) -> None:
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def repeat(turn: Callable[[], int], *, name: str, pause: float, stop: threading.Event) -> None:
    """Call `turn` until told to stop; at once again while it finds work, else after `pause` seconds.

    Losing the database, or StillDown, makes the pauses longer and ends nothing: said once when it
    begins and once when it is over.
    """
    failures, opened_at = 0, time.monotonic()
    while not stop.is_set():
        try:
            found = turn()
        except (Error, StillDown) as error:
            failures += 1
            connection.close()
            if failures == 1:
                log.error("waiting_for_service", process=name, error=type(error.__cause__ or error).__name__)
            stop.wait(min(pause * 2**failures, LONGEST_PAUSE))
            continue
        if failures:
            log.info("service_is_back", process=name, after_tries=failures)
            failures = 0
        if time.monotonic() - opened_at > RECYCLED_AFTER:
            connection.close()
            opened_at = time.monotonic()
        if not found:
            stop.wait(pause)
    connection.close()
