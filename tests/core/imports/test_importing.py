"""A table becomes files, and files become nothing again."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.children.models import Address, Child, Guardian, Guardianship
from core.imports.enums import RowDecision
from core.imports.models import Import, ImportedItem, ImportRow
from core.imports.operations import mending, receiving, running, undoing
from core.imports.operations.moving import CannotImportError
from core.pathways.documents import contract_pdf
from core.pathways.enums import Part, Way
from core.pathways.models import Contract, ParentalAgreement, Pathway, Referral, Signature
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.imports import making as m
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY

LOGS = {"journal.change", "tenants.outboxrow", "imports.import", "imports.importrow",
        "imports.rememberedcolumns", "imports.rememberedvalue"}  # fmt: skip


@pytest.fixture
def boss(in_town_a: Place) -> User:
    m.lists()
    return making.user(Role.COORDINATOR, name="Coordination")


@pytest.fixture
def referent(boss: User) -> User:
    return making.user(Role.REFERENT, name="Fictive")


def counts() -> dict[str, int]:
    """Rows of every table of the town, the logs left out."""
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in (
        "children", "pathways", "imports", "notes", "meetings")]  # fmt: skip
    found = {m._meta.label_lower: m._base_manager.count() for m in models}
    return {name: count for name, count in found.items() if name not in LOGS}


def test_a_row_becomes_a_file_with_its_signed_pathway(boss: User, referent: User) -> None:
    row = {**m.CHILD, **m.pathway(referent)}
    batch = m.ran(m.checked([row], boss), boss)
    assert m.outcomes(batch) == {2: "made"}
    child = Child.objects.get(last_name="Fictif")
    assert (child.first_name, child.birth_on, child.sex) == ("Zoé", date(2016, 3, 9), "f")
    assert Address.objects.get(child=child).city == "Montauban"
    assert Guardianship.objects.get(child=child).authority == "joint"
    pathway = Pathway.objects.get(child=child)
    assert (pathway.started_on, pathway.planned_end_on) == (date(2025, 11, 3), date(2026, 11, 3))
    signatures = Signature.objects.filter(contract=pathway.contract)
    assert {(s.way, s.signed_on) for s in signatures} == {(Way.IMPORTED, date(2025, 11, 3))}
    assert signatures.count() == 4
    assert Referral.objects.get(child=child).received_on == date(2025, 9, 12)
    assert batch.counts["child"] == 1
    assert batch.counts["pathway"] == 1


def test_nobody_is_said_to_have_signed_who_is_not_named(
    boss: User, referent: User, town_a: Place, sign_in: Any
) -> None:
    rows = [
        {**m.child(1), **m.pathway(referent)},
        {
            **m.child(2),
            **m.pathway(referent),
            "family_signer": "Ana Fictif",
            "coordinator_signer": "Jo Avant",
        },
    ]
    batch = m.ran(m.checked(rows, boss), boss)
    assert Counter(m.outcomes(batch).values()) == {"made": 2}, [row.said for row in batch.rows.in_order()]
    silent, named = (
        {row.part: (row.signer_name, row.user, row.guardian) for row in pathway.contract.signatures.all()}
        for pathway in Pathway.objects.order_by("pk")
    )
    assert silent == dict.fromkeys(Part, ("", None, None))
    assert named == {
        **silent,
        Part.FAMILY: ("Ana Fictif", None, None),
        Part.COORDINATOR: ("Jo Avant", None, None),
    }
    said = ParentalAgreement.objects.order_by("pk").values_list("said_by", "guardian")
    assert list(said) == [("la famille, en signant le contrat papier", None), ("Ana Fictif", None)]
    contract = Pathway.objects.order_by("pk")[0].contract
    assert b"%PDF" in contract_pdf(contract)[:10]
    client = sign_in(client_of(town_a), town_a, boss)
    page = client.get(reverse("pathways:contract", args=[contract.pk], urlconf="reussite.urls_town"))
    assert page.content.decode().count("le nom de qui a signé n’est pas connu ici") == len(Part)


def test_but_for_an_import_a_signature_names_its_signer(boss: User) -> None:
    contract = making.Entry().contract
    values = {"part": Part.CHILD, "way": Way.PAPER, "signed_on": TODAY, "entered_at": NOW}
    values |= {"contract": contract, "sealed_hash": contract.sealed_hash}
    with pytest.raises(IntegrityError, match="signature_names_its_signer"), transaction.atomic():
        Signature.objects.create(signer_name="", **values)
    Signature.objects.create(signer_name="Zoé", **values)


def test_nothing_is_left_but_the_log_once_it_is_undone(boss: User, referent: User) -> None:
    rows = [
        {**m.child(1), **m.pathway(referent)},
        {**m.child(2), **m.pathway(referent, ended_on="01/06/2026")},
        {**m.child(3), **m.REFERRAL},
        {**m.child(4), **m.REFERRAL, "closing_reason": "Déjà suivie ailleurs"},
        m.child(5),
    ]
    before = counts()
    batch = m.ran(m.checked(rows, boss), boss)
    assert Counter(m.outcomes(batch).values()) == {"made": 5}, [r.said for r in batch.rows.in_order()]
    assert counts() != before
    batch = m.undone(batch, boss)
    assert batch.state == "undone"
    assert Counter(m.outcomes(batch).values()) == {"taken_back": 5}
    assert counts() == before
    assert ImportedItem.objects.count() == 0


def test_a_file_that_somebody_worked_on_stays(boss: User, referent: User) -> None:
    rows = [{**m.child(1), **m.pathway(referent)}, {**m.child(2), **m.pathway(referent)}]
    batch = m.ran(m.checked(rows, boss), boss)
    worked = Child.objects.order_by("pk")[0]
    from core.children.operations import files

    files.update_child(
        by=referent,
        at=NOW,
        child=worked,
        details=files.ChildDetails(first_name="Autre", last_name=worked.last_name, birth_on=worked.birth_on),
    )
    with pytest.raises(CannotImportError):
        undoing.undo(batch=batch, the_rest=False, by=boss, at=NOW)
    batch = m.undone(batch, boss, the_rest=True)
    assert list(Child.objects.values_list("pk", flat=True)) == [worked.pk]
    assert Counter(m.outcomes(batch).values()) == {"kept": 1, "taken_back": 1}
    assert Pathway.objects.get().child_id == worked.pk


def test_what_hangs_on_a_file_without_a_line_in_its_log_holds_it_too(boss: User, referent: User) -> None:
    batch = m.ran(m.checked([{**m.child(1), **m.pathway(referent)}], boss), boss)
    Contract.objects.get()
    Referral.objects.create(
        child=Child.objects.get(), stated_last_name="Essai", received_on=TODAY, state="received"
    )
    batch = m.undone(batch, boss)
    assert m.outcomes(batch) == {2: "kept"}
    assert Pathway.objects.count() == 1
    assert Signature.objects.count() == 4


def test_errors_are_said_mended_and_what_was_typed_stays(boss: User) -> None:
    batch = m.checked([{**m.child(1), "birth_on": "le 31 février"}, m.child(2)], boss)
    row = batch.rows.get(number=2)
    assert [problem["field"] for problem in row.problems] == ["birth_on"]
    row = mending.mend(row=row, written={"birth_on": "encore faux"}, by=boss, at=NOW)
    assert row.errors == 1
    assert row.cells["birth_on"] == "encore faux"
    row = mending.mend(row=row, written={"birth_on": "28/02/2016"}, by=boss, at=NOW)
    assert row.errors == 0
    from core.imports.operations import mapping

    mapping.say_words(batch=batch, said={}, by=boss, at=NOW)
    batch = m.work(batch)
    assert batch.rows.get(number=2).cells["birth_on"] == "28/02/2016"
    batch = m.ran(batch, boss)
    assert Counter(m.outcomes(batch).values()) == {"made": 2}


def test_twins_wait_for_an_answer(boss: User) -> None:
    known = making.child(first_name="Zoé", last_name="Fictif")
    batch = m.checked([m.CHILD, m.child(1), m.child(1)], boss)
    with_file, first, second = batch.rows.in_order()
    assert [twin.get("child") for twin in with_file.twins] == [known.pk]
    assert first.twins == []
    assert [twin.get("row") for twin in second.twins] == [3]
    with pytest.raises(CannotImportError):
        mending.decide(row=second, decision=RowDecision.SAME, same_child=known.pk, by=boss, at=NOW)
    mending.decide(row=with_file, decision=RowDecision.SAME, same_child=known.pk, by=boss, at=NOW)
    batch = m.ran(batch, boss)
    assert m.outcomes(batch) == {2: "made", 3: "made", 4: "skipped"}
    assert Child.objects.count() == 2
    assert Guardianship.objects.filter(child=known).count() == 1
    m.undone(batch, boss)
    assert list(Child.objects.all()) == [known]
    assert not Guardian.objects.exists()


def test_the_same_row_twice_is_one_child_when_she_says_so(boss: User, referent: User) -> None:
    past = m.pathway(referent, ended_on="01/06/2026")
    again = m.pathway(referent, signed_on="01/09/2026", received_on="20/08/2026")
    batch = m.checked([{**m.child(1), **past}, {**m.child(1), **again}], boss)
    row = batch.rows.get(number=3)
    mending.decide(row=row, decision=RowDecision.SAME, same_row=2, by=boss, at=NOW)
    before = counts()
    batch = m.ran(batch, boss)
    assert m.outcomes(batch) == {2: "made", 3: "made"}, [r.said for r in batch.rows.in_order()]
    assert Child.objects.count() == 1
    assert Pathway.objects.count() == 2
    m.undone(batch, boss)
    assert {**counts(), "pathways.stopped": 0} == before | {"pathways.stopped": 0}


def test_brothers_share_their_mother_by_name_and_telephone(boss: User) -> None:
    rows = [m.child(1), {**m.child(2), **{k: v for k, v in m.child(1).items() if k.startswith("adult")}}]
    batch = m.ran(m.checked(rows, boss), boss)
    assert Guardian.objects.count() == 1
    assert Guardianship.objects.count() == 2
    m.undone(batch, boss)
    assert not Guardian.objects.exists()


def test_a_social_security_number_is_kept_nowhere(boss: User) -> None:
    number = "2 16 03 82 121 001 84"
    batch = m.checked([{**m.child(1), "facts": f"NIR {number}"}], boss)
    assert batch.refused_numbers == 1
    assert number not in str(batch.sheets)
    row = batch.rows.get(number=2)
    with pytest.raises(CannotImportError):
        mending.mend(row=row, written={"facts": number}, by=boss, at=NOW)
    assert "facts" not in batch.rows.get(number=2).cells


def test_what_was_sent_goes_when_it_runs_or_is_given_up(boss: User) -> None:
    ran = m.ran(m.checked([m.child(1)], boss), boss)
    assert (ran.sheets, ran.headers, ran.rows.get().cells, ran.rows.get().twins) == ([], [], {}, [])
    batch = m.checked([m.child(2)], boss)
    receiving.give_up(batch=batch, by=boss, at=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.sheets, batch.rows.count()) == ("abandoned", [], 0)


@pytest.mark.parametrize(("days", "left"), [(29, 0), (31, 1)])
def test_what_is_left_for_a_month_goes(days: int, left: int, boss: User) -> None:
    from datetime import timedelta

    m.checked([m.child(1)], boss)
    assert receiving.forget_left(at=NOW + timedelta(days=days)) == left
    assert Import.objects.filter(state="abandoned", sheets=[]).count() == left
    assert ImportRow.objects.exists() == (not left)


def test_cut_anywhere_it_goes_on_and_doubles_nothing(boss: User, monkeypatch: Any) -> None:
    rows = [m.child(number) for number in range(50)]
    batch = m.checked(rows, boss)
    running.run(batch=batch, by=boss, at=NOW)
    running.run_some(batch_id=batch.pk, at=NOW)
    assert Child.objects.count() == running.SLICE

    class Killed(BaseException):
        pass

    calls = []

    def dies(self: Any, row: ImportRow) -> None:
        calls.append(row)
        if len(calls) == 7:
            raise Killed
        real(self, row)

    real = running.Bringer.bring
    monkeypatch.setattr(running.Bringer, "bring", dies)
    with pytest.raises(Killed):
        running.run_some(batch_id=batch.pk, at=NOW)
    monkeypatch.undo()
    assert Child.objects.count() == running.SLICE
    m.work(batch)
    assert Counter(m.outcomes(batch).values()) == {"made": 50}
    assert Child.objects.count() == 50


def test_a_pathway_needs_somebody_who_may_sign(boss: User, referent: User) -> None:
    row = {**m.child(1), **m.pathway(referent), "adult_authority": ""}
    batch = m.checked([row], boss)
    assert [p["field"] for p in batch.rows.get().problems] == ["adult_authority"]
    batch = m.checked([row], boss, authority={"": "joint"})
    assert batch.rows.get().problems == []


def test_formulas_and_broken_cells(boss: User) -> None:
    batch = m.checked(
        [{**m.child(1), "city": "#REF!"}, {**m.child(2), "facts": "=1+1", "received_on": "01/09/2026"}], boss
    )
    first, second = batch.rows.in_order()
    assert [p["field"] for p in first.problems] == ["city"]
    assert second.problems == []
    m.ran(batch, boss)
    assert Referral.objects.get().facts == "=1+1"
