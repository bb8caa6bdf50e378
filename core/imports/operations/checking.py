"""Everything is read before anything is written: a slice of lines at a time, each in its own transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.children import names, sameness
from core.children.models import Child
from core.imports import cells, vocabularies
from core.imports.enums import RowDecision
from core.imports.models import Import, ImportRow
from core.imports.operations.moving import locked, move, record
from core.imports.operations.receiving import table_of
from core.imports.reading_rows import Reader, Row
from core.imports.workflow import ImportState

SLICE = 150
SHOWN_TWINS = 5
MENDED = "_mended"  # names of the cells that somebody corrected: a second check keeps them
CHECKED_FIELDS = ["cells", "problems", "errors", "twins", "decision", "same_child", "same_row"]


@transaction.atomic
def check_some(*, batch_id: int, at: datetime) -> bool:
    """The next slice; False when there is none left. A check that was cut goes on where it was."""
    held = locked(Import(pk=batch_id))
    if held.state != ImportState.CHECKING:
        return False
    lines = table_of(held)[held.done : held.done + SLICE]
    if lines:
        _check_lines(held, lines, at)
        held.done += len(lines)
        held.save(update_fields=["done"])
        return True
    _forget_lines_of_before(held)
    note_twins_inside(held, timezone.localdate(at))
    move(held, "checked")
    held.save(update_fields=["state"])
    record(held, "checked", by=None, at=at)
    return False


def reader_of(batch: Import, at: datetime) -> Reader:
    today = timezone.localdate(at)
    return Reader(vocabularies.all_of_town(today), batch.values, today)


def _check_lines(held: Import, lines: Sequence[Sequence[str]], at: datetime) -> None:
    first = held.header_row + held.done + 1
    span = held.rows.filter(number__range=(first, first + len(lines) - 1))
    known = {row.number: row for row in span.order_by("number")}
    reader = reader_of(held, at)
    made: list[ImportRow] = []
    changed: list[ImportRow] = []
    for number, line in enumerate(lines, start=first):
        written = written_in(line, held.columns)
        row = known.get(number)
        if not written and row is None:
            continue
        if row is None:
            row = ImportRow(batch=held, number=number)
            made.append(row)
        else:
            changed.append(row)
        fill(row, _with_mended(row, written), reader)
    ImportRow.objects.bulk_create(made)
    ImportRow.objects.bulk_update(changed, CHECKED_FIELDS)


def written_in(line: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """What the mapped columns say, the empty ones left out."""
    found = {code: line[int(number)] for number, code in chosen.items() if int(number) < len(line)}
    return {code: text for code, text in found.items() if text.strip()}


def _with_mended(row: ImportRow, written: dict[str, str]) -> dict[str, Any]:
    mended = row.cells.get(MENDED, [])
    kept = {code: row.cells.get(code, "") for code in mended}
    return {**written, **kept, **({MENDED: mended} if mended else {})}


def fill(row: ImportRow, written: dict[str, Any], reader: Reader) -> None:
    """Problems and likely twins of one line; an answer holds for as long as the question is the same."""
    read = reader.read({code: text for code, text in written.items() if code != MENDED})
    row.cells, row.problems = written, read.problems
    row.errors = sum(1 for problem in read.problems if problem["grave"])
    inside = [twin for twin in row.twins if "row" in twin]
    set_twins(row, [*_twins_in_town(read), *inside])


def set_twins(row: ImportRow, twins: list[dict[str, Any]]) -> None:
    if row.decision in (RowDecision.NEW, RowDecision.SAME) and _asked(twins) != _asked(row.twins):
        row.decision, row.same_child, row.same_row = RowDecision.NONE, None, None
    row.twins = twins


def _asked(twins: Iterable[Mapping[str, Any]]) -> set[tuple[int | None, int | None]]:
    return {(twin.get("child"), twin.get("row")) for twin in twins}


def _twins_in_town(read: Row) -> list[dict[str, Any]]:
    first, last = read.text("first_name"), read.text("last_name")
    if not first or not last:
        return []
    matches = sameness.likely_matches(first, last, read.text("usual_name"), birth_on=read.day("birth_on"))
    return [{"child": match.child.pk, "why": match.why} for match in matches[:SHOWN_TWINS]]


def note_twins_inside(held: Import, today: date) -> None:
    """Of two lines that may be of one child, the later one asks."""
    seen: dict[object, list[tuple[int, Child]]] = {}
    changed = []
    for row in held.rows.in_order():
        child = _described(row.cells, today)
        inside = _twins_among(child, seen) if child is not None else []
        twins = [twin for twin in row.twins if "child" in twin]
        twins += [{"row": number, "why": why} for number, why in inside[:SHOWN_TWINS]]
        if twins != row.twins:
            set_twins(row, twins)
            changed.append(row)
        if child is not None and row.decision != RowDecision.SKIP:
            for key in _keys(child):
                seen.setdefault(key, []).append((row.number, child))
    ImportRow.objects.bulk_update(changed, CHECKED_FIELDS, batch_size=500)


def _described(written: Mapping[str, Any], today: date) -> Child | None:
    last, first = written.get("last_name", ""), written.get("first_name", "")
    if written.get("full_name") and not (last and first):
        last, first = cells.split_name(written["full_name"])
    if not last or not first:
        return None
    try:
        birth_on = cells.read_day(written.get("birth_on", ""), today) if written.get("birth_on") else None
    except ValueError:
        birth_on = None
    return Child(
        first_name=first, last_name=last, usual_name=written.get("usual_name", ""), birth_on=birth_on
    )


def _keys(child: Child) -> list[object]:
    """Where its twins would be found: the sounds of its names, its birth date."""
    sounds = tuple(sorted(names.sounds(f"{child.first_name} {child.last_name}")))
    return [sounds, child.birth_on] if child.birth_on is not None else [sounds]


def _twins_among(child: Child, seen: Mapping[object, list[tuple[int, Child]]]) -> list[tuple[int, str]]:
    described = [(child.first_name, child.last_name)]
    if child.usual_name:
        described.append((child.first_name, child.usual_name))
    found: dict[int, str] = {}
    for key in _keys(child):
        for number, other in seen.get(key, ()):
            match = sameness.compare(other, described, child.birth_on)
            if match is not None:
                found[number] = match.why
    return sorted(found.items())


def _forget_lines_of_before(held: Import) -> None:
    """Lines that a first choice of sheet or titles had, and this one has not."""
    last = held.header_row + held.total
    held.rows.exclude(number__range=(held.header_row + 1, last)).delete()
