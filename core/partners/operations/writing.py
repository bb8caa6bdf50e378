"""What the operations of this app share: validated saves that know what changed, and their log line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from core.journal import operations as journal
from core.people.models import User


def create(*, row: Model, act: str, by: User, at: datetime, fields: Mapping[str, Any]) -> None:
    """Validate with every rule of the model, save, log. Raises ValidationError, in French."""
    with transaction.atomic():
        row.full_clean()
        row.save(force_insert=True)
        journal.record(
            actor=by, at=at, act=f"partners.{act}", target=row, fields=[key for key in fields if fields[key]]
        )


def change(*, row: Model, values: Mapping[str, Any], act: str, by: User, at: datetime) -> list[str]:
    """Set `values` on the row as it is now in the database; returns the names of those that differed.

    Raises ValidationError.
    """
    with transaction.atomic():
        locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(locked, name, values[name])
        locked.full_clean()
        locked.save(update_fields=changed)
        journal.record(actor=by, at=at, act=f"partners.{act}", target=locked, fields=changed)
    return changed


def set_active(*, row: Model, active: bool, act: str, by: User, at: datetime) -> None:
    """Close or reopen; coming back may meet a rule that held meanwhile. Raises ValidationError."""
    change(row=row, values={"active": active}, act=act, by=by, at=at)


def refuse(field: str, message: str) -> ValidationError:
    return ValidationError({field: message})
