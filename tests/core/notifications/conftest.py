from typing import Any

import pytest


@pytest.fixture(autouse=True)
def mail_of_the_town(settings: Any) -> None:
    """The product's own backend, which the test runner replaces."""
    settings.EMAIL_BACKEND = "tenants.local.mail.TownEmailBackend"
