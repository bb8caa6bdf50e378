"""The demonstration's notes: through the operations, once, and nowhere else."""

import pytest
from django.utils import timezone

from core.notes import demo
from core.notes.models import Letter, Note, OutsidePerson, PrivateNote
from core.people.demo import NotADemonstration
from tests.core.notes import making as around
from tests.core.pathways.living import Life

pytestmark = pytest.mark.usefixtures("in_town_a")


@pytest.mark.parametrize("hosted", [False, True])
def test_a_few_rows_once(settings: object, hosted: bool) -> None:
    if hosted:
        around.hosted()
    with pytest.raises(NotADemonstration):
        demo.populate(at=timezone.now())
    settings.DEMO = True  # type: ignore[attr-defined]
    Life()
    at = timezone.now()
    assert demo.populate(at=at) == 1 + hosted
    assert demo.populate(at=at) == 0
    assert (Note.objects.count(), PrivateNote.objects.count()) == (1 + hosted, 1)
    assert (OutsidePerson.objects.count(), Letter.objects.count()) == (1, 1)
