"""The import itself: slices of lines, each slice one transaction, until none waits.

A line's outcome is its guard: cut anywhere, the work goes on with those that have none.
"""

from collections import Counter
from datetime import datetime

import structlog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Max

from core.imports.columns import BY_CODE
from core.imports.enums import RowDecision, RowOutcome
from core.imports.models import Import, ImportRow
from core.imports.operations.bringing import Bringer
from core.imports.operations.checking import reader_of
from core.imports.operations.moving import CannotImportError, ask_work, locked, move, record
from core.imports.workflow import ImportState
from core.journal.announcing import announce, silently
from core.journal.models import Change
from core.pathways.operations.signing import CannotSign
from core.pathways.operations.transitions import CannotMove
from core.people.models import User

log = structlog.get_logger(__name__)

SLICE = 20
SKIPPED = "Vous l’avez laissée de côté."
UNDECIDED = "Ressemble à un autre enfant : personne n’a dit si c’est le même."
UNSIGNED = (
    "Le contrat ne peut pas être repris : qui signe pour la famille, ou qui accompagne, n’a pas ce droit ici."
)
REFUSED = "La base de données a refusé cette ligne : vérifiez ses dates."
FIELDS = ["outcome", "said", "cells", "problems", "twins", "child_id", "brought", "last_change"]


@transaction.atomic
def run(*, batch: Import, by: User, at: datetime) -> Import:
    """Lines with an error, without an answer or left aside stay out, with the reason.

    What was sent goes now: from here on the lines hold what is still to be brought. Raises
    CannotImportError.
    """
    held = locked(batch, [ImportState.CHECKED])
    _leave_out(held)
    waiting = held.rows.filter(outcome=RowOutcome.WAITING).count()
    if not waiting:
        raise CannotImportError("Aucune ligne n’est prête : corrigez-en une, ou abandonnez cette reprise.")
    move(held, "run")
    held.sheets = []
    held.done, held.total, held.run_at, held.run_by = 0, waiting, at, by
    held.save()
    record(held, "run", by=by, at=at)
    ask_work(held.pk)
    return held


def _leave_out(held: Import) -> None:
    rows = held.rows.filter(outcome=RowOutcome.WAITING)
    left = []
    for row in rows.filter(decision=RowDecision.SKIP).order_by("number"):
        left.append(_left(row, SKIPPED))
    for row in rows.with_errors().order_by("number"):
        names = sorted({BY_CODE[one["field"]].label for one in row.problems if one["field"] in BY_CODE})
        left.append(_left(row, f"Non corrigée : {', '.join(names)}."[:300]))
    for row in rows.to_decide().order_by("number"):
        left.append(_left(row, UNDECIDED))
    ImportRow.objects.bulk_update(left, FIELDS, batch_size=500)


def _left(row: ImportRow, said: str, outcome: RowOutcome = RowOutcome.SKIPPED) -> ImportRow:
    row.outcome, row.said = outcome, said
    _forget(row)
    return row


def _forget(row: ImportRow) -> None:
    row.cells, row.problems, row.twins = {}, [], []


@transaction.atomic
def run_some(*, batch_id: int, at: datetime) -> bool:
    """The next slice; False when there is none left."""
    held = locked(Import(pk=batch_id))
    if held.state != ImportState.RUNNING or held.run_by is None:
        return False
    rows = list(held.rows.filter(outcome=RowOutcome.WAITING).in_order()[:SLICE])
    if not rows:
        _finish(held, at)
        return False
    bringer = Bringer(held, reader_of(held, at), held.run_by, at)
    for row in rows:
        _bring(bringer, row)
    held.done += len(rows)
    held.save(update_fields=["done"])
    return True


def _bring(bringer: Bringer, row: ImportRow) -> None:
    """A line that cannot be brought leaves nothing behind but its reason, in which nobody is named."""
    try:
        with transaction.atomic(), silently():
            bringer.bring(row)
    except (CannotMove, CannotImportError, ValueError) as refusal:
        _left(row, str(refusal)[:300], RowOutcome.FAILED)
    except CannotSign:
        _left(row, UNSIGNED, RowOutcome.FAILED)
    except ValidationError as refusal:
        fields = sorted(getattr(refusal, "message_dict", {}))
        _left(row, f"Valeurs refusées : {', '.join(fields) or 'une case'}."[:300], RowOutcome.FAILED)
    except OperationalError:
        raise
    except DatabaseError as refusal:
        log.warning("import_row_refused", batch=row.batch_id, row=row.number, error=type(refusal).__name__)
        _left(row, REFUSED, RowOutcome.FAILED)
    _forget(row)
    row.save(update_fields=FIELDS)


def _finish(held: Import, at: datetime) -> None:
    move(held, "finish")
    brought: Counter[str] = Counter()
    for row in held.rows.filter(outcome=RowOutcome.MADE).in_order():
        brought.update(row.brought)
    held.counts = dict(sorted(brought.items()))
    held.values, held.columns, held.headers = {}, {}, []
    held.ended_at = at
    held.last_change = Change.objects.aggregate(last=Max("pk"))["last"]
    held.save()
    record(held, "finished", by=None, at=at)
    assert held.run_by is not None  # noqa: S101 (held by the caller)
    announce("imports.finished", about=held, to=[held.run_by])
