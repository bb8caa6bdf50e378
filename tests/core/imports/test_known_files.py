"""An old table and a file that the town has followed since: what is missing is added, nothing is put back."""

from datetime import timedelta
from typing import Any

import pytest

from core.children.enums import Authority
from core.children.models import Child, Guardian, Guardianship
from core.imports.enums import RowDecision
from core.imports.models import Import
from core.imports.operations import mending
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.core.imports import making as m
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY


@pytest.fixture
def boss(in_town_a: Place) -> User:
    m.lists()
    return making.user(Role.COORDINATOR, name="Coordination")


@pytest.fixture
def referent(boss: User) -> User:
    return making.user(Role.REFERENT, name="Fictive")


@pytest.fixture
def known(boss: User) -> Child:
    return making.child(first_name="Zoé", last_name="Fictif")


def same(known: Child, boss: User, **more: Any) -> Import:
    """The table's line, said to be of the file that is there."""
    batch = m.checked([{**m.CHILD, **more}], boss)
    mending.decide(row=batch.rows.get(), decision=RowDecision.SAME, same_child=known.pk, by=boss, at=NOW)
    return m.ran(batch, boss)


@pytest.mark.parametrize(
    "marked",
    [
        {"ends_on": TODAY - timedelta(days=30)},
        {"contact_forbidden": True},
        {"decision": "Jugement d’essai"},
        {"authority": Authority.AUTHORITY_WITHDRAWN},
        {"authority": Authority.EXERCISE_WITHDRAWN},
    ],
    ids=str,
)
def test_an_adult_taken_out_of_a_file_is_not_put_back(
    marked: dict[str, Any], known: Child, boss: User
) -> None:
    making.guardian(known)
    Guardianship.objects.update(**marked)
    batch = same(known, boss)
    assert m.outcomes(batch) == {2: "failed"}
    assert "Les droits des adultes de ce dossier sont suivis" in batch.rows.get().said
    assert Guardian.objects.count() == 1


def test_nor_beside_an_address_that_is_kept(known: Child, boss: User) -> None:
    adult, other = making.guardian(known), making.guardian(known)
    Guardianship.objects.filter(guardian=adult).update(address_secret_from=other)
    assert m.outcomes(same(known, boss)) == {2: "failed"}
    assert Guardian.objects.count() == 2


def test_where_nothing_of_the_adults_is_followed_one_is_added(known: Child, boss: User) -> None:
    making.guardian(known)
    assert m.outcomes(same(known, boss)) == {2: "made"}
    assert Guardianship.objects.filter(child=known).count() == 2


def test_who_is_around_already_is_no_addition(known: Child, boss: User) -> None:
    adult = making.guardian(known)
    Guardianship.objects.update(contact_forbidden=True)
    names = {"adult_name": adult.last_name, "adult_first_name": adult.first_name}
    assert m.outcomes(same(known, boss, **names)) == {2: "made"}
    assert Guardianship.objects.get().contact_forbidden
