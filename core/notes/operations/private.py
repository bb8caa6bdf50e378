"""What somebody keeps for oneself: written, read by its author alone, and gone at its end.

The change log says that a private note was written, never about which child.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.children import access, queries
from core.children.models import Child
from core.journal import operations as journal
from core.journal.announcing import announce
from core.notes import facets, sealing, town
from core.notes.models import AuthorKey, PrivateNote
from core.notes.operations.notes import CannotNote
from core.people.models import User

OFF = "Les notes privées ne sont pas ouvertes : l’installation n’a pas reçu de clé pour les chiffrer."


@dataclass(frozen=True, slots=True)
class Opened:
    """A private note in its author's hands; `text` is None when the installation lost its key."""

    note: PrivateNote
    text: str | None


@transaction.atomic
def write_private(*, child: Child, text: str, by: User, at: datetime) -> PrivateNote:
    """Raises CannotNote."""
    if not sealing.available():
        raise CannotNote(OFF)
    if not any(facets.keeps_own(reason.code) for reason in access.reasons_for(by, child, at)):
        raise CannotNote("Vous ne suivez pas cet enfant.")
    if not text.strip():
        raise CannotNote("Écrivez ce que vous voulez garder pour vous.")
    day = timezone.localdate(at)
    note = PrivateNote(
        child=child, author=by, written_at=at, ends_on=months_later(day, town.settings().private_months)
    )
    note.sealed = sealing.seal(text.strip(), _key_of(by, at), uid=note.uid)
    note.save(force_insert=True)
    journal.record(actor=by, act="notes.private_written", target=note, at=at)
    return note


@transaction.atomic
def remove_private(*, note: PrivateNote, by: User, at: datetime) -> None:
    """By its author, before its end. Raises CannotNote."""
    locked = PrivateNote.objects.visible_to(by).select_for_update().filter(pk=note.pk).first()
    if locked is None:
        raise CannotNote("Cette note n’est pas la vôtre.")
    journal.record(actor=by, act="notes.private_removed", target=locked, at=at)
    locked.delete()


@transaction.atomic
def end_private_notes(*, at: datetime) -> int:
    """Those past their last day go; their authors were told. Answers with how many."""
    day = timezone.localdate(at)
    ended = PrivateNote.objects.filter(ends_on__lt=day)
    for note in ended.order_by("pk"):
        journal.record(
            actor=None, actor_label="travail planifié", act="notes.private_ended", target=note, at=at
        )
    return ended.delete()[0]


@transaction.atomic
def warn_authors(*, at: datetime) -> int:
    """One word to each author whose notes end soon: once for each last day."""
    day = timezone.localdate(at)
    soon = day + timedelta(days=town.settings().private_warning_days)
    rows = PrivateNote.objects.filter(ends_on__gte=day, ends_on__lte=soon)
    found = list(rows.values_list("author_id", "ends_on").order_by("author_id", "ends_on").distinct())
    people = {user.pk: user for user in User.objects.filter(pk__in={pk for pk, _ in found})}
    for pk, ends_on in found:
        announce("notes.private_ending", about=people[pk], to=[people[pk]], turn=f"{ends_on}")
    return len(found)


@transaction.atomic
def rotate_keys(*, at: datetime) -> int:
    """Wrap every author's key anew under the first of the installation's; the notes do not move.

    Raises sealing.KeyMissing when a former key is no longer there: then nothing has changed.
    """
    newest = next(iter(sealing.master_names()), "")
    done = 0
    for row in AuthorKey.objects.select_for_update().exclude(master=newest).order_by("pk"):
        key = sealing.unwrapped(bytes(row.wrapped), row.master, row.author_id)
        row.wrapped, row.master = sealing.wrapped(key, row.author_id)
        row.save(update_fields=["wrapped", "master"])
        done += 1
    return done


def open_private(*, child: Child, reader: User) -> list[Opened]:
    """The reader's own notes on this child, the latest first; never another's."""
    own = PrivateNote.objects.visible_to(reader).filter(child__in=queries.ids_of_file(child))
    rows = list(own.order_by("-written_at", "-pk"))
    kept = AuthorKey.objects.filter(author=reader).first() if rows else None
    found = []
    for row in rows:
        try:
            if kept is None:
                raise sealing.KeyMissing("author")
            key = sealing.unwrapped(bytes(kept.wrapped), kept.master, reader.pk)
            text = sealing.unseal(bytes(row.sealed), key, uid=row.uid)
        except sealing.KeyMissing:
            text = None
        found.append(Opened(row, text))
    return found


def months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _key_of(author: User, at: datetime) -> bytes:
    """The author's key, made at the first note. Raises CannotNote when it no longer opens."""
    row = AuthorKey.objects.select_for_update().filter(author=author).first()
    if row is None:
        sealed, master = sealing.new_author_key(author.pk)
        row, _ = AuthorKey.objects.get_or_create(
            author=author, defaults={"wrapped": sealed, "master": master, "made_at": at}
        )
    try:
        return sealing.unwrapped(bytes(row.wrapped), row.master, author.pk)
    except sealing.KeyMissing as lost:
        raise CannotNote(
            "La clé de vos notes privées manque à l’installation. Prévenez la coordination : rien n’est "
            "perdu tant que la clé peut être rendue."
        ) from lost
