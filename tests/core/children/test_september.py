"""One screen moves all children up a level, and back."""

from datetime import date

import pytest

from core.children.enums import NEXT_LEVEL, Level, MoveChoice, SchoolLevel
from core.children.models import Child, Enrolment, MoveUp, SchoolNetworkYear
from core.children.operations import schooling, september
from core.children.operations.schooling import Schooling
from core.children.operations.september import CannotMoveUpError
from core.journal.models import Change
from core.people.models import User
from tests.core.children.factories import AT, enrolled, make_child, make_school

STARTS = date(2026, 9, 1)


def apply(by: User, choices: dict[int, MoveChoice] | None = None) -> MoveUp:
    return september.apply_move_up(by=by, at=AT, starts_on=STARTS, choices=choices or {})


def present(child: Child) -> Enrolment:
    return Enrolment.objects.get(child=child, until_on=None)


def test_each_level_leads_to_the_next(coordinator: User) -> None:
    for level in NEXT_LEVEL:
        enrolled(make_child(f"Enfant {level}"), level)
    steps = {Level(step.enrolment.level): step for step in september.preview(starts_on=STARTS)}
    assert {level: step.level for level, step in steps.items()} == NEXT_LEVEL
    assert {step.choice for step in steps.values()} == {MoveChoice.UP}


@pytest.mark.parametrize(
    ("taught", "level", "stays"),
    [
        (SchoolLevel.ELEMENTARY, Level.CE1, True),
        (SchoolLevel.ELEMENTARY, Level.CM2, False),
        (SchoolLevel.NURSERY, Level.GS, False),
        (SchoolLevel.PRIMARY, Level.GS, True),
        (SchoolLevel.COLLEGE, Level.THIRD, False),
        (SchoolLevel.LYCEE, Level.CAP1, True),
        (SchoolLevel.OTHER, Level.CM2, True),
    ],
)
def test_the_school_stays_while_it_teaches_the_level(
    coordinator: User, taught: SchoolLevel, level: Level, stays: bool
) -> None:
    child = make_child()
    school = make_school(level=taught)
    enrolled(child, level, school=school, class_name="A")
    (step,) = september.preview(starts_on=STARTS)
    assert step.school_to_choose != stays
    apply(coordinator)
    after = present(child)
    assert (after.school == school, after.class_name, after.since_on) == (stays, "", STARTS)


@pytest.mark.parametrize("level", [Level.FINAL, Level.CAP2, Level.OTHER, Level.UNKNOWN, Level.OUT])
def test_what_has_no_next_level_is_left_alone(coordinator: User, level: Level) -> None:
    row = enrolled(make_child(), level)
    apply(coordinator)
    row.refresh_from_db()
    assert row.until_on is None
    assert Enrolment.objects.count() == 1


def test_choices_keep_a_child_back_or_for_later(coordinator: User) -> None:
    up, stays, later = make_child("Lina"), make_child("Malo"), make_child("Zoé")
    rows = {child: enrolled(child, Level.CP) for child in (up, stays, later)}
    apply(coordinator, {rows[stays].pk: MoveChoice.STAYS, rows[later].pk: MoveChoice.LEFT_ALONE})
    assert [present(child).level for child in (up, stays, later)] == [Level.CE1, Level.CP, Level.CP]
    assert present(stays).since_on == STARTS
    assert present(later) == rows[later]


def test_nobody_moves_above_the_last_level(coordinator: User) -> None:
    row = enrolled(make_child(), Level.FINAL)
    with pytest.raises(CannotMoveUpError, match="au-dessus"):
        apply(coordinator, {row.pk: MoveChoice.UP})
    assert not MoveUp.objects.exists()


def test_those_enrolled_since_and_merged_files_are_not_moved(coordinator: User) -> None:
    kept = make_child("Lina")
    enrolled(kept, Level.CP, since_on=STARTS)
    enrolled(make_child("Double", merged_into=kept), Level.CP)
    assert september.preview(starts_on=STARTS) == []


def test_it_is_done_once_a_year_and_again_after_an_undo(coordinator: User) -> None:
    child = make_child()
    before = enrolled(child, Level.CP)
    move = apply(coordinator)
    with pytest.raises(CannotMoveUpError, match="déjà fait"):
        apply(coordinator)
    undone = september.undo_move_up(by=coordinator, at=AT, move=move)
    assert (undone.put_back, undone.left) == (1, 0)
    assert present(child) == before
    with pytest.raises(CannotMoveUpError, match="déjà annulé"):
        september.undo_move_up(by=coordinator, at=AT, move=move)
    apply(coordinator)
    assert present(child).level == Level.CE1


def test_an_undo_leaves_what_somebody_changed_since(coordinator: User) -> None:
    corrected, moved, plain = make_child("Lina"), make_child("Malo"), make_child("Zoé")
    for child in (corrected, moved, plain):
        enrolled(child, Level.CP)
    move = apply(coordinator)
    schooling.correct_enrolment(
        by=coordinator,
        at=AT,
        enrolment=present(corrected),
        schooling=Schooling(level=Level.CE1, class_name="CE1 B"),
        since=STARTS,
    )
    schooling.enrol(
        by=coordinator, at=AT, child=moved, schooling=Schooling(level=Level.CE2), since=date(2026, 10, 1)
    )
    undone = september.undo_move_up(by=coordinator, at=AT, move=move)
    assert (undone.put_back, undone.left) == (1, 2)
    assert [present(child).level for child in (corrected, moved, plain)] == [Level.CE1, Level.CE2, Level.CP]


def test_networks_of_the_year_that_ends_are_kept_with_it(coordinator: User) -> None:
    school = make_school(network="REP+")
    kept = make_school("0820002B", network="REP")
    SchoolNetworkYear.objects.create(school=kept, year=2025, network="")
    apply(coordinator)
    assert dict(SchoolNetworkYear.objects.filter(year=2025).values_list("school", "network")) == {
        school.pk: "REP+",
        kept.pk: "",
    }


def test_each_child_has_its_line(coordinator: User) -> None:
    child = make_child()
    enrolled(child, Level.CP)
    move = apply(coordinator)
    september.undo_move_up(by=coordinator, at=AT, move=move)
    acts = Change.objects.about([child.pk]).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["children.move_up", "children.undo_move_up"]
