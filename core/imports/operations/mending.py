"""A line is mended, answered or left aside, in the browser; what was typed stays through a second check."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.imports.columns import BY_CODE
from core.imports.enums import RowDecision
from core.imports.models import Import, ImportRow
from core.imports.operations.checking import MENDED, fill, note_twins_inside, reader_of
from core.imports.operations.moving import CannotImportError, locked, record
from core.imports.workflow import ImportState
from core.people.models import User
from core.ui.free_text import holds_nir

IDENTITY = frozenset({"full_name", "last_name", "first_name", "usual_name", "birth_on"})
LONGEST = 5000


@transaction.atomic
def mend(*, row: ImportRow, written: Mapping[str, str], by: User, at: datetime) -> ImportRow:
    """`written`: field to text, as typed. The line is read again at once. Raises CannotImportError."""
    held, line = _held(row)
    before = dict(line.cells)
    cells = dict(line.cells)
    for code, text in written.items():
        if code not in BY_CODE or cells.get(code, "") == text.strip():
            continue
        if holds_nir(text) or len(text) > LONGEST:
            raise CannotImportError("Un numéro de sécurité sociale ne se garde pas : retirez-le.")
        cells[code] = text.strip()
        cells[MENDED] = sorted({*cells.get(MENDED, []), code})
    fill(line, cells, reader_of(held, at))
    line.save()
    if any(before.get(code, "") != cells.get(code, "") for code in IDENTITY):
        note_twins_inside(held, timezone.localdate(at))
        line.refresh_from_db()
    record(held, "row_mended", by=by, at=at)
    return line


@transaction.atomic
def decide(
    *,
    row: ImportRow,
    decision: RowDecision,
    by: User,
    at: datetime,
    same_child: int | None = None,
    same_row: int | None = None,
) -> ImportRow:
    """The same child as a file, or as a line above; another one; or the line is left aside, or taken again.

    Raises CannotImportError.
    """
    held, line = _held(row)
    if decision == RowDecision.SAME:
        _check_same(line, same_child, same_row)
    else:
        same_child = same_row = None
    was_aside = line.decision == RowDecision.SKIP
    line.decision, line.same_child, line.same_row = decision, same_child, same_row
    line.save(update_fields=["decision", "same_child", "same_row"])
    if was_aside or decision == RowDecision.SKIP:
        note_twins_inside(held, timezone.localdate(at))
        line.refresh_from_db()
    record(held, "row_decided", by=by, at=at)
    return line


def _held(row: ImportRow) -> tuple[Import, ImportRow]:
    held = locked(Import(pk=row.batch_id), [ImportState.CHECKED])
    return held, ImportRow.objects.select_for_update(of=("self",)).get(pk=row.pk, batch=held)


def _check_same(line: ImportRow, same_child: int | None, same_row: int | None) -> None:
    """One of those that were shown, and only one."""
    if (same_child is None) == (same_row is None):
        raise CannotImportError("Choisissez de quel enfant il s’agit.")
    shown = any((twin.get("child"), twin.get("row")) == (same_child, same_row) for twin in line.twins)
    if not shown or (same_child is not None and not Child.objects.alone().filter(pk=same_child).exists()):
        raise CannotImportError("Ce dossier n’est plus proposé pour cette ligne. Rechargez la page.")
