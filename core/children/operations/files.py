"""A child's own file: opened, corrected."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.children import permissions, sameness
from core.children.enums import SamenessState, Sex
from core.children.models import Child, DuplicateCheck
from core.children.operations.writing import changed_fields, log, save_checked
from core.people.models import User

OLDEST = timedelta(days=366 * 30)


@dataclass(frozen=True, kw_only=True)
class ChildDetails:
    """What is written on the first page of a file."""

    first_name: str
    last_name: str
    usual_name: str = ""
    birth_on: date | None = None
    sex: str = Sex.UNKNOWN
    languages: str = ""
    own_words: str = ""
    phone: str = ""
    email: str = ""


def create_child(
    *, by: User, at: datetime, details: ChildDetails, distinct_from: Iterable[int] = ()
) -> Child:
    """Open a file. Likely twins are put down for the coordinator to check.

    `distinct_from`: ids of files that `by` was shown and says to be other children. The coordinator's word
    settles it; anybody else's leaves the pair to be checked. Raises ValidationError.
    """
    _check_birth(details.birth_on, timezone.localdate(at))
    with transaction.atomic():
        child = Child(**asdict(details), created_at=at, created_by=by)
        save_checked(child)
        log(by=by, at=at, act="create_child", target=child, child_ids=[child.pk], fields=_filled(details))
        _note_twins(child, by=by, at=at, distinct_from=frozenset(distinct_from))
    return child


def update_child(*, by: User, at: datetime, child: Child, details: ChildDetails) -> list[str]:
    """Correct a file; returns the names of the fields that changed. Raises ValidationError."""
    _check_birth(details.birth_on, timezone.localdate(at))
    with transaction.atomic():
        child = Child.objects.select_for_update().get(pk=child.pk)
        changed = changed_fields(child, asdict(details))
        if changed:
            save_checked(child)
            log(by=by, at=at, act="update_child", target=child, child_ids=[child.pk], fields=changed)
            if {"first_name", "last_name", "usual_name", "birth_on"} & set(changed):
                _note_twins(child, by=by, at=at, distinct_from=frozenset())
    return changed


def _filled(details: ChildDetails) -> list[str]:
    return [name for name, value in asdict(details).items() if value]


def _check_birth(birth_on: date | None, today: date) -> None:
    if birth_on is None:
        return
    if birth_on > today:
        raise ValidationError({"birth_on": "Cette date est dans le futur. Vérifiez l’année."})
    if today - birth_on > OLDEST:
        raise ValidationError({"birth_on": "Cette date donne plus de 30 ans. Vérifiez l’année."})


def _note_twins(child: Child, *, by: User, at: datetime, distinct_from: frozenset[int]) -> None:
    twins = sameness.likely_matches(
        child.first_name, child.last_name, child.usual_name, birth_on=child.birth_on, but=child.pk
    )
    may_settle = permissions.can_settle_sameness(by, at)
    checks = []
    for twin in twins:
        first, second = sorted((child.pk, twin.child.pk))
        settled = may_settle and twin.child.pk in distinct_from
        checks.append(
            DuplicateCheck(
                child_id=first,
                other_id=second,
                found_at=at,
                state=SamenessState.DISTINCT if settled else SamenessState.TO_CHECK,
                settled_by=by if settled else None,
                settled_at=at if settled else None,
            )
        )
    DuplicateCheck.objects.bulk_create(checks, ignore_conflicts=True)
