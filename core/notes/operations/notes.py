"""A note is written; within a day it is taken up again; then corrected or struck out, never rewritten."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.children import access
from core.children.models import Child
from core.journal import operations as journal
from core.notes import reach, town
from core.notes.enums import NOTE_FACETS, Facet
from core.notes.models import Note, NoteCorrection
from core.people.models import User


class CannotNote(Exception):
    """This can't be written, or not by this person; the message is French and says what to do."""


NO_HOSTING = (
    "Rien sur la santé ne peut être écrit ici : la ville n’a déclaré ni hébergement certifié pour les "
    "données de santé, ni ses propres serveurs. Dites « relais soin », sans plus, dans la note générale."
)
NOT_YOURS = "Ce type de note n’est pas ouvert à votre fonction pour cet enfant."
TOO_LATE = "Cette note a plus d’un jour : ajoutez une correction, elle la suivra."
STRUCK = "Cette note est barrée."


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was seen or heard, apart from what its author makes of it."""

    facet: Facet
    on: date
    observation: str
    opinion: str = ""


@transaction.atomic
def write_note(*, child: Child, written: Written, by: User, at: datetime) -> Note:
    """Raises CannotNote."""
    require_writable(child, written.facet, by=by, at=at)
    _check(written, at)
    note = Note.objects.create(
        child=child,
        facet=written.facet,
        on=written.on,
        observation=written.observation.strip(),
        opinion=written.opinion.strip(),
        by=by,
        written_at=at,
    )
    journal.record(actor=by, act="notes.note_written", target=note, at=at, child_id=child.pk)
    return note


@transaction.atomic
def rewrite_note(*, note: Note, written: Written, by: User, at: datetime) -> Note:
    """By its author, within a day. Raises CannotNote."""
    locked = _lock(note)
    if locked.by_id != by.pk:
        raise CannotNote("Seule la personne qui a écrit une note la reprend.")
    if not locked.may_be_rewritten(at):
        raise CannotNote(STRUCK if locked.struck_at else TOO_LATE)
    require_writable(locked.child, written.facet, by=by, at=at)
    _check(written, at)
    values = {
        "facet": written.facet,
        "on": written.on,
        "observation": written.observation.strip(),
        "opinion": written.opinion.strip(),
    }
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, values[name])
    locked.rewritten_at = at
    locked.save(update_fields=[*changed, "rewritten_at"])
    journal.record(
        actor=by, act="notes.note_rewritten", target=locked, at=at, child_id=locked.child_id, fields=changed
    )
    return locked


@transaction.atomic
def correct_note(*, note: Note, text: str, by: User, at: datetime) -> NoteCorrection:
    """By its author, or by who may write in its facet. Raises CannotNote."""
    locked = _lock(note)
    if locked.struck_at is not None:
        raise CannotNote(STRUCK)
    if locked.by_id != by.pk:
        require_writable(locked.child, Facet(locked.facet), by=by, at=at)
    if locked.facet == Facet.HEALTH and not town.health_allowed():
        raise CannotNote(NO_HOSTING)
    if not text.strip():
        raise CannotNote("Écrivez ce qui est juste.")
    made = NoteCorrection.objects.create(note=locked, text=text.strip(), by=by, at=at)
    journal.record(actor=by, act="notes.note_corrected", target=locked, at=at, child_id=locked.child_id)
    return made


@transaction.atomic
def strike_note(*, note: Note, because: str, by: User, at: datetime) -> Note:
    """It stays readable, struck out, with who did it and why. Raises CannotNote."""
    locked = _lock(note)
    if locked.struck_at is not None:
        return locked
    if locked.by_id != by.pk:
        require_writable(locked.child, Facet(locked.facet), by=by, at=at)
    if not because.strip():
        raise CannotNote("Dites pourquoi cette note est barrée.")
    locked.struck_at, locked.struck_by, locked.struck_because = at, by, because.strip()
    fields = ["struck_at", "struck_by", "struck_because"]
    locked.save(update_fields=fields)
    journal.record(
        actor=by,
        act="notes.note_struck",
        target=locked,
        at=at,
        child_id=locked.child_id,
        fields=fields,
    )
    return locked


def require_writable(child: Child, facet: Facet, *, by: User, at: datetime) -> None:
    """Raises CannotNote: the hosting first, since that is nobody's fault."""
    reasons = access.reasons_for(by, child, at)
    if facet in reach.written_by(by, reasons, at):
        return
    if facet == Facet.HEALTH and not town.health_allowed():
        raise CannotNote(NO_HOSTING)
    raise CannotNote(NOT_YOURS)


def _check(written: Written, at: datetime) -> None:
    if written.facet not in NOTE_FACETS:
        raise CannotNote(NOT_YOURS)
    if not written.observation.strip():
        raise CannotNote("Dites d’abord ce que vous avez vu ou entendu.")
    if written.on > timezone.localdate(at):
        raise CannotNote("On note ce qui a eu lieu : cette date est à venir.")


def _lock(note: Note) -> Note:
    return Note.objects.select_for_update(of=("self",)).select_related("child").get(pk=note.pk)
