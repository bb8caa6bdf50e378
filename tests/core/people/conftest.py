from datetime import date
from typing import Any

import pytest

from core.people import operations
from core.people.models import Charter
from tenants.context import Place, entered


@pytest.fixture
def charter_in_a(town_a: Place, now: Any) -> Charter:
    with entered(town_a):
        return operations.publish_charter(
            title="Charte d’essai",
            text="## Règle\n\nOn se tait.\n\n- sur ceci\n- sur cela",
            in_force_on=date(2026, 1, 1),
            by=None,
            at=now,
        )


@pytest.fixture
def now() -> Any:
    from django.utils import timezone

    return timezone.now()
