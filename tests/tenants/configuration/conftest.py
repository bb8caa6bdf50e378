"""The owner's login in this process, and files written to a folder of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from reussite.settings import env
from tenants.backend.base import DatabaseWrapper
from tenants.configuration.loading import Loaded, load
from tests.tenants.configuration import writing

Write = Callable[..., Path]


@pytest.fixture
def as_owner(settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What `reussite town` runs as, inside a transaction that is rolled back."""
    settings.DATABASE_LOGIN = "owner"
    app = connections["default"]
    parameters = {**app.settings_dict, **env.database("owner"), "OPTIONS": {"options": "-c TimeZone=UTC"}}
    connections["default"] = owner = DatabaseWrapper(parameters, "default")
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            owner.close()
            connections["default"] = app


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(data, name="lune")`: the data as a TOML file, its path."""

    def write(data: dict[str, Any], name: str = "lune") -> Path:
        path = tmp_path / f"{name}.toml"
        path.write_text(writing.tables(writing.without_nothing(data)), encoding="utf-8")
        return path

    return write


@pytest.fixture
def loaded(write: Write) -> Callable[..., Loaded]:
    def loaded(data: dict[str, Any], name: str = "lune") -> Loaded:
        return load([write(data, name)])[0]

    return loaded
