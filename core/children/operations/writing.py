"""What the operations of this app share: validated saves that know what changed, and their log line."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Model, Q

from core.journal import operations as journal
from core.people.models import User


def changed_fields(instance: Model, values: Mapping[str, Any]) -> list[str]:
    """Set `values` on the instance; return the names of the fields that differ from before."""
    changed = [name for name, value in values.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, values[name])
    return changed


def save_checked(instance: Model) -> None:
    """Validate with every rule of the model, then save. Raises ValidationError, in French."""
    if hasattr(instance, "fold_names"):
        instance.fold_names()
    instance.full_clean(validate_constraints=False)
    if not (_checks_hold(instance) and _others_hold(instance)):
        instance.validate_constraints()  # each by itself: says which rule, and where
    instance.save()


def _checks_hold(instance: Model) -> bool:
    """All check constraints of the row in one statement, where Django sends one for each."""
    checks = [rule.condition for rule in instance._meta.constraints if isinstance(rule, CheckConstraint)]
    against = instance._get_field_expression_map(meta=instance._meta)  # type: ignore[attr-defined]
    return not checks or Q(*checks).check(against)


def _others_hold(instance: Model) -> bool:
    try:
        for rule in instance._meta.constraints:
            if not isinstance(rule, CheckConstraint):
                rule.validate(type(instance), instance)
    except ValidationError:
        return False
    return True


def log(
    *,
    by: User,
    at: datetime,
    act: str,
    target: Model,
    child_ids: Iterable[int | None],
    fields: Iterable[str] = (),
) -> None:
    """One line of the change log for each child concerned."""
    fields = list(fields)
    for child_id in child_ids:
        journal.record(
            actor=by, at=at, act=f"children.{act}", target=target, child_id=child_id, fields=fields
        )
