"""A whole import is taken back, each line in its own transaction; what somebody worked on since stays."""

from collections.abc import Mapping
from datetime import datetime

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F, Func, Max, Q, TextField

from core.children.models import Address, Child, DuplicateCheck, Enrolment, Guardian, Guardianship
from core.imports.enums import RowOutcome
from core.imports.models import Import, ImportRow
from core.imports.operations.moving import CannotImportError, ask_work, locked, move, record
from core.imports.workflow import ImportState
from core.journal import operations as journal
from core.journal.models import Change
from core.pathways.models import Decision, ReferentLink, Referral, Review
from core.pathways.models.exit import Stopped
from core.people.models import User

SLICE = 20
WORKED_ON = "Quelqu’un a travaillé sur ce dossier depuis la reprise."
HELD = "Autre chose tient à ce dossier : il reste."


@transaction.atomic
def undo(*, batch: Import, the_rest: bool, by: User, at: datetime) -> Import:
    """`the_rest`: the person saw that some files stay, and takes back the others.

    Raises CannotImportError.
    """
    held = locked(batch, [ImportState.DONE])
    if worked_on(held) and not the_rest:
        raise CannotImportError(
            "Des dossiers ont changé depuis la reprise : ils restent. Cochez la case pour retirer les autres."
        )
    move(held, "undo")
    held.undone_at, held.undone_by = at, by
    held.done, held.total = 0, held.rows.filter(outcome=RowOutcome.MADE).count()
    held.save()
    record(held, "undo", by=by, at=at)
    ask_work(held.pk)
    return held


def worked_on(batch: Import, *, only: int | None = None) -> set[int]:
    """Ids of the children whose file changed after the import's own last line in its log; or `only` that."""
    made = batch.rows.filter(outcome=RowOutcome.MADE).order_by()
    if only is not None:
        made = made.filter(child_id=only)
    own = dict(made.values("child_id").annotate(last=Max("last_change")).values_list("child_id", "last"))
    since = Change.objects.filter(child_id__in=own).values("child_id").annotate(last=Max("pk")).order_by()
    rows = since.values_list("child_id", "last")
    return {child for child, last in rows if child is not None and last > (own[child] or 0)}


@transaction.atomic
def undo_some(*, batch_id: int, at: datetime) -> bool:
    """The next slice, the last lines first; False when there is none left."""
    held = locked(Import(pk=batch_id))
    if held.state != ImportState.UNDOING or held.undone_by is None:
        return False
    rows = list(held.rows.filter(outcome=RowOutcome.MADE).order_by("-number")[:SLICE])
    if not rows:
        move(held, "undone")
        held.save(update_fields=["state"])
        record(held, "undone", by=None, at=at)
        return False
    staying = worked_on(held) | _kept_children(held)
    for row in rows:
        if row.child_id in staying:
            _keep(row, WORKED_ON)
        elif said := _take_back(row, by=held.undone_by, at=at):
            staying.add(row.child_id or 0)
            _keep(row, said)
    held.done += len(rows)
    held.save(update_fields=["done"])
    return True


def _kept_children(batch: Import) -> set[int]:
    kept = batch.rows.filter(outcome=RowOutcome.KEPT).exclude(child_id=None)
    return {pk for pk in kept.order_by("number").values_list("child_id", flat=True) if pk is not None}


def _keep(row: ImportRow, said: str) -> None:
    row.outcome, row.said = RowOutcome.KEPT, said
    row.save(update_fields=["outcome", "said"])


def _take_back(row: ImportRow, *, by: User, at: datetime) -> str:
    """Why nothing of this line goes: somebody's work, or a row of somebody else's that hangs on it."""
    child_id = row.child_id
    try:
        with transaction.atomic():
            # Until the end of the slice nobody adds to the file any more; what came before is seen here.
            list(Child.objects.select_for_update(of=("self",)).filter(pk=child_id or 0).values_list("pk"))
            if child_id in worked_on(Import(pk=row.batch_id), only=child_id):
                return WORKED_ON
            items = _items(row)
            whole = bool(items.get("children.child"))
            _pathways_first(row, items)
            _children_then(items)
            journal.record(
                actor=by,
                act="imports.row_taken_back",
                target=row,
                at=at,
                child_id=child_id,
                fields=sorted(items),
            )
            row.items.all().delete()
            row.outcome, row.said = RowOutcome.TAKEN_BACK, ""
            row.child_id = None if whole else child_id
            row.save(update_fields=["outcome", "said", "child_id"])
            connection.check_constraints()
            if not whole and child_id is not None:
                _still_as_imported(row, child_id)
    except OperationalError:
        raise
    except DatabaseError:
        row.refresh_from_db()
        return HELD
    return ""


def _still_as_imported(row: ImportRow, child_id: int) -> None:
    """The line just written in the log of a child who stays is the import's own."""
    last = Change.objects.filter(child_id=child_id).aggregate(last=Max("pk"))["last"]
    ImportRow.objects.filter(batch=row.batch_id, child_id=child_id).update(last_change=last)


def _items(row: ImportRow) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for item in row.items.order_by("pk"):
        found.setdefault(item.model, []).append(item.object_id)
    return found


def _pathways_first(row: ImportRow, items: Mapping[str, list[int]]) -> None:
    """What nobody may delete goes by the database's one function, the rest around it."""
    pathways, exits = items.get("pathways.pathway", []), items.get("pathways.exit", [])
    referrals = items.get("pathways.referral", [])
    Review.objects.filter(pathway__in=pathways)._raw_delete("default")
    Stopped.objects.filter(exit__in=exits)._raw_delete("default")
    if pathways:
        taken = Func(F("pk"), function="imports_take_back", output_field=TextField())
        list(ImportRow.objects.filter(pk=row.pk).values_list(taken))
    ReferentLink.objects.filter(pk__in=items.get("pathways.referentlink", []))._raw_delete("default")
    Decision.objects.filter(pk__in=items.get("pathways.decision", []))._raw_delete("default")
    Referral.motives.through.objects.filter(referral__in=referrals)._raw_delete("default")
    Referral.objects.filter(pk__in=referrals)._raw_delete("default")


def _children_then(items: Mapping[str, list[int]]) -> None:
    """An adult who is around another child too stays with it."""
    Enrolment.objects.filter(pk__in=items.get("children.enrolment", []))._raw_delete("default")
    Address.objects.filter(pk__in=items.get("children.address", []))._raw_delete("default")
    Guardianship.objects.filter(pk__in=items.get("children.guardianship", []))._raw_delete("default")
    guardians = Guardian.objects.filter(pk__in=items.get("children.guardian", []))
    still = Guardianship.objects.filter(guardian__in=guardians).values("guardian")
    Guardian.objects.filter(pk__in=guardians.values("pk")).exclude(pk__in=still)._raw_delete("default")
    children = items.get("children.child", [])
    DuplicateCheck.objects.filter(Q(child__in=children) | Q(other__in=children))._raw_delete("default")
    Child.objects.filter(pk__in=children)._raw_delete("default")
