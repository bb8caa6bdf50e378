"""Fixtures that every folder uses: towns, clients of their hosts, and towns to commit in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from infra.embedded import EmbeddedValkey
from tenants import provisioning, registry
from tenants.context import Place, entered, outside
from tenants.models import SchemaTemplate, new_schema_name
from tests import servers, shuffled
from tests.network import loopback_alone

SEED = shuffled.choose_seed()
shuffled.install()


def pytest_report_header() -> str:
    return f"rows without an order: {shuffled.VARIABLE}={SEED}"


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database was cloned when the session started; nothing to create, nothing to migrate."""


@pytest.fixture(scope="session", autouse=True)
def counts_of_no_machine() -> Iterator[None]:
    """The registry asks once a second whether towns changed: a slow machine would count more queries."""
    captured = CaptureQueriesContext.captured_queries.fget

    def without(self: CaptureQueriesContext) -> list[dict[str, str]]:
        return [query for query in captured(self) if '"tenants_registryversion"' not in query["sql"]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaptureQueriesContext, "captured_queries", property(without))
        patch.setattr(CaptureQueriesContext, "__len__", lambda self: len(self.captured_queries))
        yield


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Nothing leaves this machine: a test that reaches for another fails, whatever catches errors."""
    with loopback_alone():
        yield


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The URL of a Valkey server, which the alias `fast` and the broker use."""
    server = EmbeddedValkey(
        Path(os.environ["REUSSITE_TEST_FOLDER"]) / f"valkey-{servers.WORKER or 'alone'}",
        int(os.environ["REUSSITE_TEST_VALKEY_PORT"]),
        throwaway=True,
        password="",
    )
    with server:
        yield server.url


@pytest.fixture(autouse=True)
def no_stale_registry() -> Iterator[None]:
    registry.forget()
    yield
    registry.forget()


@pytest.fixture
def town_a(db: None) -> Place:
    return registry.by_slug("alpha")


@pytest.fixture
def town_b(db: None) -> Place:
    return registry.by_slug("beta")


@pytest.fixture
def national(db: None) -> Place:
    return registry.by_slug("national")


@pytest.fixture
def in_town_a(town_a: Place) -> Iterator[Place]:
    """Inside town A; `entered(town_b, switching=True)` leads on to another."""
    with entered(town_a):
        yield town_a


@pytest.fixture
def in_national(national: Place) -> Iterator[Place]:
    with entered(national):
        yield national


@pytest.fixture
def client_a(town_a: Place) -> Client:
    return client_of(town_a)


@pytest.fixture
def client_b(town_b: Place) -> Client:
    return client_of(town_b)


@pytest.fixture
def client_national(national: Place) -> Client:
    return client_of(national)


def client_of(place: Place) -> Client:
    """A browser on the place's primary host; sign in with `sign_in`."""
    return Client(headers={"host": place.primary_host})


@pytest.fixture
def sign_in() -> Callable[[Client, Place, object], Client]:
    """`sign_in(client, place, user)`: a session of the place for that browser."""

    def sign_in(client: Client, place: Place, user: object) -> Client:
        with entered(place, switching=True):
            client.force_login(user)  # type: ignore[arg-type]
        return client

    return sign_in


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    """The owner's login, beside the product: to make and drop towns, and to look at what is there."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as session:
        yield session


@pytest.fixture
def fresh_towns(
    django_db_blocker: DjangoDbBlocker, owner: psycopg.Connection
) -> Iterator[Callable[[str], Place]]:
    """`fresh_towns("slug")` makes a town in which a test may commit; all are dropped afterwards."""
    made: list[Place] = []

    def make(slug: str, kind: str = "town", config: dict[str, object] | None = None) -> Place:
        place = provision_beside(owner, slug=slug, kind=kind, config=config)
        registry.forget()
        made.append(place)
        return place

    with django_db_blocker.unblock():
        try:
            yield make
        finally:
            connection.close()
            for place in made:
                drop_beside(owner, place)
            registry.forget()


@pytest.fixture
def fresh_town(fresh_towns: Callable[[str], Place]) -> Place:
    return fresh_towns("fresh")


def provision_beside(
    owner: psycopg.Connection, *, slug: str, kind: str = "town", config: dict[str, object] | None = None
) -> Place:
    """What tenants.provisioning.provision does, on a connection of the owner's instead of Django's."""
    schema = new_schema_name()
    with owner.transaction(), owner.cursor() as cursor:
        cursor.execute("SELECT ddl, seed FROM public.tenants_schematemplate WHERE kind = %s", [kind])
        row = cursor.fetchone()
        assert row is not None
        cursor.execute(
            "INSERT INTO public.tenants_town (slug, kind, name, schema_name, state, suspended_reason,"
            " timezone, config, config_hash, created_at)"
            " VALUES (%s, %s, %s, %s, 'active', '', 'Europe/Paris', %s, '', now()) RETURNING id",
            [slug, kind, slug.capitalize(), schema, psycopg.types.json.Jsonb(config or {})],
        )
        (pk,) = cursor.fetchone() or (0,)
        cursor.execute(
            "INSERT INTO public.tenants_domain (domain, tenant_id, is_primary) VALUES (%s, %s, true)",
            [f"{slug}.test", pk],
        )
        provisioning.replay(cursor, schema=schema, kind=kind, ddl=row[0], seed=row[1])
    return Place(
        id=pk,
        kind=kind,
        slug=slug,
        schema=schema,
        name=slug.capitalize(),
        primary_host=f"{slug}.test",
        config=config or {},
    )


def drop_beside(owner: psycopg.Connection, place: Place) -> None:
    """A session that a test's thread left to the pool may still be ending: then it is asked again."""
    for last in (False, False, True):
        try:
            return _drop_beside(owner, place)
        except psycopg.errors.DeadlockDetected:
            if last:
                raise


def _drop_beside(owner: psycopg.Connection, place: Place) -> None:
    with owner.transaction():
        owner.execute("DELETE FROM public.tenants_townmigration WHERE town_id = %s", [place.id])
        owner.execute("DELETE FROM public.tenants_domain WHERE tenant_id = %s", [place.id])
        owner.execute("DELETE FROM public.tenants_town WHERE id = %s", [place.id])
        owner.execute(provisioning.drop_sql(place.schema))  # type: ignore[call-overload]


__all__ = ["SchemaTemplate", "client_of", "outside", "servers"]
