"""Two files of one child become one, and can become two again.

Every row that points to a child follows, those of the apps above included: they are found by Django's own
list of relations, so nothing has to be registered. A row that the database will not move (a second open
schooling, the same adult twice) stays behind in the merged file when it is of this app, and stops the
merge when it is of another.
"""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import Field, Model

from core.children.enums import SamenessState
from core.children.models import Child, DuplicateCheck, Merge
from core.children.operations.writing import log, save_checked
from core.people.models import User

FILLABLE = ("usual_name", "birth_on", "sex", "languages", "own_words", "phone", "email")
OWN_RECORDS = (Child, DuplicateCheck, Merge)


class CannotMergeError(Exception):
    """The message is for the screen."""


class CannotUnmergeError(Exception):
    """The message is for the screen."""


def settle_distinct(*, by: User, at: datetime, check: DuplicateCheck) -> None:
    """Two children, not one: the pair is not asked about again."""
    with transaction.atomic():
        check = DuplicateCheck.objects.select_for_update().get(pk=check.pk)
        if check.state == SamenessState.TO_CHECK:
            _settle(check, SamenessState.DISTINCT, by=by, at=at)
            log(
                by=by,
                at=at,
                act="settle_distinct",
                target=check,
                child_ids=[check.child_id, check.other_id],
                fields=["state"],
            )


def merge(*, by: User, at: datetime, kept: Child, merged: Child, reason: str) -> Merge:
    """Unite `merged` into `kept`. What `kept` lacks is taken from the other. Raises CannotMergeError."""
    with transaction.atomic():
        kept, merged = _lock_two(kept, merged)
        record = Merge(kept=kept, merged=merged, reason=reason, done_at=at, done_by=by)
        record.filled = _fill(kept, merged)
        for field in _relations():
            _move(field, record)
        merged.merged_into = kept
        save_checked(merged)
        save_checked(kept)
        save_checked(record)
        for check in _checks_of(kept, merged):
            _settle(check, SamenessState.MERGED, by=by, at=at)
        log(by=by, at=at, act="merge", target=record, child_ids=[kept.pk, merged.pk], fields=record.filled)
    return record


def unmerge(*, by: User, at: datetime, merge: Merge) -> None:
    """Give each file back what it had. What was written in between stays with the kept one."""
    with transaction.atomic():
        record = Merge.objects.select_for_update().get(pk=merge.pk)
        if record.undone_at is not None:
            raise CannotUnmergeError("Ces deux dossiers sont déjà séparés.")
        if record.kept.is_merged:
            raise CannotUnmergeError("Séparez d’abord la réunion suivante\u00a0: ce dossier en fait partie.")
        for label, name, pk in record.moved:
            model = apps.get_model(label)
            rows = model._default_manager.filter(pk=pk, **{f"{name}_id": record.kept_id})
            _update(rows, name, record.merged_id, CannotUnmergeError)
        _empty(record)
        record.merged.merged_into = None
        save_checked(record.merged)
        record.undone_at, record.undone_by = at, by
        save_checked(record)
        for check in _checks_of(record.kept, record.merged):
            check.state, check.settled_by, check.settled_at = SamenessState.TO_CHECK, None, None
            check.save()
        log(by=by, at=at, act="unmerge", target=record, child_ids=[record.kept_id, record.merged_id])


def _lock_two(kept: Child, merged: Child) -> tuple[Child, Child]:
    if kept.pk == merged.pk:
        raise CannotMergeError("Choisissez deux dossiers différents.")
    found = {
        child.pk: child
        for child in Child.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    }
    kept, merged = found[kept.pk], found[merged.pk]
    if kept.is_merged or merged.is_merged:
        raise CannotMergeError("L’un de ces dossiers est déjà réuni avec un autre.")
    return kept, merged


def _relations() -> "list[Field[Any, Any]]":
    """The foreign keys by which other rows point to a child."""
    fields = [
        relation.field
        for relation in Child._meta.related_objects
        if relation.related_model not in OWN_RECORDS
    ]
    return sorted(fields, key=lambda field: (field.model._meta.label_lower, field.name))


def _move(field: "Field[Any, Any]", record: Merge) -> None:
    model: type[Model] = field.model
    label = model._meta.label_lower
    rows = model._default_manager.filter(**{field.name: record.merged}).order_by("pk")
    if getattr(model, "append_only", False):
        record.left_behind += [[label, field.name, pk] for pk in rows.values_list("pk", flat=True)]
        return
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            _update(model._default_manager.filter(pk=pk), field.name, record.kept.pk, CannotMergeError)
        except CannotMergeError:
            if model._meta.app_label != "children":
                raise
            record.left_behind.append([label, field.name, pk])
        else:
            record.moved.append([label, field.name, pk])


def _update(rows: Any, name: str, child_id: int, error: type[Exception]) -> None:
    try:
        with transaction.atomic():
            rows.update(**{f"{name}_id": child_id})
    except DatabaseError as refused:
        what = rows.model._meta.verbose_name
        raise error(
            f"Une ligne ({what}) ne peut pas changer de dossier. Réglez-la d’abord dans l’un des deux."
        ) from refused


def _fill(kept: Child, merged: Child) -> list[str]:
    filled = [name for name in FILLABLE if getattr(merged, name) and not getattr(kept, name)]
    for name in filled:
        setattr(kept, name, getattr(merged, name))
    return filled


def _empty(record: Merge) -> None:
    """Take back what the kept file had from the other, unless somebody has changed it since."""
    kept, merged = record.kept, record.merged
    for name in record.filled:
        if getattr(kept, name) == getattr(merged, name):
            setattr(kept, name, None if name == "birth_on" else "")
    save_checked(kept)


def _checks_of(kept: Child, merged: Child) -> list[DuplicateCheck]:
    first, second = sorted((kept.pk, merged.pk))
    return list(DuplicateCheck.objects.select_for_update().filter(child=first, other=second))


def _settle(check: DuplicateCheck, state: SamenessState, *, by: User, at: datetime) -> None:
    check.state, check.settled_by, check.settled_at = state, by, at
    check.save()
