"""An old table and a file that the town has followed since: what is missing is added, nothing is put back."""

from datetime import timedelta
from typing import Any

import pytest

from core.children.enums import Authority
from core.children.models import Child, Guardian, Guardianship
from core.imports.enums import RowDecision
from core.imports.models import Import
from core.imports.operations import mending
from core.pathways.models import Pathway, ReferentLink, Referral
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


def test_a_paper_does_not_pass_over_an_entry_that_goes_on_here(boss: User, referent: User) -> None:
    entry = making.Entry(sealed=False)
    known = entry.child
    batch = m.checked([{**m.CHILD, **m.pathway(referent), **names_of(known)}], boss)
    mending.decide(row=batch.rows.get(), decision=RowDecision.SAME, same_child=known.pk, by=boss, at=NOW)
    assert m.outcomes(m.ran(batch, boss)) == {2: "failed"}
    assert "Une entrée est déjà en cours ici" in batch.rows.get().said
    assert ReferentLink.objects.get(child=known).user == entry.referent
    assert not Pathway.objects.exists()


@pytest.mark.parametrize(("state", "outcome"), [("received", "made"), ("contacted", "failed")])
def test_a_referral_that_only_arrived_does_not_hold_a_paper(
    state: str, outcome: str, known: Child, boss: User, referent: User
) -> None:
    making.received(known, boss)
    Referral.objects.update(state=state)
    assert m.outcomes(same(known, boss, **m.pathway(referent))) == {2: outcome}


def test_an_older_pathway_beside_an_open_one_is_refused_in_words(boss: User, referent: User) -> None:
    past = m.pathway(referent, received_on="02/09/2024", signed_on="01/10/2024", ended_on="01/06/2025")
    rows = [{**m.child(1), **m.pathway(referent)}, {**m.child(1), **past}]
    batch = m.checked(rows, boss)
    mending.decide(row=batch.rows.get(number=3), decision=RowDecision.SAME, same_row=2, by=boss, at=NOW)
    assert m.outcomes(m.ran(batch, boss)) == {2: "made", 3: "failed"}
    assert "un parcours plus ancien ne peut plus être repris" in batch.rows.get(number=3).said
    assert Pathway.objects.count() == 1


def names_of(child: Child) -> dict[str, str]:
    born = f"{child.birth_on:%d/%m/%Y}"
    return {"last_name": child.last_name, "first_name": child.first_name, "birth_on": born}
