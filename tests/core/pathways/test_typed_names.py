"""A typed name stands for a signature only where it is the signer's own."""

import pytest

from core.pathways.enums import Part
from core.pathways.models import Signature
from core.pathways.operations.signing import CannotSign
from tests.core.pathways.making import Entry

pytestmark = pytest.mark.usefixtures("in_town_a")


def named(entry: Entry) -> Entry:
    entry.guardian.first_name, entry.guardian.last_name = "Marie-Claude", "Ben Saïd"
    entry.guardian.save()
    return entry


@pytest.mark.parametrize(
    "typed", ["Marie-Claude Ben Saïd", "BEN SAID Marie Claude", "  marie   ben said ", "Claude Saïd"]
)
def test_ones_own_name_is_taken_whatever_its_order_and_accents(typed: str) -> None:
    entry = named(Entry())
    assert entry.sign(Part.FAMILY, typed_name=typed).typed_name == typed


@pytest.mark.parametrize("typed", ["Ahmed Ben Saïd", "Ben", "X", "Marie-Claude Ben Saïd et Paul", "Lou Noir"])
def test_another_name_is_refused_and_nothing_is_signed(typed: str) -> None:
    entry = named(Entry())
    with pytest.raises(CannotSign, match="Marie-Claude Ben Saïd"):
        entry.sign(Part.FAMILY, typed_name=typed)
    assert not Signature.objects.exists()
    entry.sign(Part.FAMILY, typed_name="X", drawing="M0 0 L1 1")  # drawn: the name beside it is a caption


def test_a_child_may_sign_with_the_first_name() -> None:
    entry = Entry()
    with pytest.raises(CannotSign):
        entry.sign(Part.CHILD, typed_name="Lou")
    assert entry.sign(Part.CHILD, typed_name=entry.child.first_name)


def test_a_professional_signs_with_the_whole_name() -> None:
    entry = Entry()
    with pytest.raises(CannotSign):
        entry.sign(Part.REFERENT, typed_name=entry.coordinator.full_name)
    assert entry.sign(Part.REFERENT, typed_name=entry.referent.full_name)
