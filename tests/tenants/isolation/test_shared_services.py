"""What towns share besides the database's rows: caches, signed values, files, tables that nobody has."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection, transaction

from tenants import tokens
from tenants.context import entered
from tenants.errors import NoPlaceError
from tests.tenants.isolation.conftest import Towns


@pytest.fixture(params=["default", "fast"])
def cache(request: pytest.FixtureRequest, valkey: str) -> BaseCache:
    return caches[request.param]


def test_an_entry_is_its_towns_alone(towns: Towns, cache: BaseCache) -> None:
    with entered(towns.a):
        cache.set("code", "of A")
        cache.set_many({"one": 1, "two": 2})
        cache.add("counter", 5)
        assert cache.get("code") == "of A"
        assert cache.get_many(["one", "two"]) == {"one": 1, "two": 2}
        assert cache.incr("counter") == 6
    with entered(towns.b):
        assert cache.get("code") is None
        assert "code" not in cache
        assert cache.get_many(["one", "two", "counter"]) == {}
        assert cache.add("counter", 1)
        cache.set("code", "of B")
        cache.delete("one")
        assert not cache.touch("two")
    with entered(towns.a):
        assert (cache.get("code"), cache.get("one"), cache.get("counter")) == ("of A", 1, 6)


def test_outside_a_town_there_is_no_key(towns: Towns, cache: BaseCache) -> None:
    for act in (
        lambda: cache.get("code"),
        lambda: cache.set("code", 1),
        lambda: cache.delete("code"),
        lambda: cache.get_many(["code"]),
        lambda: cache.incr("code"),
        lambda: cache.get_or_set("code", 1),
    ):
        with pytest.raises(NoPlaceError):
            act()


def test_a_key_that_spells_another_towns_is_still_ones_own(towns: Towns, cache: BaseCache) -> None:
    with entered(towns.b):
        cache.set("code", "of B")
        full = cache.make_key("code")
    with entered(towns.a):
        assert cache.get(full) is None
        assert cache.get(f"../{full}") is None
        assert cache.make_key(full).startswith(f"{towns.a.schema}:")


def test_the_caches_rows_lie_in_the_towns_schema(towns: Towns) -> None:
    with entered(towns.a):
        caches["default"].set("code", "of A")
    for place, count in ((towns.a, 1), (towns.b, 0)):
        with entered(place), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM local_cacheentry WHERE cache_key LIKE '%:code'")
            assert cursor.fetchone() == (count,)


def test_a_signed_value_is_worth_something_in_its_town_alone(towns: Towns) -> None:
    with entered(towns.a):
        token = tokens.sign({"user": 7}, purpose="invitation")
        assert tokens.unsign(token, purpose="invitation", max_age=60) == {"user": 7}
        with pytest.raises(signing.BadSignature):
            tokens.unsign(token, purpose="download")
    with entered(towns.b), pytest.raises(signing.BadSignature):
        tokens.unsign(token, purpose="invitation")
    with pytest.raises(NoPlaceError):
        tokens.unsign(token, purpose="invitation")


def test_a_purpose_cannot_spell_another_town(towns: Towns) -> None:
    """The salt ends with the schema, whatever the purpose says."""
    with entered(towns.a):
        token = tokens.sign(1, purpose=f"invitation:{towns.b.schema}")
    with entered(towns.b), pytest.raises(signing.BadSignature):
        tokens.unsign(token, purpose="invitation")


@pytest.fixture
def files(towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Towns:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    with entered(towns.b):
        assert default_storage.save("letter.txt", ContentFile("of B")) == "letter.txt"
    return towns


def test_a_file_lies_in_its_towns_folder(files: Towns, tmp_path: Path) -> None:
    assert (tmp_path / files.b.schema / "letter.txt").read_text() == "of B"
    with entered(files.a):
        assert not default_storage.exists("letter.txt")
        with pytest.raises(FileNotFoundError):
            default_storage.open("letter.txt")
        assert default_storage.save("letter.txt", ContentFile("of A")) == "letter.txt"
        assert default_storage.listdir("") == ([], ["letter.txt"])
    with entered(files.b):
        with default_storage.open("letter.txt") as file:
            assert file.read() == b"of B"


WAYS_OUT = [
    "../{b}/letter.txt",
    "x/../../{b}/letter.txt",
    "{root}/{b}/letter.txt",
    "..",
    "../{a}-other/letter.txt",
]


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_name_leads_out_of_the_folder(files: Towns, tmp_path: Path, way: str) -> None:
    name = way.format(a=files.a.schema, b=files.b.schema, root=tmp_path)
    acts: list[Any] = [
        lambda: default_storage.open(name),
        lambda: default_storage.exists(name),
        lambda: default_storage.delete(name),
        lambda: default_storage.size(name),
        lambda: default_storage.save(name, ContentFile("x")),
    ]
    with entered(files.a):
        for act in acts:
            with pytest.raises(SuspiciousFileOperation):
                act()
    assert (tmp_path / files.b.schema / "letter.txt").read_text() == "of B"


def test_outside_a_town_there_is_no_file(files: Towns) -> None:
    with pytest.raises(NoPlaceError):
        default_storage.exists("letter.txt")
    with pytest.raises(NoPlaceError):
        default_storage.save("letter.txt", ContentFile("x"))


def test_a_file_has_no_address(files: Towns) -> None:
    """It opens through a view that asks who reads."""
    with entered(files.b), pytest.raises(ValueError, match="URL"):
        default_storage.url("letter.txt")


@pytest.mark.parametrize("model", [ContentType, Permission, Group])
def test_content_types_and_permissions_have_a_table_nowhere(towns: Towns, model: Any) -> None:
    """No cache of them, then, can cross from one town to another."""
    for place in (towns.a, towns.b):
        with pytest.raises(ProgrammingError), transaction.atomic(), entered(place):
            list(model.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = %s", [model._meta.db_table])
        assert cursor.fetchone() == (0,)
