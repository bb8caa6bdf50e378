"""A change of objectives, sharing perimeter or end date: signed again, and only then in force."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.journal.models import Change, ReadLine
from core.pathways import documents, versions
from core.pathways.enums import ContractKind, DecisionKind, Part, PathwayState, Way, WishedBy
from core.pathways.models import Contract, Decision, Exit, Pathway
from core.pathways.operations import amendments, contracts, decisions, signing
from core.pathways.operations.contracts import CannotSeal, Objective
from core.pathways.operations.signing import CannotSign
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import living, making
from tests.core.pathways.making import NOW, TODAY, Entry

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
LATER = TODAY + timedelta(days=500)


def entered() -> Entry:
    """A child whose pathway has started."""
    entry = Entry()
    for part in Part:
        entry.sign(part)
    return entry


def proposed(entry: Entry) -> Contract:
    pathway = entry.child.pathways.get()
    return amendments.propose_amendment(pathway=pathway, by=entry.coordinator, at=NOW)


def sealed(entry: Entry) -> Entry:
    """The entry with an amendment to sign in the place of its contract."""
    draft = proposed(entry)
    contracts.correct_contract(contract=draft, planned_end_on=LATER, by=entry.coordinator, at=NOW)
    entry.contract = contracts.seal_contract(contract=draft, by=entry.coordinator, at=NOW)
    return entry


def test_the_draft_is_the_version_in_force_and_there_is_one_at_a_time() -> None:
    entry = entered()
    former = entry.contract
    draft = proposed(entry)
    assert (draft.kind, draft.state, draft.planned_end_on) == ("amendment", "draft", former.planned_end_on)
    assert [item.text for item in draft.objectives.all()] == ["Lire avec plaisir"]
    assert proposed(entry) == draft
    assert Contract.objects.filter(kind=ContractKind.AMENDMENT).count() == 1
    assert Change.objects.of(draft).get().act == "pathways.amendment_proposed"


@pytest.mark.parametrize("order", list(permutations(Part))[::5])
def test_it_holds_at_its_fourth_signature_and_the_entry_does_not_move(order: tuple[Part, ...]) -> None:
    entry = entered()
    first = entry.contract
    pathway = Pathway.objects.get()
    sealed(entry)
    for part in order[:3]:
        entry.sign(part)
        assert versions.in_force(pathway) == first
    entry.sign(order[3])
    started = pathway.started_on
    pathway.refresh_from_db()
    assert (versions.in_force(pathway), pathway.planned_end_on) == (entry.contract, LATER)
    assert (pathway.started_on, pathway.contract, Pathway.objects.count()) == (started, first, 1)
    assert list(Contract.objects.in_force()) == [entry.contract]
    first.refresh_from_db()
    assert first.state == "complete"


def test_the_sealed_text_says_what_changes_and_which_text_it_amends() -> None:
    entry = entered()
    first = entry.contract
    draft = proposed(entry)
    objectives = [Objective(making.domain(), "Se faire des amis", WishedBy.CHILD)]
    contracts.correct_contract(
        contract=draft, objectives=objectives, planned_end_on=LATER, by=entry.coordinator, at=NOW
    )
    text = json.loads(contracts.seal_contract(contract=draft, by=entry.coordinator, at=NOW).sealed_text)
    assert text["amends"] == {"contract": first.pk, "sha256": first.sealed_hash}
    assert [change.split(" : ")[0] for change in text["changes"]] == [
        "Objectif retiré",
        "Objectif ajouté",
        "Fin prévue",
    ]
    assert "amends" not in json.loads(first.sealed_text)
    assert documents.contract_pdf(draft).startswith(b"%PDF")


def test_an_amendment_that_changes_nothing_is_not_signed() -> None:
    entry = entered()
    draft = proposed(entry)
    with pytest.raises(CannotSeal, match="au moins un changement"):
        contracts.seal_contract(contract=draft, by=entry.coordinator, at=NOW)
    contracts.correct_contract(contract=draft, planned_end_on=LATER, by=entry.coordinator, at=NOW)
    assert contracts.seal_contract(contract=draft, by=entry.coordinator, at=NOW).state == "sealed"


@pytest.mark.parametrize("part", [Part.CHILD, Part.FAMILY])
def test_a_refusal_leaves_the_version_in_force_and_the_agreement(part: Part) -> None:
    entry = entered()
    first = entry.contract
    sealed(entry)
    signing.refuse_to_sign(contract=entry.contract, part=part, reason="", by=entry.coordinator, at=NOW)
    pathway = Pathway.objects.get()
    assert (versions.in_force(pathway), pathway.state) == (first, "active")
    entry.referral.refresh_from_db()
    assert entry.referral.state == "entered"
    assert entry.referral.agreements.count() == 1
    assert proposed(entry).pk != entry.contract.pk


def test_the_contract_of_an_ended_pathway_does_not_change() -> None:
    entry = sealed(entered())
    entry.sign(Part.CHILD)
    living.end(Pathway.objects.get())
    with pytest.raises(CannotSign, match="terminé"):
        entry.sign(Part.FAMILY)
    with pytest.raises(CannotMove, match="terminé"):
        proposed(entry)
    Pathway.objects.update(state=PathwayState.ACTIVE, ended_on=None)
    Exit.objects.all().delete()
    assert entry.sign(Part.FAMILY).part == Part.FAMILY


def test_a_paper_is_not_older_than_the_contract_that_it_changes() -> None:
    entry = sealed(entered())
    Decision.objects.update(decided_on=TODAY - timedelta(days=9))
    with pytest.raises(CannotSign, match="qu’il change"):
        entry.sign(Part.FAMILY, way=Way.PAPER, on=TODAY - timedelta(days=1))
    assert entry.sign(Part.FAMILY, way=Way.PAPER).way == Way.PAPER


def test_the_teams_decision_to_renew_makes_a_renewal() -> None:
    entry = entered()
    later = NOW + timedelta(minutes=1)
    decision = decisions.decide_on_pathway(
        pathway=Pathway.objects.get(),
        kind=DecisionKind.RENEW,
        decided_on=TODAY,
        by=entry.coordinator,
        at=later,
    )
    draft = proposed(entry)
    assert (draft.kind, draft.decision) == (ContractKind.RENEWAL, decision)


def test_a_second_amendment_starts_from_the_first() -> None:
    entry = sealed(entered())
    for part in Part:
        entry.sign(part)
    second = proposed(entry)
    assert (second.planned_end_on, versions.former_of(second)) == (LATER, entry.contract)


# --- the database, under the town's own role -----------------------------------------------------


def refused(statement: str, *params: object) -> str:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
    return str(refusal.value)


def test_sql_under_the_towns_role_moves_no_planned_end_and_completes_no_amendment() -> None:
    entry = sealed(entered())
    for part in list(Part)[:3]:
        entry.sign(part)
    assert "faites un avenant" in refused("UPDATE pathways_pathway SET planned_end_on = %s", LATER)
    complete = "UPDATE pathways_contract SET state = 'complete', completed_on = %s WHERE id = %s"
    assert "quatre signatures" in refused(complete, TODAY, entry.contract.pk)
    other = making.child()
    theirs = (
        "INSERT INTO pathways_contract SELECT (jsonb_populate_record(c, %s::jsonb)).*"
        " FROM pathways_contract c WHERE id = %s"
    )
    values = {"id": 10**9, "child_id": other.pk, "state": "void", "sealed_hash": "", "sealed_text": ""}
    copy = json.dumps(values)
    assert "celui du parcours de l’enfant" in refused(theirs, copy, entry.contract.pk)
    entry.sign(Part.REFERENT)
    assert Pathway.objects.get().planned_end_on == LATER


# --- any history ---------------------------------------------------------------------------------

ACTS = st.lists(st.sampled_from(["propose", "change", "seal", "refuse", *Part]), max_size=14)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_agrees_with_a_plain_oracle(in_town_a: Place, acts: list[str]) -> None:
    """The oracle: the last amendment with its four parts holds, and nothing else ever does."""
    sid = transaction.savepoint()
    try:
        entry = entered()
        pathway = Pathway.objects.get()
        ends, living, changed, signed, days = pathway.planned_end_on, "", False, set[str](), 0
        for act in acts:
            if act == "propose":
                entry.contract = proposed(entry)
                changed = changed if living else False
                living = living or "draft"
            elif act == "change" and living == "draft":
                days += 1
                contracts.correct_contract(
                    contract=entry.contract,
                    planned_end_on=LATER + timedelta(days=days),
                    by=entry.coordinator,
                    at=NOW,
                )
                changed = True
            elif act == "seal" and living == "draft" and changed:
                entry.contract = contracts.seal_contract(
                    contract=entry.contract, by=entry.coordinator, at=NOW
                )
                living, signed = "sealed", set()
            elif act == "refuse" and living == "sealed":
                signing.refuse_to_sign(
                    contract=entry.contract, part=Part.CHILD, reason="", by=entry.coordinator, at=NOW
                )
                living = ""
            elif act in set(Part) and living == "sealed":
                entry.sign(Part(act))
                signed.add(act)
                if len(signed) == 4:
                    ends, living = LATER + timedelta(days=days), ""
            elif act in set(Part) and living == "draft":
                with pytest.raises(CannotSign):
                    entry.sign(Part(act))
            pathway.refresh_from_db()
            assert (pathway.planned_end_on, pathway.started_on) == (ends, TODAY)
            assert versions.in_force(pathway).planned_end_on == ends
    finally:
        transaction.savepoint_rollback(sid)


# --- pages ---------------------------------------------------------------------------------------


def page(contract: Contract, name: str = "") -> str:
    return f"/contrats/{contract.pk}/{name}"


def test_who_may_propose(in_town_a: Place, sign_in: SignIn) -> None:
    entry = entered()
    others = [making.user(role) for role in (Role.REFERENT, Role.SECRETARY, Role.PARTNER_WORKER)]
    for other in others:
        answer = sign_in(client_of(in_town_a), in_town_a, other).post(page(entry.contract, "avenant/"))
        assert answer.status_code in (403, 404)
    assert not Contract.objects.filter(kind=ContractKind.AMENDMENT).exists()
    for own in (entry.referent, entry.coordinator):
        answer = sign_in(client_of(in_town_a), in_town_a, own).post(page(entry.contract, "avenant/"))
        draft = Contract.objects.get(kind=ContractKind.AMENDMENT)
        assert (answer.status_code, answer["Location"]) == (302, page(draft, "ecrire/"))


def test_the_former_version_stays_readable_and_says_so(in_town_a: Place, sign_in: SignIn) -> None:
    entry = entered()
    first = entry.contract
    client = sign_in(client_of(in_town_a), in_town_a, entry.coordinator)
    assert "Proposer un avenant" in client.get(page(first)).content.decode()
    sealed(entry)
    shown = client.get(page(entry.contract)).content.decode()
    assert "Ce qui change" in shown
    assert "Proposer un avenant" not in shown
    for part in Part:
        entry.sign(part)
    old = client.get(page(first)).content.decode()
    assert "Remplacé" in old
    assert "Lire avec plaisir" in old
    assert "Proposer un avenant" not in old
    assert "Proposer un avenant" in client.get(page(entry.contract)).content.decode()
    assert ReadLine.objects.filter(child_id=entry.child.pk, page="contrat").count() == 4
