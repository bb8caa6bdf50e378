"""The child enters the PRE at the last of four signatures: held by the code and by the database."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.children.enums import Authority
from core.pathways import queries
from core.pathways.enums import AgreementKind, ContactKind, Part, Way
from core.pathways.models import ContractObjective, Decision, Pathway, Signature
from core.pathways.operations import contracts, decisions, referrals, signing
from core.pathways.operations.signing import CannotSign, Evidence, Signer
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tenants import context
from tenants.context import Place
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY, Entry

SignIn = Callable[[Client, Place, object], Client]

pytestmark = pytest.mark.usefixtures("in_town_a")


@pytest.mark.parametrize("order", list(permutations(Part)))
def test_the_pathway_starts_with_the_fourth_signature_in_any_order(order: tuple[Part, ...]) -> None:
    entry = Entry()
    for part in order[:3]:
        entry.sign(part)
        assert not Pathway.objects.exists()
    entry.sign(order[3])
    pathway = Pathway.objects.get()
    assert pathway.child_id == entry.child.pk
    assert pathway.started_on == TODAY
    entry.referral.refresh_from_db()
    assert entry.referral.state == "entered"


def test_the_date_of_entry_is_that_of_the_papers() -> None:
    entry = Entry()
    Decision.objects.update(decided_on=TODAY - timedelta(days=9))
    for days, part in enumerate(Part, start=3):
        entry.sign(part, way=Way.PAPER, on=TODAY - timedelta(days=days))
    assert Pathway.objects.get().started_on == TODAY - timedelta(days=3)


def test_signing_a_part_twice_is_signing_it_once() -> None:
    entry = Entry()
    assert entry.sign(Part.CHILD).pk == entry.sign(Part.CHILD).pk
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    "authority",
    [
        Authority.EXERCISE_WITHDRAWN,
        Authority.AUTHORITY_WITHDRAWN,
        Authority.DELEGATED_AWAY,
        Authority.NONE,
        Authority.UNKNOWN,
        Authority.ENTRUSTED,
    ],
)
def test_who_does_not_exercise_authority_cannot_sign(authority: Authority) -> None:
    entry = Entry()
    other = making.guardian(entry.child, authority)
    with pytest.raises(CannotSign, match="n’exerce pas"):
        signing.sign(
            contract=entry.contract,
            part=Part.FAMILY,
            signer=Signer(other.full_name, guardian=other),
            evidence=Evidence(Way.SCREEN, TODAY),
            by=entry.coordinator,
            at=NOW,
        )
    assert entry.sign(Part.FAMILY).part == Part.FAMILY


def test_a_known_opposition_of_the_other_parent_blocks() -> None:
    entry = Entry()
    father = making.guardian(entry.child)
    referrals.record_agreement(
        referral=entry.referral,
        kind=AgreementKind.WITHDRAWN,
        said_on=TODAY,
        said_by=father.full_name,
        how=ContactKind.CALL,
        guardian=father,
        by=entry.coordinator,
        at=NOW,
    )
    with pytest.raises(CannotSign, match="Annulé"):
        entry.sign(Part.FAMILY)


def test_a_professional_without_charter_cannot_sign() -> None:
    entry = Entry()
    unsigned = making.user(Role.REFERENT, signed=False)
    draft = Entry(sealed=False)
    contracts.correct_contract(contract=draft.contract, referent=unsigned, by=draft.coordinator, at=NOW)
    draft.contract = contracts.seal_contract(contract=draft.contract, by=draft.coordinator, at=NOW)
    draft.referent = unsigned
    with pytest.raises(CannotSign, match="charte"):
        draft.sign(Part.REFERENT)
    assert entry.sign(Part.REFERENT).part == Part.REFERENT


def test_a_young_child_assents_before_a_witness_and_an_older_one_does_not() -> None:
    young = Entry(birth_on=TODAY - timedelta(days=4 * 365))
    assert young.sign(Part.CHILD, way=Way.SPOKEN, witness="Une éducatrice").way == Way.SPOKEN
    older = Entry(birth_on=TODAY - timedelta(days=9 * 365))
    with pytest.raises(CannotSign, match="signe lui-même"):
        older.sign(Part.CHILD, way=Way.SPOKEN, witness="Une éducatrice")


def test_from_eighteen_the_young_adult_fills_the_familys_part() -> None:
    entry = Entry(birth_on=date(2008, 1, 2))
    with pytest.raises(CannotSign, match="18 ans"):
        entry.sign(Part.FAMILY)
    signature = signing.sign(
        contract=entry.contract,
        part=Part.FAMILY,
        signer=Signer(entry.child.full_name),
        evidence=Evidence(Way.SCREEN, TODAY),
        by=entry.coordinator,
        at=NOW,
    )
    assert signature.guardian_id is None


def test_a_paper_needs_its_photo_and_no_day_is_of_tomorrow() -> None:
    entry = Entry()
    with pytest.raises(CannotSign, match="photo"):
        entry.sign(Part.FAMILY, way=Way.PAPER, scan_hash="")
    with pytest.raises(CannotSign, match="à venir"):
        entry.sign(Part.FAMILY, way=Way.PAPER, on=TODAY + timedelta(days=1))
    assert entry.sign(Part.FAMILY, way=Way.PAPER).way == Way.PAPER


def test_the_childs_refusal_means_no_entry() -> None:
    entry = Entry()
    entry.sign(Part.FAMILY)
    signing.refuse_to_sign(contract=entry.contract, part=Part.CHILD, reason="", by=entry.coordinator, at=NOW)
    with pytest.raises(CannotSign):
        entry.sign(Part.REFERENT)
    assert not Pathway.objects.exists()


def test_on_the_day_of_a_handover_the_contract_is_the_new_referents() -> None:
    coordinator, first, second = (
        making.user(role) for role in (Role.COORDINATOR, Role.REFERENT, Role.REFERENT)
    )
    child = making.child()
    referral = making.agreed(child, coordinator, making.guardian(child))
    decisions.admit_in_urgency(referral=referral, reason="Rupture scolaire.", by=coordinator, at=NOW)
    for referent in (first, second):
        decisions.name_referent(referral=referral, user=referent, since_on=TODAY, by=coordinator, at=NOW)
    contract = contracts.draft_contract(
        referral=referral,
        coordinator=coordinator,
        planned_end_on=TODAY + timedelta(days=365),
        by=coordinator,
        at=NOW,
    )
    assert contract.referent == second
    assert queries.referral_page(referral, coordinator, on=TODAY)["referent"] == second


def test_a_withdrawn_agreement_closes_the_gate() -> None:
    entry = Entry()
    referrals.record_agreement(
        referral=entry.referral,
        kind=AgreementKind.WITHDRAWN,
        said_on=TODAY,
        said_by="La mère",
        how=ContactKind.CALL,
        by=entry.coordinator,
        at=NOW,
    )
    entry.referral.refresh_from_db()
    assert entry.referral.state == "refused"
    with pytest.raises(CannotMove):
        contracts.draft_contract(
            referral=making.received(making.child(), entry.coordinator),
            coordinator=entry.coordinator,
            planned_end_on=TODAY,
            by=entry.coordinator,
            at=NOW,
        )


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_was_signed_under_a_withdrawn_agreement_serves_no_later_one(withdrawn: bool) -> None:
    entry = Entry()
    for part in (Part.CHILD, Part.COORDINATOR, Part.REFERENT):
        entry.sign(part)
    if withdrawn:
        referrals.record_agreement(
            referral=entry.referral,
            kind=AgreementKind.WITHDRAWN,
            said_on=TODAY,
            said_by="Le père",  # nobody that the file knows
            how=ContactKind.CALL,
            by=entry.coordinator,
            at=NOW,
        )
        with pytest.raises(CannotSign, match="Annulé"):
            entry.sign(Part.FAMILY)
    else:
        entry.sign(Part.FAMILY)
    assert Pathway.objects.filter(child=entry.child).exists() != withdrawn


def test_nobody_signs_while_the_child_is_not_admitted() -> None:
    entry = Entry()
    entry.referral.state = "waiting"
    entry.referral.save()
    with pytest.raises(CannotSign, match="référent"):
        entry.sign(Part.CHILD)
    entry.referral.state = "admitted"
    entry.referral.save()
    assert entry.sign(Part.CHILD).pk


def test_a_dated_paper_is_taken_over_by_the_coordination_alone(client_a: Client, sign_in: SignIn) -> None:
    entry = Entry()
    evidence = Evidence(way=Way.IMPORTED, signed_on=TODAY)
    asked = {"contract": entry.contract, "part": Part.REFERENT, "signer": entry.signer(Part.REFERENT)}
    with pytest.raises(CannotSign, match="coordination"):
        signing.sign(**asked, evidence=evidence, by=entry.referent, at=NOW)  # type: ignore[arg-type]
    town, address = context.require(), f"/contrats/{entry.contract.pk}/signer/child"
    for person in (entry.referent, entry.coordinator):
        with context.outside():
            page = sign_in(client_a, town, person).get(f"{address}/imported/")
        assert page.status_code == 404
    with context.outside():
        assert client_a.get(f"{address}/screen/").status_code == 200
    signed = signing.sign(**asked, evidence=evidence, by=entry.coordinator, at=NOW)  # type: ignore[arg-type]
    assert signed.way == Way.IMPORTED


# --- the database, under the town's own role -----------------------------------------------------


def refused(statement: str, *params: object) -> str:
    """Run SQL as an ORM user in a shell could; answer with the database's refusal."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
    return str(refusal.value)


def test_sql_under_the_towns_role_opens_no_pathway_with_a_part_missing() -> None:
    entry = Entry()
    for part in (Part.CHILD, Part.FAMILY, Part.COORDINATOR):
        entry.sign(part)
    insert = (
        "INSERT INTO pathways_pathway (child_id, contract_id, state, started_on, planned_end_on)"
        " VALUES (%s, %s, 'active', %s, %s)"
    )
    values = (entry.child.pk, entry.contract.pk, TODAY, TODAY + timedelta(days=9))
    assert "contrat signé" in refused(insert, *values)
    complete = "UPDATE pathways_contract SET state = 'complete', completed_on = %s WHERE id = %s"
    assert "quatre signatures" in refused(complete, TODAY, entry.contract.pk)
    entry.sign(Part.REFERENT)
    assert Pathway.objects.count() == 1
    assert "ne change plus" in refused("UPDATE pathways_pathway SET started_on = started_on - 1")


def test_signatures_are_neither_changed_nor_removed() -> None:
    entry = Entry()
    entry.sign(Part.CHILD)
    assert "permission denied" in refused("UPDATE pathways_signature SET signer_name = 'X'")
    assert "permission denied" in refused("DELETE FROM pathways_signature")


def test_a_sealed_contract_does_not_move() -> None:
    entry = Entry()
    assert "ne change plus" in refused("UPDATE pathways_contract SET family_commitment = 'X'")
    assert "ne change plus" in refused("UPDATE pathways_contractobjective SET text = 'X'")
    assert "ne change plus" in refused("DELETE FROM pathways_contractobjective")
    assert "ne s’efface pas" in refused("DELETE FROM pathways_contract WHERE id = %s", entry.contract.pk)
    with pytest.raises(CannotMove):
        contracts.correct_contract(contract=entry.contract, by=entry.coordinator, at=NOW, simple_words="X")
    draft = Entry(sealed=False)
    contracts.correct_contract(contract=draft.contract, by=draft.coordinator, at=NOW, simple_words="X")
    assert ContractObjective.objects.filter(contract=draft.contract).update(text="Y") == 1


def test_a_signature_is_of_the_sealed_text() -> None:
    entry = Entry()
    values = {
        "contract": entry.contract,
        "part": Part.CHILD,
        "way": Way.SCREEN,
        "signer_name": "X",
        "signed_on": TODAY,
        "entered_at": NOW,
    }
    with pytest.raises(DatabaseError, match="de ce texte"), transaction.atomic():
        Signature.objects.create(sealed_hash="0" * 64, **values)
    assert Signature.objects.create(sealed_hash=entry.contract.sealed_hash, **values).pk


# --- any history ---------------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(list(Part)), st.sampled_from([Way.SCREEN, Way.PAPER, Way.SPOKEN]), st.integers(-3, 1)
    ),
    max_size=9,
)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_agrees_with_a_plain_oracle(in_town_a: Place, acts: list[tuple[Part, Way, int]]) -> None:
    """The oracle: a part counts at its first valid signature; four make a pathway, of the latest day."""
    sid = transaction.savepoint()
    try:
        entry = Entry()
        signed: dict[Part, date] = {}
        for part, way, shift in acts:
            on = TODAY + timedelta(days=shift)
            valid = part in signed or (
                len(signed) < 4 and ((way == Way.SCREEN and shift == 0) or (way == Way.PAPER and shift == 0))
            )
            if valid:
                entry.sign(part, way=way, on=on, **({"witness": "T"} if way == Way.SPOKEN else {}))
                signed.setdefault(part, on)
            else:
                with pytest.raises(CannotSign):
                    entry.sign(part, way=way, on=on, **({"witness": "T"} if way == Way.SPOKEN else {}))
        started = list(Pathway.objects.filter(child=entry.child).values_list("started_on", flat=True))
        assert started == ([max(signed.values())] if len(signed) == 4 else [])
    finally:
        transaction.savepoint_rollback(sid)
