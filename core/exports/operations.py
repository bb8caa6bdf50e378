"""A list is taken away: which, by whom, why."""

from datetime import datetime

from django.db import transaction

from core.exports.models import Export
from core.journal import operations as journal
from core.people.models import User
from core.sheets.lists import ListToExport


@transaction.atomic
def note_export(
    *, of: ListToExport, filters: str, reason: str, format: str, rows: int, by: User, at: datetime
) -> Export:
    """Written before the file is handed over."""
    export = Export.objects.create(
        at=at,
        by=by,
        code=of.code,
        title=of.title,
        filters=filters[:300],
        reason=reason,
        format=format,
        rows=rows,
        names_children=of.names_children,
    )
    journal.record(actor=by, act="exports.taken_away", target=export, at=at)
    return export
