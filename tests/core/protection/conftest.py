"""Pages, as somebody signed in to town A sees them."""

import pytest

from tenants.context import Place
from tests.conftest import client_of
from tests.core.notes.pages import Open, SignIn


@pytest.fixture
def open_as(town_a: Place, sign_in: SignIn) -> Open:
    return lambda user: sign_in(client_of(town_a), town_a, user)
