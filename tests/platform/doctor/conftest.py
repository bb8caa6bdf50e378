"""A superuser's connection in a transaction that is rolled back: planted faults are never seen by others."""

from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection, connections, transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from tenants import context
from tenants.backend.base import DatabaseWrapper
from tests import servers

Plant = Callable[..., None]


@pytest.fixture
def plant(settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Plant]:
    """`plant("ALTER ROLE …")`; the doctor's questions then see it."""
    settings.DATABASE_LOGIN = "admin"
    app = connections["default"]
    url = urlsplit(servers.admin_url())
    connections["default"] = admin = DatabaseWrapper(
        {
            **app.settings_dict,
            "NAME": servers.own_database(),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "PORT": str(url.port),
            "OPTIONS": {"options": "-c TimeZone=UTC -c lock_timeout=20s"},
        },
        "default",
    )

    def plant(*statements: str) -> None:
        with context.outside(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield plant
                transaction.set_rollback(True)
        finally:
            admin.close()
            connections["default"] = app
