"""Connections that are lost, pooled, shared in turn: a town never comes with one. These tests commit."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from core.people.models import User
from tenants.backend.base import apply_place, reset_for_pool
from tenants.context import Place, entered
from tests import servers
from tests.tenants.isolation.canaries import assert_untouched, name_of, plant
from tests.tenants.isolation.conftest import Towns

ROUNDS = 25
THREADS = 6


@pytest.fixture
def lasting(fresh_towns: Callable[[str], Place]) -> Iterator[Towns]:
    """Two towns in which tests may commit."""
    towns = Towns(fresh_towns("elm"), fresh_towns("fir"))
    for place in (towns.a, towns.b):
        with entered(place):
            plant(place)
    yield towns
    connection.close()


def canaries() -> list[str]:
    return list(User.objects.values_list("last_name", flat=True))


def server_process() -> int:
    connection.ensure_connection()
    return connection.connection.info.backend_pid  # type: ignore[no-any-return]


def kill(process: int) -> None:
    with psycopg.connect(servers.admin_url(servers.own_database()), autocommit=True) as session:
        session.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def touch_and_lose() -> None:
    with transaction.atomic():
        User.objects.update(function="touched")
        kill(server_process())
        canaries()


def divide_by_zero_below_django() -> None:
    """So that Django does not know, and commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        with contextlib.suppress(psycopg.errors.DivisionByZero):
            cursor.cursor.execute("SELECT 1/0")


def test_a_connection_lost_in_a_town(lasting: Towns) -> None:
    with entered(lasting.a):
        assert canaries() == [name_of(lasting.a)]
        kill(server_process())
        with pytest.raises(OperationalError):
            canaries()
        connection.close()
        assert canaries() == [name_of(lasting.a)]
    with entered(lasting.b):
        assert canaries() == [name_of(lasting.b)]


def test_a_connection_lost_in_a_transaction(lasting: Towns) -> None:
    with entered(lasting.a):
        with pytest.raises(DatabaseError):
            touch_and_lose()
        connection.close()
    assert_untouched(lasting.a)
    assert_untouched(lasting.b)


def test_a_connection_lost_while_the_town_changes(lasting: Towns) -> None:
    with entered(lasting.a):
        canaries()
        kill(server_process())
        with entered(lasting.b, switching=True):
            with pytest.raises(OperationalError):
                canaries()
            connection.close()
            assert canaries() == [name_of(lasting.b)]
        assert canaries() == [name_of(lasting.a)]


def test_a_failed_transaction_that_is_committed_all_the_same(lasting: Towns) -> None:
    """PostgreSQL turns the COMMIT into a rollback, and takes the SET of the town back with it."""
    with entered(lasting.b):
        canaries()
    with transaction.atomic():
        with entered(lasting.a):
            divide_by_zero_below_django()
    with entered(lasting.a):
        assert canaries() == [name_of(lasting.a)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (lasting.a.schema,)


def test_a_rolled_back_transaction_that_entered_a_town(lasting: Towns) -> None:
    with entered(lasting.b):
        assert canaries() == [name_of(lasting.b)]
        transaction.set_autocommit(False)
        with entered(lasting.a, switching=True):
            User.objects.update(function="touched")
        transaction.rollback()
        transaction.set_autocommit(True)
        assert canaries() == [name_of(lasting.b)]
    assert_untouched(lasting.a)


def test_what_the_pool_takes_back_is_nobodys(lasting: Towns) -> None:
    with entered(lasting.a):
        canaries()
        process = server_process()
        others = available()
        transaction.set_autocommit(False)
        User.objects.update(function="touched")
        connection.close()
    until = time.monotonic() + 30
    while available() == others and time.monotonic() < until:
        time.sleep(0.01)  # the pool resets in a thread of its own
    with contextlib.ExitStack() as held:
        sessions = [held.enter_context(connection.pool.connection()) for _ in range(available())]
        again = {session.info.backend_pid: session for session in sessions}
        assert process in again, "the reset discarded the connection"
        assert again[process].info.transaction_status == TransactionStatus.IDLE
        found = again[process].pgconn.exec_(b"SELECT current_user || ' ' || current_setting('search_path')")
        assert found.get_value(0, 0) == b"reussite_app public"
    assert_untouched(lasting.a)


def available() -> int:
    return connection.pool.get_stats()["pool_available"]  # type: ignore[no-any-return]


def test_a_reset_that_fails_is_not_silent(lasting: Towns) -> None:
    connection.ensure_connection()
    session = connection.connection
    apply_place(session, lasting.a.schema, lasting.a.schema)
    kill(session.info.backend_pid)
    with pytest.raises(psycopg.OperationalError):
        reset_for_pool(session)
    connection.close()


def test_threads_that_swap_towns_in_step(lasting: Towns) -> None:
    """At each beat every thread is inside a town at the same time as the others, and half of them in B."""
    beat = threading.Barrier(THREADS, timeout=20)
    wrong: list[object] = []

    def live(number: int) -> None:
        try:
            for turn in range(ROUNDS):
                place = lasting.a if (number + turn) % 2 else lasting.b
                with entered(place):
                    beat.wait()
                    found = canaries()
                    beat.wait()
                    with transaction.atomic():
                        User.objects.update(function="untouched")
                        found += canaries()
                if found != [name_of(place)] * 2:
                    wrong.append((number, turn, found))
        except BaseException as error:
            wrong.append(error)
            beat.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=live, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    for place in (lasting.a, lasting.b):
        assert_untouched(place)
