"""What the operations on an import share: its lock, its state, its line, and the work that it asks for."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core.imports import workflow
from core.imports.models import Import
from core.journal import operations as journal
from core.people.models import User
from tenants import outbox

KIND = "import"


class CannotImportError(Exception):
    """Where the import stands does not allow this. The message is French, and says what to do."""


def locked(batch: Import, states: Iterable[str] | None = None) -> Import:
    """The row, held until the end of the transaction. Raises CannotImportError outside `states`."""
    held = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if states is not None and held.state not in states:
        raise CannotImportError(
            f"Cette reprise est « {held.get_state_display()} » : cet acte n’est plus possible. "
            "Revenez à la page de la reprise."
        )
    return held


def move(batch: Import, name: str) -> None:
    """Set the new state; the caller saves. Raises CannotImportError."""
    transition = workflow.IMPORT[name]
    if batch.state not in transition.sources:
        raise CannotImportError(
            f"Cette reprise est « {batch.get_state_display()} » : cet acte n’est pas possible."
        )
    batch.state = transition.target


def record(batch: Import, act: str, *, by: User | None, at: datetime) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else "travail planifié",
        act=f"imports.{act}",
        target=batch,
        at=at,
    )


def ask_work(batch_id: int) -> None:
    """In the caller's transaction: a worker goes on with this import."""
    if not transaction.get_connection().in_atomic_block:
        raise CannotImportError("Un travail se demande dans la transaction de ce qui l’appelle.")
    outbox.put(kind=KIND, key=f"{batch_id}:{uuid.uuid4().hex}", payload={"import_id": batch_id}, urgency=3)
