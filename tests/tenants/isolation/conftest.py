from dataclasses import dataclass

import pytest

from tenants.context import Place, entered
from tests.tenants.isolation.canaries import plant


@dataclass(frozen=True)
class Towns:
    """Two towns with a canary each: A's is what may be seen from A, B's is what may not."""

    a: Place
    b: Place


@pytest.fixture
def towns(town_a: Place, town_b: Place) -> Towns:
    for place in (town_a, town_b):
        with entered(place):
            plant(place)
    return Towns(town_a, town_b)
