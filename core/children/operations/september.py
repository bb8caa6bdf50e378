"""September: all children move up a level on one screen, and can be moved back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, QuerySet

from core.children.enums import LEVEL_GROUPS, NEXT_LEVEL, Level, LevelGroup, MoveChoice, SchoolLevel
from core.children.models import Child, Enrolment, MoveUp, School, SchoolNetworkYear
from core.children.operations.writing import log
from core.journal import operations as journal
from core.journal.models import Change
from core.people.models import User

TAUGHT: dict[str, frozenset[LevelGroup]] = {
    SchoolLevel.NURSERY: frozenset({LevelGroup.NURSERY}),
    SchoolLevel.ELEMENTARY: frozenset({LevelGroup.ELEMENTARY}),
    SchoolLevel.PRIMARY: frozenset({LevelGroup.NURSERY, LevelGroup.ELEMENTARY}),
    SchoolLevel.COLLEGE: frozenset({LevelGroup.COLLEGE}),
    SchoolLevel.LYCEE: frozenset({LevelGroup.LYCEE}),
    SchoolLevel.OTHER: frozenset(LevelGroup),
}


class CannotMoveUpError(Exception):
    """The message is for the screen."""


@dataclass(frozen=True)
class Step:
    """What September would do with one child's schooling."""

    enrolment: Enrolment
    choice: MoveChoice  # proposed
    level: Level  # after
    school: School | None  # after; None when it is to be chosen

    @property
    def level_label(self) -> str:
        return str(self.level.label)

    @property
    def school_to_choose(self) -> bool:
        return self.choice == MoveChoice.UP and self.school is None and not self.enrolment.other_school


@dataclass(frozen=True)
class Undone:
    """How an undo went: children put back, and those left since somebody changed their schooling."""

    put_back: int
    left: int


def preview(*, starts_on: date, level: Level | None = None) -> list[Step]:
    """One step for each open schooling that began before the first day of the year, by name."""
    rows = _open_before(starts_on).select_related("child", "school").order_by("child__sort_name", "child_id")
    if level is not None:
        rows = rows.filter(level=level)
    return [_step(enrolment) for enrolment in rows]


def counts_by_level(*, starts_on: date) -> dict[Level, int]:
    """How many children there are to move, in the order of levels."""
    counted = _open_before(starts_on).values_list("level").annotate(count=Count("pk")).order_by("level")
    found = {Level(level): count for level, count in counted}
    return {level: found[level] for level in Level if level in found}


def _open_before(starts_on: date) -> "QuerySet[Enrolment]":
    return Enrolment.objects.filter(until_on=None, since_on__lt=starts_on, child__merged_into=None)


def apply_move_up(*, by: User, at: datetime, starts_on: date, choices: Mapping[int, MoveChoice]) -> MoveUp:
    """Close each schooling on the eve of `starts_on` and open the next; `choices` is by id of enrolment.

    A child that is not in `choices` gets what the preview proposes. The priority networks of the year that
    ends are kept with it. Raises CannotMoveUpError.
    """
    with transaction.atomic():
        list(Child.objects.filter(merged_into=None).select_for_update().values_list("pk").order_by("pk"))
        if MoveUp.objects.filter(school_year=starts_on.year, undone_at=None).exists():
            raise CannotMoveUpError("Le passage de cette année est déjà fait. Annulez-le pour le refaire.")
        _keep_networks(starts_on.year - 1)
        move = MoveUp.objects.create(
            school_year=starts_on.year, starts_on=starts_on, applied_at=at, applied_by=by
        )
        steps = [_chosen(step, choices) for step in preview(starts_on=starts_on)]
        steps = [step for step in steps if step.choice != MoveChoice.LEFT_ALONE]
        Enrolment.objects.filter(pk__in=[step.enrolment.pk for step in steps]).update(
            until_on=starts_on - timedelta(days=1), closed_by_move=move
        )
        opened = Enrolment.objects.bulk_create(_next(step, move) for step in steps)
        log(by=by, at=at, act="move_up", target=move, child_ids=[None])
        journal.record_many(
            actor=by, at=at, act="children.move_up", targets=[(new, new.child_id) for new in opened]
        )
    return move


def undo_move_up(*, by: User, at: datetime, move: MoveUp) -> Undone:
    """Put everybody back, but those whose schooling was changed since. Raises CannotMoveUpError."""
    with transaction.atomic():
        move = MoveUp.objects.select_for_update().get(pk=move.pk)
        if move.undone_at is not None:
            raise CannotMoveUpError("Ce passage est déjà annulé.")
        opened = list(Enrolment.objects.select_for_update().filter(opened_by_move=move).order_by("pk"))
        touched = _touched(opened)
        back = [row for row in opened if row.pk not in touched and row.until_on is None]
        children = [row.child_id for row in back]
        journal.record_many(
            actor=by, at=at, act="children.undo_move_up", targets=[(row, row.child_id) for row in back]
        )
        Enrolment.objects.filter(pk__in=[row.pk for row in back]).delete()
        Enrolment.objects.filter(closed_by_move=move, child__in=children).update(
            until_on=None, closed_by_move=None
        )
        move.undone_at, move.undone_by = at, by
        move.save()
        log(by=by, at=at, act="undo_move_up", target=move, child_ids=[None])
    return Undone(put_back=len(back), left=len(opened) - len(back))


def _step(enrolment: Enrolment) -> Step:
    level = Level(enrolment.level)
    after = NEXT_LEVEL.get(level)
    if after is None:
        return Step(enrolment, MoveChoice.LEFT_ALONE, level, enrolment.school)
    return Step(enrolment, MoveChoice.UP, after, _school_for(enrolment.school, after))


def _school_for(school: School | None, level: Level) -> School | None:
    if school is None or LEVEL_GROUPS[level] not in TAUGHT[school.level]:
        return None
    return school


def _chosen(step: Step, choices: Mapping[int, MoveChoice]) -> Step:
    choice = choices.get(step.enrolment.pk, step.choice)
    if choice == step.choice:
        return step
    current = Level(step.enrolment.level)
    if choice == MoveChoice.UP:
        raise CannotMoveUpError(f"Il n’y a pas de niveau au-dessus de «\u00a0{current.label}\u00a0».")
    return Step(step.enrolment, choice, current, step.enrolment.school)


def _next(step: Step, move: MoveUp) -> Enrolment:
    former = step.enrolment
    same_group = former.level_group == LEVEL_GROUPS[step.level]
    return Enrolment(
        child=former.child,
        school=step.school,
        other_school=former.other_school if same_group else "",
        level=step.level,
        since_on=move.starts_on,
        opened_by_move=move,
    )


def _keep_networks(year: int) -> None:
    """Which schools were REP or REP+ in the year that ends, since a school's present state may change."""
    SchoolNetworkYear.objects.bulk_create(
        (
            SchoolNetworkYear(school_id=pk, year=year, network=network)
            for pk, network in School.objects.values_list("pk", F("network"))
        ),
        ignore_conflicts=True,
    )


def _touched(opened: list[Enrolment]) -> set[int]:
    """Ids of those with a later act in the change log than the one that opened them."""
    later = Change.objects.filter(
        target=Enrolment._meta.label_lower, target_id__in=[row.pk for row in opened]
    ).exclude(act="children.move_up")
    return set(later.values_list("target_id", flat=True))
