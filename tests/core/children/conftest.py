from collections.abc import Iterator

import pytest

from core.children import access
from core.people.models import User
from tenants.context import Place
from tests.core.children.factories import professional


@pytest.fixture
def coordinator(in_town_a: Place) -> User:
    return professional("coordinator")


@pytest.fixture
def sources() -> Iterator[list[access.Source]]:
    """The registered sources of access, alone those that the test adds."""
    kept, gates = access._sources[:], access._gates[:]
    access._sources.clear()
    access._gates.clear()
    yield access._sources
    access._sources[:] = kept
    access._gates[:] = gates
