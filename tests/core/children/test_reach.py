"""A message to one parent never reaches another who must not know."""

import pytest

from core.children import reach
from core.children.models import Guardianship
from tests.core.pathways import making
from tests.core.pathways.making import TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")


@pytest.mark.parametrize("protection", ["address", "contact", "none"])
def test_a_shared_address_is_written_to_only_without_protection(protection: str) -> None:
    child = making.child()
    mother, father = making.guardian(child), making.guardian(child)
    mother.email, father.email = "maison@exemple.test", "Maison@exemple.test"
    mother.save()
    father.save()
    if protection == "address":
        Guardianship.objects.filter(guardian=mother).update(address_secret_from=father)
    elif protection == "contact":
        Guardianship.objects.filter(guardian=father).update(contact_forbidden=True)
    refusal = reach.refusal_to_write(mother, child_id=child.pk, on=TODAY)
    assert bool(refusal) == (protection != "none")
    mother.email = "elle@exemple.test"
    mother.save()
    assert reach.refusal_to_write(mother, child_id=child.pk, on=TODAY) == ""
