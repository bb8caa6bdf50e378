"""Towns entered one inside another, left by a failure, taken back by a rollback, carried by threads."""

import contextvars
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.urls import get_urlconf
from django.utils import timezone

from core.people.models import User
from tenants import context
from tenants.context import Place, entered, outside
from tenants.errors import NoPlaceError, NotEnteredError, OtherPlaceError
from tests.tenants.isolation.canaries import assert_untouched, name_of
from tests.tenants.isolation.conftest import Towns


def canaries() -> list[str]:
    return list(User.objects.values_list("last_name", flat=True))


def session(more: str = "1") -> tuple[str, str]:
    """Role and schema, as the server sees them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current_user, current_schema(), {more}")
        role, schema, _ = cursor.fetchone()
    return role, schema


def test_each_town_sees_its_own(towns: Towns) -> None:
    for place in (towns.a, towns.b, towns.a):
        with entered(place):
            assert canaries() == [name_of(place)]
            assert session() == (place.schema, place.schema)


def test_nested_towns_come_back_in_order(towns: Towns) -> None:
    with entered(towns.a):
        with entered(towns.b, switching=True):
            with outside():
                with pytest.raises(NoPlaceError):
                    canaries()
                with entered(towns.a):
                    assert canaries() == [name_of(towns.a)]
            assert canaries() == [name_of(towns.b)]
        assert canaries() == [name_of(towns.a)]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_failing_block_leaves_its_town(towns: Towns, failure: type[BaseException]) -> None:
    with entered(towns.a):
        with pytest.raises(failure), entered(towns.b, switching=True):
            raise failure
        assert canaries() == [name_of(towns.a)]
    assert context.current() is None
    assert session() == ("reussite_app", "public")


def test_a_failing_query_leaves_its_town(towns: Towns) -> None:
    with entered(towns.a):
        with pytest.raises(DataError), transaction.atomic(), entered(towns.b, switching=True):
            session("1/0")
        assert canaries() == [name_of(towns.a)]


def test_a_savepoint_rollback_that_takes_the_town_back(towns: Towns) -> None:
    """The SET that entered B is undone by the rollback; both towns are entered again all the same."""
    with entered(towns.a):
        assert canaries() == [name_of(towns.a)]
        with entered(towns.b, switching=True):
            savepoint = transaction.savepoint()
            assert canaries() == [name_of(towns.b)]
            transaction.savepoint_rollback(savepoint)
            assert session() == (towns.b.schema, towns.b.schema)
            assert canaries() == [name_of(towns.b)]
        assert canaries() == [name_of(towns.a)]


def test_a_savepoint_of_one_town_rolled_back_in_another(towns: Towns) -> None:
    with entered(towns.a):
        of_a = transaction.savepoint()
        User.objects.update(function="touched")
        with entered(towns.b, switching=True):
            assert canaries() == [name_of(towns.b)]
            transaction.savepoint_rollback(of_a)
            assert session() == (towns.b.schema, towns.b.schema)
            assert canaries() == [name_of(towns.b)]
    assert_untouched(towns.a)


def test_a_cursor_kept_from_one_town_is_refused_in_another(towns: Towns) -> None:
    with entered(towns.a):
        kept = connection.cursor()
        kept.execute("SELECT last_name FROM people_user")
    with entered(towns.b), pytest.raises(OtherPlaceError):
        kept.execute("SELECT last_name FROM people_user")
    with pytest.raises(OtherPlaceError):
        kept.execute("SELECT 1")
    with entered(towns.b):
        connection.cursor().execute("SELECT 1")
        with pytest.raises(OtherPlaceError), entered(towns.a, switching=True):
            kept.execute("SELECT 1")


def test_rows_left_in_a_cursor_are_those_of_its_town(towns: Towns) -> None:
    with entered(towns.a):
        kept = connection.cursor()
        kept.execute("SELECT last_name FROM people_user")
    with entered(towns.b):
        canaries()
    assert kept.fetchall() == [(name_of(towns.a),)]


def test_a_generator_queries_where_it_is_when_it_queries(towns: Towns) -> None:
    def late() -> Iterator[list[str]]:
        yield canaries()
        yield canaries()

    with entered(towns.a):
        generator = late()
        assert next(generator) == [name_of(towns.a)]
    with pytest.raises(NoPlaceError):
        next(generator)


def test_a_town_that_is_gone_is_an_error_and_never_public(town_a: Place) -> None:
    gone = Place(id=0, kind="town", slug="gone", schema="t_gone00000000", name="", primary_host="")
    with pytest.raises(NotEnteredError), transaction.atomic(), entered(gone):
        canaries()
    with entered(town_a):
        assert canaries() == []


@pytest.mark.parametrize("name", ["public; RESET ROLE", 't_"x', "T_UPPER", "", "t" * 64, "t_a b", "é"])
def test_a_name_that_is_not_one_is_never_sent(town_a: Place, name: str) -> None:
    with entered(Place(id=0, kind="town", slug="x", schema=name, name="", primary_host="")):
        with pytest.raises(NotEnteredError, match="Not the name"):
            canaries()


def test_urlconf_time_zone_and_names_follow_the_town(town_a: Place, national: Place) -> None:
    assert get_urlconf() is None
    guyane = Place(**{**fields(town_a), "timezone": "America/Cayenne"})
    with entered(guyane):
        assert get_urlconf() == "reussite.urls_town"
        assert timezone.get_current_timezone_name() == "America/Cayenne"
        with entered(national, switching=True):
            assert get_urlconf() == "reussite.urls_national"
            assert timezone.get_current_timezone_name() == "Europe/Paris"
        assert timezone.get_current_timezone_name() == "America/Cayenne"
    assert get_urlconf() is None


def fields(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in Place.__dataclass_fields__}


def test_a_new_thread_is_in_no_town(towns: Towns) -> None:
    """Threads start empty: what one inherits, it was given by hand."""
    seen: list[object] = []
    with entered(towns.a):
        thread = threading.Thread(target=lambda: seen.append(context.current()))
        thread.start()
        thread.join()
        given = contextvars.copy_context()
        thread = threading.Thread(target=lambda: seen.append(given.run(context.current)))
        thread.start()
        thread.join()
    assert seen == [None, towns.a]


def test_what_waits_for_the_commit_runs_where_it_was_asked_for(
    towns: Towns, django_capture_on_commit_callbacks: Any
) -> None:
    seen: list[list[str]] = []
    with entered(towns.b):
        with django_capture_on_commit_callbacks(execute=True):
            with entered(towns.a, switching=True):
                transaction.on_commit(lambda: seen.append(canaries()))
            transaction.on_commit(lambda: seen.append(canaries()))
        assert canaries() == [name_of(towns.b)]
    assert seen == [[name_of(towns.a)], [name_of(towns.b)]]
