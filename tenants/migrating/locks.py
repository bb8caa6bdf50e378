"""One migrator at a time, and no town made from a template that is being migrated.

Advisory locks, released by PostgreSQL when the session ends, however it ends. A migrator holds
ALONE on a session of its own, so that the working session may be recycled, and WORKING on the
working session, so that the next migrator also waits for a statement which a killed one left
running. Waiting polls: a blocked wait would hold a snapshot, on which an index built concurrently
by the first migrator would wait in turn.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tenants.context import outside

ALONE = 7_301_001
WORKING = 7_301_002
TEMPLATE = 7_301_003
POLL = 0.25  # seconds


@contextmanager
def alone(waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only migrator of the database. `waiting` is called once when another one works."""
    session = connection.copy()
    try:
        with outside():
            _poll(session, ALONE, waiting)
            work(waiting)
        yield
    finally:
        session.close()
        connection.close()


def work(waiting: Callable[[], None] = lambda: None) -> None:
    """Mark the working session. What it commits may be lost in a crash of the server, with its own record."""
    with outside():
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        _poll(connection, WORKING, waiting)


def recycle() -> None:
    """A new working session: one that has seen hundreds of schemas holds their catalogs in memory."""
    connection.close()
    work()


@contextmanager
def template_changing() -> Iterator[None]:
    """No town is made from the templates during the block; those being made are waited for."""
    with outside():
        _execute(f"SELECT pg_advisory_lock({TEMPLATE})")
    try:
        yield
    finally:
        with outside():
            _execute(f"SELECT pg_advisory_unlock({TEMPLATE})")


def template_used() -> None:
    """Until the end of the caller's transaction, the templates don't change."""
    _execute(f"SELECT pg_advisory_xact_lock_shared({TEMPLATE})")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _poll(session: BaseDatabaseWrapper, key: int, waiting: Callable[[], None]) -> None:
    told = False
    while True:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if cursor.fetchone()[0]:
                return
        if not told:
            waiting()
            told = True
        time.sleep(POLL)
