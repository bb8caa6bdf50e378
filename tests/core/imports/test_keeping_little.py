"""Of a table no more is kept than is used; and what somebody did meanwhile is neither lost nor taken back."""

from collections.abc import Callable

import pytest

from core.children.models import Child
from core.children.operations import files
from core.imports import columns
from core.imports.enums import RowDecision
from core.imports.models import Import, RememberedValue
from core.imports.operations import mapping, mending, receiving, running, undoing
from core.imports.operations.moving import CannotImportError
from core.people.enums import Role
from core.people.models import User
from core.sheets.shapes import SheetData
from tenants.context import Place
from tests.core.imports import making as m
from tests.core.pathways import making
from tests.core.pathways.making import NOW


@pytest.fixture
def boss(in_town_a: Place) -> User:
    m.lists()
    return making.user(Role.COORDINATOR, name="Coordination")


@pytest.mark.parametrize("title", ["N° CAF", "Numéro d’allocataire", "INE élève", "n° Sécu.", "code INSEE"])
def test_a_title_is_forbidden_by_one_of_its_words(title: str) -> None:
    assert columns.is_forbidden(title)


@pytest.mark.parametrize("title", ["Cafés", "Numéro de dossier", "Lignes", ""])
def test_and_by_whole_words_alone(title: str) -> None:
    assert not columns.is_forbidden(title)


def test_no_column_of_ours_is_forbidden() -> None:
    names = [name for field in columns.FIELDS for name in (field.label, *field.titles)]
    assert not [name for name in names if columns.is_forbidden(name)]


def test_nothing_is_kept_below_a_forbidden_title(boss: User) -> None:
    rows: list[list[object]] = [
        ["Année 2026", None, None],
        ["Nom", "Prénom", "N° CAF"],
        ["Fictif", "Zoé", "1234567"],
        ["Fictif", "Ana", "CAF"],
    ]
    batch = receiving.receive(file_name="x.csv", sheets=[SheetData("", rows)], by=boss, at=NOW)  # type: ignore[list-item]
    assert "1234567" not in str(batch.sheets)
    assert [line[:2] for line in receiving.table_of(batch)] == [["Fictif", "Zoé"], ["Fictif", "Ana"]]


def test_a_word_in_a_line_forbids_no_column(boss: User) -> None:
    rows: list[list[object]] = [
        ["Nom", "Prénom", "Orienté par"],
        ["Fictif", "Zoé", "CAF"],
        ["F", "Ana", "École"],
    ]
    batch = receiving.receive(file_name="x.csv", sheets=[SheetData("", rows)], by=boss, at=NOW)  # type: ignore[list-item]
    assert [line[2] for line in receiving.table_of(batch)] == ["CAF", "École"]


def test_what_is_not_used_goes_when_the_table_is_checked(boss: User) -> None:
    rows = [{**m.child(1), "facts": "SECRET"}]
    other = SheetData("Autre", [["Nom"], ["AUTRE"]])
    batch = receiving.receive(file_name="x.xlsx", sheets=[m.sheet(rows), other], by=boss, at=NOW)
    said = {number: code for number, code in batch.columns.items() if code != "facts"}
    mapping.say_columns(batch=batch, said=said, by=boss, at=NOW)
    mapping.say_words(batch=batch, said={}, by=boss, at=NOW)
    batch = m.work(batch)
    assert "SECRET" not in str(batch.sheets)
    assert "AUTRE" not in str(batch.sheets)
    assert batch.rows.get().cells["last_name"] == m.child(1)["last_name"]
    assert batch.rows.get().problems == []


def test_only_words_of_the_towns_own_lists_are_remembered(boss: User) -> None:
    referent = making.user(Role.REFERENT)
    said = {
        "referent": {"Anna": str(referent.pk), "Bob": "-"},
        "motive": {"Sa mère est malade": "apprentissages"},
        "link": {"Fatima": "mother"},
    }
    batch = m.checked([m.child(1)], boss, **said)
    assert set(batch.values) == {"referent", "motive", "link"}
    assert [(row.field, row.word) for row in RememberedValue.objects.all()] == [("referent", "anna")]


def test_another_sheet_is_not_chosen_while_the_lines_are_checked(boss: User) -> None:
    batch = m.sent([m.child(1), m.child(2)], boss)
    mapping.say_words(batch=batch, said={}, by=boss, at=NOW)
    choose = {"batch": batch, "sheet_name": "Enfants", "header_row": 1, "by": boss, "at": NOW}
    with pytest.raises(CannotImportError):
        receiving.choose_sheet(**choose)
    batch = m.work(batch)
    assert batch.rows.count() == 2
    receiving.choose_sheet(**choose)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.total, batch.rows.count()) == ("sent", 0, 0, 0)


def test_other_columns_are_checked_anew_before_anything_is_brought(boss: User) -> None:
    batch = m.checked([m.child(1)], boss)
    mapping.say_columns(batch=batch, said=batch.columns, by=boss, at=NOW)
    batch.refresh_from_db()
    assert batch.state == "checked"
    less = {number: code for number, code in batch.columns.items() if code != "city"}
    mapping.say_columns(batch=batch, said=less, by=boss, at=NOW)
    with pytest.raises(CannotImportError):
        running.run(batch=batch, by=boss, at=NOW)
    mapping.say_words(batch=batch, said={}, by=boss, at=NOW)
    batch = m.work(batch)
    assert "city" not in batch.rows.get().cells
    assert m.outcomes(m.ran(batch, boss)) == {2: "made"}


def rename(child: Child, by: User) -> None:
    details = files.ChildDetails(first_name="Autre", last_name=child.last_name, birth_on=child.birth_on)
    files.update_child(by=by, at=NOW, child=child, details=details)


def two_lines_of_one_child(
    boss: User, between: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> Import:
    first = {code: text for code, text in m.child(1).items() if code not in ("address", "city")}
    batch = m.checked([first, m.child(1)], boss)
    mending.decide(row=batch.rows.get(number=3), decision=RowDecision.SAME, same_row=2, by=boss, at=NOW)
    monkeypatch.setattr(running, "SLICE", 1)
    running.run(batch=batch, by=boss, at=NOW)
    running.run_some(batch_id=batch.pk, at=NOW)
    assert sorted(m.outcomes(batch).values()) == ["", "made"]
    between()
    return m.work(batch)


def test_work_between_two_lines_of_one_child_is_not_the_imports(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = two_lines_of_one_child(boss, lambda: rename(Child.objects.get(), boss), monkeypatch)
    assert m.outcomes(batch) == {2: "made", 3: "made"}
    batch = m.undone(batch, boss, the_rest=True)
    assert m.outcomes(batch) == {2: "kept", 3: "kept"}
    assert Child.objects.get().first_name == "Autre"


def test_without_it_both_go(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = m.undone(two_lines_of_one_child(boss, lambda: None, monkeypatch), boss)
    assert m.outcomes(batch) == {2: "taken_back", 3: "taken_back"}
    assert not Child.objects.exists()


def test_work_that_comes_after_the_look_is_seen_under_the_lock(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = m.ran(m.checked([m.child(1)], boss), boss)
    undoing.undo(batch=batch, the_rest=True, by=boss, at=NOW)
    real = undoing._kept_children

    def then_somebody_writes(held: Import) -> set[int]:
        rename(Child.objects.get(), boss)
        monkeypatch.setattr(undoing, "_kept_children", real)
        return real(held)

    monkeypatch.setattr(undoing, "_kept_children", then_somebody_writes)
    assert m.outcomes(m.work(batch)) == {2: "kept"}
    assert Child.objects.get().first_name == "Autre"
