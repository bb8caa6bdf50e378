"""The demonstration shows the way of an information préoccupante, and announces nothing to anybody."""

import pytest
from django.utils import timezone

from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.protection import demo
from core.protection.models import Concern
from tenants.models import OutboxRow
from tests.core.pathways import making
from tests.core.pathways.making import Entry

pytestmark = pytest.mark.usefixtures("in_town_a")


def test_only_in_a_demonstration(settings: object) -> None:
    with pytest.raises(NotADemonstration):
        demo.populate(at=timezone.now())


def test_once_a_town_and_silently(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    Entry()
    making.user(Role.TEAM_MEMBER)
    before, at = OutboxRow.objects.count(), timezone.now()
    assert demo.populate(at=at) == 2
    assert demo.populate(at=at) == 0
    assert set(Concern.objects.values_list("state", flat=True)) == {"written", "acknowledged"}
    assert OutboxRow.objects.count() == before
