"""An *information préoccupante*: written at once by anyone under the charter, transmitted, followed.

Nobody approves it. Everything is written in its own log, and nothing in the file's.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.journal import reading
from core.journal.announcing import announce
from core.people.enums import ROLES_UNDER_CHARTER
from core.people.models import User
from core.people.queries import charter_in_force
from core.protection import town, workflow
from core.protection.enums import Danger, ParentsTold, Result, SentHow
from core.protection.models import Complement, Concern, ConcernLine, ConcernMember
from core.protection.workflow import ConcernState

NO_REASON = (
    "Les parents sont prévenus avant, sauf si cela mettrait l’enfant en danger : "
    "dans ce cas, écrivez pourquoi."
)


class CannotProtect(Exception):
    """This can't be written so; the message is French and says what to do."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What its author saw and heard, apart from what worries; whether the parents know."""

    child_said: str
    danger: Danger
    facts: str
    parents: ParentsTold
    household: str = ""
    child_words: str = ""
    judgement: str = ""
    parents_said: str = ""
    parents_reason: str = ""
    author_function: str = ""


@transaction.atomic
def write_concern(*, told: Told, child: Child | None, by: User, at: datetime) -> Concern:
    """By anyone under the charter, about a child with or without a file here. Raises CannotProtect."""
    day = timezone.localdate(at)
    if not by.has_role(*ROLES_UNDER_CHARTER, on=day) or charter_in_force(by, day) is None:
        raise CannotProtect("Signez d’abord la charte. S’il y a urgence, appelez le 119 ou le 17.")
    _check(told)
    made = Concern.objects.create(child=child, author=by, written_at=at, **_fields(told))
    _log(made, "written", by=by, at=at)
    return made


@transaction.atomic
def rewrite_concern(*, concern: Concern, told: Told, by: User, at: datetime) -> Concern:
    """By its author, until it is transmitted. Raises CannotProtect."""
    locked = _lock(concern)
    if locked.author_id != by.pk:
        raise CannotProtect("Seule la personne qui l’a écrite la reprend.")
    if locked.state != ConcernState.WRITTEN:
        raise CannotProtect("Cette information est transmise : ajoutez un complément.")
    _check(told)
    values = _fields(told)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, values[name])
    if changed:
        locked.save(update_fields=changed)
        _log(locked, "rewritten", by=by, at=at, fields=changed)
    return locked


@transaction.atomic
def send_concern(*, concern: Concern, how: SentHow, to: str, seen: str, by: User, at: datetime) -> Concern:
    """It was transmitted to the département, by whom and how; the coordination hears of it, without a name.

    `seen`: the digest of the text that `by` read; no other is sealed. Raises CannotProtect.
    """
    locked = _lock(concern)
    _require(locked, "send")
    if locked.text_digest != seen:
        raise CannotProtect(
            "Le texte a changé depuis que vous l’avez ouvert : revenez à la page de l’information, "
            "relisez-le, puis notez la transmission."
        )
    rules, day = town.settings(), timezone.localdate(at)
    locked.state = workflow.CONCERN["send"].target
    locked.sent_at, locked.sent_by, locked.sent_how, locked.sent_to = at, by, how, to.strip()
    locked.acknowledgement_due_on = day + timedelta(days=rules.acknowledgement_days)
    locked.answer_due_on = day + timedelta(days=rules.answer_days)
    names = ["sent_at", "sent_by", "sent_how", "sent_to", "acknowledgement_due_on", "answer_due_on"]
    locked.save(update_fields=["state", *names])
    _log(locked, "sent", by=by, at=at, fields=names)
    announce("protection.information_sent", about=locked, by=by, urgent=True)
    return locked


@transaction.atomic
def acknowledge(*, concern: Concern, on: date, by: User, at: datetime) -> Concern:
    """The département says that it has it. Raises CannotProtect."""
    locked = _lock(concern)
    _require(locked, "acknowledge")
    _not_to_come(on, at)
    locked.state, locked.acknowledged_on = workflow.CONCERN["acknowledge"].target, on
    locked.save(update_fields=["state", "acknowledged_on"])
    _log(locked, "acknowledged", by=by, at=at, fields=["acknowledged_on"])
    return locked


@transaction.atomic
def note_result(*, concern: Concern, result: Result, on: date, by: User, at: datetime) -> Concern:
    """In coarse words; it may be noted again when it changes. Raises CannotProtect."""
    locked = _lock(concern)
    _require(locked, "answer")
    _not_to_come(on, at)
    locked.state = workflow.CONCERN["answer"].target
    locked.result, locked.result_on = result, on
    locked.save(update_fields=["state", "result", "result_on"])
    _log(locked, "answered", by=by, at=at, fields=["result", "result_on"])
    return locked


@transaction.atomic
def add_complement(*, concern: Concern, text: str, by: User, at: datetime) -> Complement:
    """Raises CannotProtect."""
    locked = _lock(concern)
    if locked.state == ConcernState.WRITTEN:
        raise CannotProtect("Elle n’est pas encore transmise : reprenez plutôt le texte.")
    if not text.strip():
        raise CannotProtect("Écrivez ce que vous avez appris depuis.")
    made = Complement.objects.create(concern=locked, text=text.strip(), by=by, at=at)
    _log(locked, "complemented", by=by, at=at)
    return made


@transaction.atomic
def let_in(*, concern: Concern, user: User, why: str, by: User, at: datetime) -> ConcernMember:
    """Into the circle, with a reason. Raises CannotProtect."""
    locked = _lock(concern)
    day = timezone.localdate(at)
    under_charter = user.has_role(*ROLES_UNDER_CHARTER, on=day) and charter_in_force(user, day)
    if not under_charter or not user.present_on(day):
        raise CannotProtect("Cette personne n’a pas signé la charte de confidentialité.")
    if not why.strip():
        raise CannotProtect("Dites pourquoi cette personne doit savoir.")
    known = ConcernMember.objects.filter(concern=locked, user=user, ended_at=None).first()
    if known is not None:
        return known
    made = ConcernMember.objects.create(concern=locked, user=user, why=why.strip(), added_by=by, added_at=at)
    _log(locked, "let_in", by=by, at=at)
    return made


@transaction.atomic
def let_out(*, member: ConcernMember, by: User, at: datetime) -> ConcernMember:
    locked = ConcernMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if locked.ended_at is None:
        locked.ended_at = at
        locked.save(update_fields=["ended_at"])
        _log(locked.concern, "let_out", by=by, at=at)
    return locked


def read(*, concern: Concern | None, page: str, by: User, at: datetime) -> ConcernLine:
    """That `by` is about to see it, or the list, or the empty form; committed on return.

    Raises RuntimeError inside an open transaction, which could still take the line back.
    """
    with transaction.atomic(durable=True):
        line = ConcernLine.objects.create(at=at, actor=by, concern=concern, act=f"read_{page}")
    reading.note_line()
    return line


def _fields(told: Told) -> dict[str, str]:
    """A reason stands where the parents were not told, and what they said where they were."""
    values = {name: str(value).strip() for name, value in vars(told).items()}
    unsaid = "parents_reason" if told.parents == ParentsTold.TOLD else "parents_said"
    return {**values, unsaid: ""}


def _check(told: Told) -> None:
    if not told.child_said.strip() or not told.facts.strip():
        raise CannotProtect("Dites de quel enfant il s’agit, et ce que vous avez vu ou entendu.")
    if told.parents != ParentsTold.TOLD and not told.parents_reason.strip():
        raise CannotProtect(NO_REASON)


def _require(concern: Concern, name: str) -> None:
    if concern.state not in workflow.CONCERN[name].sources:
        raise CannotProtect(f"Cette information est « {concern.get_state_display().lower()} ».")


def _not_to_come(on: date, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise CannotProtect("Cette date est à venir.")


def _lock(concern: Concern) -> Concern:
    return Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)


def _log(concern: Concern, act: str, *, by: User, at: datetime, fields: list[str] | None = None) -> None:
    ConcernLine.objects.create(at=at, actor=by, concern=concern, act=act, fields=sorted(fields or []))
