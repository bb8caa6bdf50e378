"""What is written around a child that lives (tests.core.pathways.living). Call inside a town."""

from datetime import datetime
from typing import Any

from core.children.models import Child, Guardian
from core.notes import filling, letter_texts
from core.notes.enums import Facet, Profession
from core.notes.models import Attachment, HealthHosting, Letter, Note, ProfessionHeld
from core.notes.operations import attachments, letters, notes
from core.notes.operations.notes import Written
from core.people.models import User
from tenants import context
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY
from tests.core.ui import sending


def hosted(declared: str = "own_servers") -> None:
    """The town's file declares where health notes may lie."""
    context.require().config["hosting"] = {"health_notes": declared}
    HealthHosting.objects.get_or_create(pk=1, defaults={"declared": declared})


def practises(user: User, profession: Profession) -> User:
    giver = making.user("coordinator")
    ProfessionHeld.objects.create(user=user, profession=profession, since_on=TODAY, given_by=giver)
    return user


def note(child: Child, by: User, facet: Facet = Facet.GENERAL, *, at: datetime = NOW, **said: Any) -> Note:
    values = {"on": TODAY, "observation": "A raconté sa semaine.", **said}
    return notes.write_note(child=child, written=Written(facet=facet, **values), by=by, at=at)


def forced(child: Child, by: User, facet: Facet, observation: str = "Un mot à part.") -> Note:
    """As another wrote it, whoever that was."""
    return Note.objects.create(
        child=child, facet=facet, on=TODAY, observation=observation, by=by, written_at=NOW
    )


def attachment(child: Child, by: User, facet: Facet = Facet.GENERAL, **said: Any) -> Attachment:
    values = {"file": sending.paper(), "kind": "pdf", "title": "Bulletin", **said}
    return attachments.attach(child=child, facet=facet, by=by, at=NOW, **values)


def letter(child: Child, guardian: Guardian, by: User, code: str = "sortie", **said: str) -> Letter:
    template = letter_texts.template(code)
    assert template is not None
    asked = {**dict.fromkeys(template.asked, "la bibliothèque"), **said}
    text = filling.text_of(template, child, guardian, asked, by=by, on=TODAY)
    return letters.write_letter(child=child, template=template, text=text, guardian=guardian, by=by, at=NOW)
