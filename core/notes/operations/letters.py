"""A letter is kept as it left; an authorisation comes back signed, with its date and its end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core.children import queries as children
from core.children.models import Child, Guardian
from core.journal import operations as journal
from core.notes.enums import Facet, LetterKind
from core.notes.letter_texts import Template
from core.notes.models import Letter
from core.notes.operations.attachments import keep
from core.people.models import User


class CannotSend(Exception):
    """This letter can't be written to this person, or noted as returned; the message is French."""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """An authorisation as it came back."""

    on: date
    agreed: bool
    ends_on: date | None = None
    scan: "File[bytes] | None" = None
    kind: str = ""


@transaction.atomic
def write_letter(
    *, child: Child, template: Template, text: str, guardian: Guardian | None, by: User, at: datetime
) -> Letter:
    """Keep it as it leaves. Raises CannotSend."""
    if guardian is not None and guardian not in may_be_written_to(child, on=timezone.localdate(at)):
        raise CannotSend(
            "Rien n’est envoyé à cette personne : elle ne doit pas être en contact avec l’enfant."
        )
    made = Letter.objects.create(
        child=child,
        code=template.code,
        kind=template.kind,
        title=template.title,
        text=text,
        guardian=guardian,
        by=by,
        at=at,
    )
    journal.record(actor=by, act="notes.letter_written", target=made, at=at, child_id=child.pk)
    return made


@transaction.atomic
def note_return(*, letter: Letter, returned: Returned, by: User, at: datetime) -> Letter:
    """Signed, or refused; the paper's photograph is a document of the file. Raises CannotSend."""
    locked = Letter.objects.select_for_update(of=("self",)).select_related("child").get(pk=letter.pk)
    if locked.kind != LetterKind.AUTHORISATION:
        raise CannotSend("Seule une autorisation revient signée.")
    if locked.returned_on is not None:
        raise CannotSend("Ce retour est déjà noté. Pour la suite, écrivez une autre autorisation.")
    if returned.on > timezone.localdate(at):
        raise CannotSend("La date du papier est à venir.")
    if returned.ends_on is not None and returned.ends_on < returned.on:
        raise CannotSend("La fin de l’autorisation ne précède pas sa signature.")
    if returned.scan is not None:
        locked.scan = keep(
            child=locked.child,
            file=returned.scan,
            kind=returned.kind,
            facet=Facet.PAPERS,
            title=locked.title,
            by=by,
            at=at,
        )
    locked.returned_on, locked.agreed, locked.ends_on = returned.on, returned.agreed, returned.ends_on
    locked.noted_by = by
    fields = ["returned_on", "agreed", "ends_on", "scan", "noted_by"]
    locked.save(update_fields=fields)
    journal.record(
        actor=by, act="notes.letter_returned", target=locked, at=at, child_id=locked.child_id, fields=fields
    )
    return locked


def may_be_written_to(child: Child, *, on: date) -> list[Guardian]:
    """Adults who are to be informed that day, without those who may not be in contact with the child."""
    return [
        adult.guardianship.guardian
        for adult in children.around(child, on).adults
        if adult.guardianship.is_to_be_informed_on(on) and not adult.guardianship.contact_forbidden
    ]
