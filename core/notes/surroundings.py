"""What is written around a child, as far as somebody may read it; and how much that is not."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.children import access
from core.children.models import Child
from core.notes import permissions, reach
from core.notes.enums import NOTE_FACETS, Facet
from core.notes.models import Attachment, Note, NoteCorrection
from core.people.models import User
from core.ui.typography import NO_BREAK, enumeration


@dataclass(frozen=True, slots=True)
class NoteLine:
    note: Note
    corrections: list[NoteCorrection]
    may_rewrite: bool
    may_amend: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    attachment: Attachment
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Hidden:
    """What exists and is not shown: how many; of which facets only to those who read one of them at all."""

    notes: Counter[str]
    files: Counter[str]
    named: bool

    @property
    def count(self) -> int:
        return self.notes.total() + self.files.total()

    @property
    def sentences(self) -> list[str]:
        said = [
            (self.notes, "note", "notes"),
            (self.files, "document", "documents"),
        ]
        return [self._said(counts, one, several) for counts, one, several in said if counts]

    def _said(self, counts: Counter[str], one: str, several: str) -> str:
        total = counts.total()
        words = f"{total}{NO_BREAK}{one if total == 1 else several} que vous ne pouvez pas voir"
        if not self.named:
            return words
        facets = [Facet(facet).label.lower() for facet in Facet if counts[facet]]
        return f"{words} ({enumeration(facets)})"


@dataclass(frozen=True, slots=True)
class Around:
    notes: list[NoteLine]
    files: list[FileLine]
    hidden: Hidden


def around(
    child: Child, user: User, reasons: Iterable[access.Reason], at: datetime, *, most: int | None = None
) -> Around:
    """A constant number of queries."""
    reasons = list(reasons)
    seen = Note.objects.filter(reach.readable_around(user, reasons, NOTE_FACETS, at), child=child)
    seen = seen.select_related("by", "struck_by")
    shown = list(seen.latest_first()[:most])
    corrections: dict[int, list[NoteCorrection]] = defaultdict(list)
    for row in NoteCorrection.objects.filter(note__in=shown).select_related("by").order_by("at", "pk"):
        corrections[row.note_id].append(row)
    files = Attachment.objects.kept().filter(reach.readable_around(user, reasons, Facet, at), child=child)
    files = files.select_related("by")
    return Around(
        [
            NoteLine(
                note,
                corrections[note.pk],
                permissions.can_rewrite(user, note, at),
                permissions.can_amend(user, note, reasons, at),
            )
            for note in shown
        ],
        [
            FileLine(row, permissions.can_remove(user, row, reasons, at))
            for row in files.latest_first()[:most]
        ],
        hidden(child, user, reasons, at),
    )


def hidden(child: Child, user: User, reasons: Iterable[access.Reason], at: datetime) -> Hidden:
    """Private notes and informations préoccupantes are not counted: that they exist is nobody's to know."""
    reasons = list(reasons)
    notes = Note.objects.filter(child=child).exclude(reach.readable_around(user, reasons, NOTE_FACETS, at))
    files = Attachment.objects.kept().filter(child=child)
    files = files.exclude(reach.readable_around(user, reasons, Facet, at))
    return Hidden(
        Counter(notes.order_by("pk").values_list("facet", flat=True)),
        Counter(files.order_by("pk").values_list("facet", flat=True)),
        bool(reach.read_by(user, reasons, at) & frozenset(NOTE_FACETS)),
    )
