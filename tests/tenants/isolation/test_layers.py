"""Each layer switched off alone makes a probe fail: the probes can fail, and no layer is there for show.

A probe asserts a wall. It passes with every layer in place; without one it meets a leak
(AssertionError) or the next layer's refusal, and never goes on as if nothing were missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper as DjangosWrapper
from psycopg import ClientCursor

from core.people.models import User
from tenants import guard, outbox, storage, tokens
from tenants.backend import base, cursor
from tenants.context import Place, entered, outside
from tenants.errors import TenancyError
from tenants.models import OutboxRow
from tests import servers
from tests.tenants.isolation.canaries import assert_untouched, name_of, plant
from tests.tenants.isolation.conftest import Towns
from tests.tenants.isolation.injection import whole

Patch = pytest.MonkeyPatch
Probe = Callable[[Towns], None]


class Undone(Exception):
    """Leaves the savepoint of a probe."""


def own_rows(towns: Towns) -> None:
    for place in (towns.b, towns.a):
        with entered(place):
            assert list(User.objects.values_list("last_name", flat=True)) == [name_of(place)]


def own_role(towns: Towns) -> None:
    with entered(towns.a):
        assert whole(f"SELECT last_name FROM {towns.b.schema}.people_user").sqlstate == "42501"
        assert whole("SELECT current_user").rows == ((towns.a.schema,),)


def object_stays_home(towns: Towns) -> None:
    with entered(towns.a):
        user = User.objects.get()
    with entered(towns.b):
        user.pk = User.objects.get().pk
        try:
            user.save()
        except TenancyError:
            pass
    assert_untouched(towns.b)


def bulk_objects_stay_home(towns: Towns) -> None:
    with entered(towns.a):
        user = User.objects.get()
    with entered(towns.b):
        user.pk = None
        try:
            User.objects.bulk_create([user])
        except TenancyError:
            pass
    assert_untouched(towns.b)


def queryset_stays_home(towns: Towns) -> None:
    with entered(towns.a):
        built = User.objects.filter(function="untouched")
    with entered(towns.b):
        try:
            assert list(built) == []
        except TenancyError:
            pass


def cache_entry_stays_home(towns: Towns) -> None:
    with entered(towns.a):
        caches["fast"].set("canary", towns.a.slug)
    with entered(towns.b):
        assert caches["fast"].get("canary") is None


def role_is_not_set_by_a_statement(towns: Towns) -> None:
    with entered(towns.a):
        whole(f"SET ROLE {towns.b.schema}")
        assert not whole(f"SELECT last_name FROM {towns.b.schema}.people_user").rows


def one_statement_at_a_time(towns: Towns) -> None:
    with entered(towns.a), connection.cursor() as cursor:
        try:
            cursor.execute(f"SELECT 1; SET ROLE {towns.b.schema}")
        except DatabaseError:
            return
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (towns.a.schema,)


def role_is_not_set_by_a_function(towns: Towns) -> None:
    with entered(towns.a):
        whole(f"SELECT set_config('role', '{towns.b.schema}', false)")
        assert not whole(f"SELECT last_name FROM {towns.b.schema}.people_user").rows


def rollback_does_not_bring_a_town_back(towns: Towns) -> None:
    with entered(towns.b):
        own = User.objects.count()
        savepoint = transaction.savepoint()
    with entered(towns.a):
        assert User.objects.count() == own
        transaction.savepoint_rollback(savepoint)
        assert list(User.objects.values_list("last_name", flat=True)) == [name_of(towns.a)]


def injected_rollback_does_not_bring_a_town_back(towns: Towns) -> None:
    with entered(towns.b), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT of_b")
    with entered(towns.a):
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT of_b")
        assert list(User.objects.values_list("last_name", flat=True)) == [name_of(towns.a)]


def kept_cursor_stays_home(towns: Towns) -> None:
    with entered(towns.a):
        kept = connection.cursor()
    with entered(towns.b):
        try:
            kept.execute("SELECT last_name FROM people_user")
        except TenancyError:
            return
        assert kept.fetchall() == [(name_of(towns.b),)]


def callback_runs_at_home(towns: Towns) -> None:
    seen: list[str] = []
    with entered(towns.b):
        with entered(towns.a, switching=True):
            transaction.on_commit(lambda: seen.extend(User.objects.values_list("last_name", flat=True)))
        _, callback, _ = connection.run_on_commit.pop()
        callback()
    assert seen == [name_of(towns.a)]


def signed_value_stays_home(towns: Towns) -> None:
    with entered(towns.a):
        token = tokens.sign(1, purpose="invitation")
    with entered(towns.b), pytest.raises(signing.BadSignature):
        tokens.unsign(token, purpose="invitation")


def file_stays_home(towns: Towns) -> None:
    with entered(towns.b):
        default_storage.save("letter.txt", ContentFile("of B"))
    with entered(towns.a):
        assert not default_storage.exists("letter.txt")


def outbox_row_is_hidden(towns: Towns) -> None:
    with entered(towns.b):
        outbox.put(kind="mail", key="canary", payload={})
    with entered(towns.a):
        assert not OutboxRow.objects.filter(schema_name=towns.b.schema).exists()


def place_is_needed(towns: Towns) -> None:
    with outside(), pytest.raises(TenancyError):
        User.objects.count()


@dataclass(frozen=True)
class Layer:
    """How one layer is taken away, for the length of a block or of the test."""

    name: str
    take_away: Callable[[Patch, Towns], None]
    probe: Probe


def no_path(patch: Patch, towns: Towns) -> None:
    def role_alone(role: str | None, schema: str) -> bytes:
        return f'SET ROLE "{role}"'.encode() if role else b"RESET ROLE"

    patch.setattr(base, "entering_sql", role_alone)


def no_role(patch: Patch, towns: Towns) -> None:
    patch.setattr(base, "entering_sql", lambda role, schema: f'SET search_path TO "{schema}"'.encode())


def one_role_for_all(patch: Patch, towns: Towns) -> None:
    """As if the town's role were one that reads them all: here, B's with A's path."""
    sql = f'SET ROLE "{towns.b.schema}"; SET search_path TO '
    patch.setattr(base, "entering_sql", lambda role, schema: f'{sql}"{schema}"'.encode())


def no_model_guard(patch: Patch, towns: Towns) -> None:
    patch.setattr(guard, "check_instance", lambda instance: None)


def no_queryset_guard(patch: Patch, towns: Towns) -> None:
    patch.setattr(guard, "check_queryset", lambda model, home: None)


def no_model_check(patch: Patch, towns: Towns) -> None:
    patch.setattr(guard, "check_model", lambda model: None)


def no_town_in_keys(patch: Patch, towns: Towns) -> None:
    patch.setattr(caches["fast"], "key_func", lambda key, prefix, version: f"{prefix}:{version}:{key}")


def no_cursor_guard(patch: Patch, towns: Towns) -> None:
    patch.setattr(cursor.GuardedCursor, "_refuse", lambda self, query: None)


def no_extended_protocol(patch: Patch, towns: Towns) -> None:
    def send(self: Any, query: Any, *, force_extended: bool = False, binary: bool | None = None) -> None:
        self._refuse(query.query)
        ClientCursor._execute_send(self, query, binary=binary)  # type: ignore[arg-type]

    patch.setattr(cursor.GuardedCursor, "_execute_send", send)


def no_forgetting(patch: Patch, towns: Towns) -> None:
    patch.setattr(base.DatabaseWrapper, "forget_place", lambda self: None)


def no_look_at_rollbacks(patch: Patch, towns: Towns) -> None:
    class Never:
        def match(self, statement: bytes) -> None:
            return None

    patch.setattr(cursor, "_ROLLBACK_TO", Never())


def no_place_of_callbacks(patch: Patch, towns: Towns) -> None:
    patch.setattr(base.DatabaseWrapper, "on_commit", DjangosWrapper.on_commit)


def no_town_in_salts(patch: Patch, towns: Towns) -> None:
    patch.setattr(tokens, "_salt", lambda purpose: purpose)


def no_town_in_folders(patch: Patch, towns: Towns) -> None:
    patch.setattr(storage.TownStorage, "base_location", property(lambda self: str(settings.MEDIA_ROOT)))


LAYERS = [
    Layer("search path", no_path, own_rows),
    Layer("role", no_role, own_rows),
    Layer("role of its own", one_role_for_all, own_role),
    Layer("model guard", no_model_guard, object_stays_home),
    Layer("model guard in bulk", no_model_guard, bulk_objects_stay_home),
    Layer("queryset guard", no_queryset_guard, queryset_stays_home),
    Layer("model check", no_model_check, place_is_needed),
    Layer("cache key", no_town_in_keys, cache_entry_stays_home),
    Layer("cursor's list of statements", no_cursor_guard, role_is_not_set_by_a_statement),
    Layer("cursor's own town", no_cursor_guard, kept_cursor_stays_home),
    Layer("extended protocol", no_extended_protocol, one_statement_at_a_time),
    Layer("forgetting at a rollback", no_forgetting, rollback_does_not_bring_a_town_back),
    Layer("injected rollback", no_look_at_rollbacks, injected_rollback_does_not_bring_a_town_back),
    Layer("callbacks' town", no_place_of_callbacks, callback_runs_at_home),
    Layer("salt", no_town_in_salts, signed_value_stays_home),
    Layer("folder", no_town_in_folders, file_stays_home),
]


@pytest.fixture
def places(towns: Towns, valkey: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Towns]:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    yield towns
    connection.close()


def run(probe: Probe, towns: Towns) -> None:
    """In a savepoint that is always rolled back, with nothing kept from an earlier run."""
    for place in (towns.a, towns.b):
        with entered(place):
            caches["fast"].delete("canary")
    try:
        with transaction.atomic():
            connection.forget_place()
            probe(towns)
            raise Undone
    except Undone:
        pass
    finally:
        base.DatabaseWrapper.forget_place(connection)  # type: ignore[arg-type]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_that_is_missing_is_noticed(places: Towns, layer: Layer) -> None:
    run(layer.probe, places)
    with pytest.MonkeyPatch.context() as patch:
        layer.take_away(patch, places)
        with pytest.raises((AssertionError, DatabaseError, TenancyError, pytest.fail.Exception)):
            run(layer.probe, places)
        (Path(settings.MEDIA_ROOT) / "letter.txt").unlink(missing_ok=True)
    connection.connection.applied_place = None


IN_THE_DATABASE = [
    (
        "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION set_config(text, text, boolean) FROM PUBLIC",
        role_is_not_set_by_a_function,
    ),
    (
        "ALTER TABLE tenants_outboxrow DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE tenants_outboxrow ENABLE ROW LEVEL SECURITY",
        outbox_row_is_hidden,
    ),
]


@pytest.fixture
def lasting(fresh_towns: Callable[[str], Place]) -> Towns:
    """Towns that a transaction of this test does not lock: the superuser changes tables beside it."""
    towns = Towns(fresh_towns("elm"), fresh_towns("fir"))
    for place in (towns.a, towns.b):
        with entered(place):
            plant(place)
    return towns


@pytest.mark.parametrize(("take_away", "put_back", "probe"), IN_THE_DATABASE)
def test_a_layer_of_the_database_that_is_missing_is_noticed(
    lasting: Towns, valkey: str, take_away: str, put_back: str, probe: Probe
) -> None:
    run(probe, lasting)
    with psycopg.connect(servers.admin_url(servers.own_database()), autocommit=True) as superuser:
        superuser.execute(take_away)
        try:
            with pytest.raises(AssertionError):
                run(probe, lasting)
        finally:
            superuser.execute(put_back)
    connection.close()
    run(probe, lasting)
