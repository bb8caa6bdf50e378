"""Pages through the whole WSGI application: what they cost in messages, time and memory, for both."""

import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import psutil
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

SENT = re.compile(rb"\tF\t\d+\t(?:Query|Sync)\b")  # one a round trip, in either protocol
_application: WSGIHandler | None = None


def page(slug: str) -> None:
    """One request to the end, connection given back."""
    global _application
    _application = _application or WSGIHandler()
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": f"{slug}.test",
        "SERVER_PORT": "80",
        "HTTP_HOST": f"{slug}.test",
        "wsgi.input": tempfile.SpooledTemporaryFile(),
        "wsgi.url_scheme": "http",
    }
    statuses: list[str] = []
    response = _application(environ, lambda status, headers, *rest: statuses.append(status))
    body = b"".join(response)
    response.close()
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{statuses} {body[:200]!r}")


def seconds(slugs: list[str], rounds: int) -> float:
    """Median of a request, the towns taking turns."""
    spent = []
    for _ in range(rounds):
        for slug in slugs:
            began = time.perf_counter()
            page(slug)
            spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def statements(slugs: list[str]) -> dict[str, float]:
    """Messages on the wire a request: those that it waits for, and all, the pool's own included."""
    page(slugs[0])
    waited, everything = [], []
    with tempfile.NamedTemporaryFile() as file:
        connection.ensure_connection()
        traced = connection.connection
        traced.pgconn.trace(file.fileno())
        connection.close()
        time.sleep(0.2)
        for slug in slugs:
            before = _count(file.name)
            page(slug)
            waited.append(_count(file.name) - before)
            time.sleep(0.05)
            everything.append(_count(file.name) - before)
        traced.pgconn.untrace()
    return {"waited": statistics.median(waited), "all": statistics.median(everything)}


def _count(path: str) -> int:
    with open(path, "rb") as file:
        return len(SENT.findall(file.read()))


def backend_memory(slugs: list[str], lifetime: float | None) -> float:
    """Bytes (PSS) of the largest server process of ours after a visit to each town, at a steady pace.

    With `lifetime` the visits take several times as long, as they do in an installation, where a
    connection is given up after ten minutes.
    """
    pause = lifetime * 4 / len(slugs) if lifetime else 0.0
    connection.close_pool()
    if lifetime:
        options = connection.settings_dict["OPTIONS"]
        options["pool"] = {**options["pool"], "max_lifetime": lifetime}
    largest = 0
    for slug in slugs:
        page(slug)
        time.sleep(pause)
        largest = max(largest, _backend_pss())
    return largest


def _backend_pss() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    found: int = psutil.Process(pid).memory_full_info().pss
    connection.close()
    return found


def own_memory() -> float:
    found: int = psutil.Process(os.getpid()).memory_full_info().pss
    return found


ACTS: dict[str, Callable[..., Any]] = {
    "seconds": seconds,
    "statements": statements,
    "backend_memory": backend_memory,
    "own_memory": own_memory,
}
