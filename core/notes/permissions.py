"""Which act around a child. Which rows is asked of `visible_to` first."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from core.children.access import Reason, Scope
from core.notes import reach
from core.notes.enums import NOTE_FACETS, Facet
from core.notes.models import Attachment, Note
from core.people.enums import Role
from core.people.models import User

# Who writes letters: by these ways to the child.
_LETTERS = frozenset({"coordinator", "referent", "secretary"})


def can_write_note(user: User, reasons: Iterable[Reason], at: datetime) -> bool:
    return bool(reach.written_by(user, reasons, at) & frozenset(NOTE_FACETS))


def can_attach(user: User, reasons: Iterable[Reason], at: datetime) -> bool:
    return bool(reach.written_by(user, reasons, at))


def can_rewrite(user: User, note: Note, at: datetime) -> bool:
    return note.by_id == user.pk and note.may_be_rewritten(at)


def can_amend(user: User, note: Note, reasons: Iterable[Reason], at: datetime) -> bool:
    """Correct or strike out: its author, and those who write in its facet."""
    if note.struck_at is not None:
        return False
    return note.by_id == user.pk or Facet(note.facet) in reach.written_by(user, reasons, at)


def can_remove(user: User, attachment: Attachment, reasons: Iterable[Reason], at: datetime) -> bool:
    if attachment.removed_at is not None:
        return False
    return attachment.by_id == user.pk or Facet(attachment.facet) in reach.written_by(user, reasons, at)


def can_note_circle(reasons: Iterable[Reason]) -> bool:
    """The coordinator, the referent, who is charged with the first contact."""
    return any(reason.edits and reason.scope >= Scope.FILE for reason in reasons)


def can_write_letters(reasons: Iterable[Reason]) -> bool:
    return any(reason.code in _LETTERS for reason in reasons)


def can_set_professions(user: User, at: datetime) -> bool:
    return user.has_role(Role.COORDINATOR, on=timezone.localdate(at))
