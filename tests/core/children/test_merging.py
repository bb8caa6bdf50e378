"""Two files become one, and two again."""

from dataclasses import asdict
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from core.children import queries
from core.children.enums import SamenessState
from core.children.models import Child, DuplicateCheck, Enrolment, Guardianship, Merge
from core.children.operations import files, merging
from core.children.operations.files import ChildDetails
from core.children.operations.merging import CannotMergeError, CannotUnmergeError
from core.journal.models import Change
from core.people.models import User
from tests.core.children.factories import AT, enrolled, link, make_adult, make_child


def merge(by: User, kept: Child, merged: Child) -> Merge:
    return merging.merge(by=by, at=AT, kept=kept, merged=merged, reason="Deux orientations d’un même enfant")


@pytest.fixture
def pair(coordinator: User) -> tuple[Child, Child]:
    details = ChildDetails(first_name="Lina", last_name="Essai", birth_on=date(2016, 3, 9))
    kept = files.create_child(by=coordinator, at=AT, details=details)
    merged = files.create_child(
        by=coordinator,
        at=AT,
        details=ChildDetails(**{**asdict(details), "languages": "arabe", "own_words": "J’aime nager."}),
    )
    return kept, merged


def test_rows_follow_and_blanks_are_filled(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    ship = link(merged, make_adult())
    row = enrolled(merged)
    record = merge(coordinator, kept, merged)
    for moved in (ship, row):
        moved.refresh_from_db()
        assert moved.child == kept
    kept.refresh_from_db()
    assert (kept.languages, kept.own_words) == ("arabe", "J’aime nager.")
    assert record.filled == ["languages", "own_words"]
    assert list(Child.objects.visible_to(coordinator, at=AT)) == [kept]
    assert DuplicateCheck.objects.get().state == SamenessState.MERGED
    assert {line.child_id for line in Change.objects.filter(act="children.merge")} == {kept.pk, merged.pk}


def test_a_row_of_this_app_that_cannot_follow_stays_behind(
    coordinator: User, pair: tuple[Child, Child]
) -> None:
    kept, merged = pair
    mother = make_adult()
    link(kept, mother)
    double, other = link(merged, mother), enrolled(merged)
    enrolled(kept)
    record = merge(coordinator, kept, merged)
    assert sorted(record.left_behind) == [
        ["children.enrolment", "child", other.pk],
        ["children.guardianship", "child", double.pk],
    ]
    assert Guardianship.objects.get(child=merged) == double


def test_unmerge_gives_each_file_back_what_it_had(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    ship = link(merged, make_adult())
    own = link(kept, make_adult("Omar"))
    record = merge(coordinator, kept, merged)
    since = enrolled(kept)
    merging.unmerge(by=coordinator, at=AT, merge=record)
    assert Guardianship.objects.get(child=merged) == ship
    assert Guardianship.objects.get(child=kept) == own
    assert Enrolment.objects.get(child=kept) == since
    kept.refresh_from_db()
    assert (kept.languages, kept.own_words) == ("", "")
    assert set(Child.objects.visible_to(coordinator, at=AT)) == {kept, merged}
    assert DuplicateCheck.objects.get().state == SamenessState.TO_CHECK
    with pytest.raises(CannotUnmergeError, match="déjà séparés"):
        merging.unmerge(by=coordinator, at=AT, merge=record)


def test_unmerge_keeps_what_was_corrected_since(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    record = merge(coordinator, kept, merged)
    details = ChildDetails(
        first_name="Lina",
        last_name="Essai",
        birth_on=date(2016, 3, 9),
        languages="arabe, turc",
        own_words="J’aime nager.",
    )
    files.update_child(by=coordinator, at=AT, child=kept, details=details)
    merging.unmerge(by=coordinator, at=AT, merge=record)
    kept.refresh_from_db()
    assert (kept.languages, kept.own_words) == ("arabe, turc", "")


def test_a_chain_is_taken_apart_from_its_end(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    first = merge(coordinator, kept, merged)
    last = merge(coordinator, make_child("Lina", "Autre"), kept)
    with pytest.raises(CannotUnmergeError, match="Séparez d’abord"):
        merging.unmerge(by=coordinator, at=AT, merge=first)
    merging.unmerge(by=coordinator, at=AT, merge=last)
    merging.unmerge(by=coordinator, at=AT, merge=first)
    assert Child.objects.alone().count() == 3


def test_a_file_merges_neither_with_itself_nor_twice(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    with pytest.raises(CannotMergeError, match="différents"):
        merge(coordinator, kept, kept)
    merge(coordinator, kept, merged)
    with pytest.raises(CannotMergeError, match="déjà réuni"):
        merge(coordinator, kept, merged)
    with pytest.raises(CannotMergeError, match="déjà réuni"):
        merge(coordinator, merged, make_child("Malo"))


def test_the_reason_may_not_hold_a_nir(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    with pytest.raises(ValidationError):
        merging.merge(by=coordinator, at=AT, kept=kept, merged=merged, reason="n° 1 85 05 78 006 084 91")
    assert merge(coordinator, kept, merged).pk


def test_two_children_are_settled_once(coordinator: User, pair: tuple[Child, Child]) -> None:
    check = DuplicateCheck.objects.get()
    merging.settle_distinct(by=coordinator, at=AT, check=check)
    merging.settle_distinct(by=coordinator, at=AT, check=check)
    check.refresh_from_db()
    assert (check.state, check.settled_by) == (SamenessState.DISTINCT, coordinator)
    assert Change.objects.filter(act="children.settle_distinct").count() == 2


def test_what_is_written_about_a_child_follows_or_is_looked_for_under_each_file() -> None:
    """A relation without a name is not moved: secret ones stay, so that a merge tells nobody of them."""
    hidden = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Child._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and relation.hidden
    }
    own = {"children.DuplicateCheck.child", "children.DuplicateCheck.other", "children.Child.merged_into"}
    assert hidden - own == {"notes.PrivateNote.child", "protection.Concern.child"}


def test_files_united_one_into_the_other_are_one(coordinator: User, pair: tuple[Child, Child]) -> None:
    kept, merged = pair
    merge(coordinator, kept, merged)
    last = make_child("Lina", "Autre")
    merge(coordinator, last, kept)
    assert queries.ids_of_file(last) == [last.pk, kept.pk, merged.pk]
    assert queries.ids_of_file(make_child("Noé", "Seul")) != []
