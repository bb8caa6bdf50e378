"""« Le mot de l’école »: a link for one teacher, and a code that is told by voice, never in the same message.

The link alone opens nothing. Who holds both sees the child's first name and four questions, answers once, and
the link closes. The database keeps hashes: of the link's secret; of the code and of the proof that a browser
typed it, both hashed with that secret. Wrong codes are counted over the link's whole life.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.signing import BadSignature
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.children.models import Guardian
from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways import schools
from core.pathways.enums import MayAsk, PathwayState
from core.pathways.models import Review, SchoolWord
from core.pathways.models.school_word import ANSWERS, SchoolWordQuerySet
from core.pathways.operations.transitions import CannotMove, lock_pathway
from core.pathways.schools import SchoolAsked
from core.pathways.signers import guardians_who_may_sign, is_opposed
from core.pathways.workflow import ReviewState
from core.people import letters
from core.people.models import User
from tenants import tokens

LINK_VALID_FOR = timedelta(days=21)
PROOF_VALID_FOR = timedelta(minutes=60)
MOST_TRIES = 5
PURPOSE = "school_word"
AT_SCHOOL = "école, par son lien"
# Where a teacher writes to friends, not from school.
PRIVATE_MAIL = frozenset(
    "gmail.com googlemail.com hotmail.com hotmail.fr outlook.com outlook.fr live.com live.fr msn.com "
    "yahoo.com yahoo.fr icloud.com me.com aol.com protonmail.com proton.me orange.fr wanadoo.fr free.fr "
    "sfr.fr bbox.fr laposte.net neuf.fr club-internet.fr gmx.com gmx.fr".split()
)


class WordClosed(Exception):
    """The link is forged, of another town, too old, answered, cancelled, or asks for nothing any more."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who of the family said yes to this one request, and when; `guardian` None for a young adult."""

    guardian: Guardian | None
    on: date


@dataclass(frozen=True, slots=True)
class AskedWord:
    """What is shown once, to who asked: neither the address nor the code can be found again."""

    word: SchoolWord
    address: str
    code: str


@transaction.atomic
def ask_school(
    *, review: Review, email: str = "", agreed: Agreed | None = None, by: User, at: datetime
) -> AskedWord:
    """Make the link and its code; an earlier unanswered one stops working. Raises CannotMove.

    With `email` the link is mailed to the teacher; without, it is handed over on paper.
    """
    locked = _locked_review(review)
    school = schools.school_of(locked.pathway, timezone.localdate(at))
    if refusal := _refusal(locked, school, agreed, email, at):
        raise CannotMove(refusal)
    assert school is not None  # noqa: S101 (the refusal says so)
    SchoolWord.objects.filter(review=locked, answered_at=None, cancelled_at=None).update(cancelled_at=at)
    secret, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06}"
    word = SchoolWord.objects.create(
        review=locked,
        school_name=school.name,
        email=email,
        secret_hash=_hash(secret),
        code_hash=_answer_hash(secret, code),
        expires_at=at + LINK_VALID_FOR,
        asked_by=by,
        asked_at=at,
        **_right(school, agreed, locked),
    )
    _record(word, "asked", by=by, at=at)
    address = letters.address_of(reverse("pathways:school_word", args=[tokens.sign(secret, purpose=PURPOSE)]))
    if email:
        values = {"link": address, "until": word.expires_at}
        letters.send("pathways/emails/school_word", to=email, values=values, kind="school_word")
    return AskedWord(word, address, code)


@transaction.atomic
def cancel_word(*, word: SchoolWord, by: User, at: datetime) -> None:
    """The link stops working; cancelling one that has ended changes nothing."""
    open_ = SchoolWord.objects.filter(pk=word.pk, answered_at=None, cancelled_at=None)
    if open_.update(cancelled_at=at):
        _record(word, "cancelled", by=by, at=at)


def word_of(token: str, *, at: datetime) -> SchoolWord:
    """The open request that a token names. Raises WordClosed."""
    return _require_open(_named(token).first(), at)


@transaction.atomic
def enter_code(*, token: str, code: str, at: datetime) -> str:
    """The proof to be kept by the browser that typed the right code, or an empty string.

    With the fifth wrong code the link is cancelled. Raises WordClosed, and then nothing was tried.
    """
    word = _locked(token, at)
    if hmac.compare_digest(word.code_hash, _answer_hash(_secret(token), code)):
        proof = secrets.token_urlsafe(24)
        word.proof_hash, word.proof_expires_at = _answer_hash(_secret(token), proof), at + PROOF_VALID_FOR
        word.save(update_fields=["proof_hash", "proof_expires_at"])
        _record(word, "opened", by=None, at=at)
        return proof
    word.tries += 1
    if word.tries >= MOST_TRIES:
        word.cancelled_at = at
        _record(word, "tried_too_often", by=None, at=at)
    word.save(update_fields=["tries", "cancelled_at"])
    return ""


def open_word(*, token: str, proof: str, at: datetime) -> SchoolWord | None:
    """The request whose questions may be shown to this browser, or None. Raises WordClosed."""
    word = word_of(token, at=at)
    return word if _proven(word, token, proof, at) else None


@transaction.atomic
def answer(
    *, token: str, proof: str, teacher: str, answers: Mapping[str, str], at: datetime
) -> SchoolWord | None:
    """Keep the answer and close the link; None when the browser must give its code again.

    Raises WordClosed, CannotMove.
    """
    word = _locked(token, at)
    if not _proven(word, token, proof, at):
        return None
    given = {name: answers.get(name, "").strip() for name in ANSWERS}
    if not any(given.values()) or not teacher.strip():
        raise CannotMove("Répondez à une question au moins, et dites qui répond.")
    for name, text in given.items():
        setattr(word, name, text)
    word.teacher, word.answered_at, word.proof_hash = teacher.strip(), at, ""
    word.save(update_fields=[*ANSWERS, "teacher", "answered_at", "proof_hash"])
    _record(word, "answered", by=None, at=at)
    announce("pathways.school_word_received", about=word.review, turn=str(word.pk))
    return word


def answered_word(token: str) -> int | None:
    """The id of the request that was answered, if that is what the token names."""
    try:
        return _named(token).answered().values_list("pk", flat=True).first()
    except WordClosed:
        return None


def _right(school: SchoolAsked, agreed: Agreed | None, review: Review) -> dict[str, object]:
    """By what the school may be asked, as the row keeps it."""
    if school.named:
        return {"may_ask": MayAsk.CONTRACT, "organisation": school.organisation}
    assert agreed is not None  # noqa: S101 (the refusal says so)
    who = agreed.guardian.full_name if agreed.guardian else review.pathway.child.full_name
    return {
        "may_ask": MayAsk.AGREEMENT,
        "agreed_by": who,
        "guardian": agreed.guardian,
        "agreed_on": agreed.on,
    }


def _refusal(
    review: Review, school: SchoolAsked | None, agreed: Agreed | None, email: str, at: datetime
) -> str:
    """Why this school is not asked, in French; an empty string when it may be."""
    if review.state != ReviewState.PLANNED or review.pathway.state == PathwayState.ENDED:
        return "Ce bilan n’est plus à faire : l’école n’a plus à répondre."
    if school is None:
        return schools.NO_SCHOOL
    if refusal := _may_not_ask(review, school, agreed, at):
        return refusal
    if email and email.rpartition("@")[2].lower() in PRIVATE_MAIL:
        return "Écrivez à une adresse professionnelle, pas à une adresse personnelle."
    if email and schools.is_of_the_family(email, review.pathway.child):
        return "Cette adresse est celle d’un adulte autour de l’enfant : écrivez à celle de l’établissement."
    return ""


def _may_not_ask(review: Review, school: SchoolAsked, agreed: Agreed | None, at: datetime) -> str:
    today = timezone.localdate(at)
    if is_opposed(school.contract, today):
        return (
            "Un titulaire de l’autorité parentale s’oppose à l’accompagnement : l’école n’est pas sollicitée."
        )
    if school.named:
        return ""
    if agreed is None:
        return schools.NOT_NAMED
    if agreed.on > today:
        return "L’accord de la famille ne peut pas être daté d’un jour à venir."
    if review.pathway.child.is_adult_on(today):
        return "" if agreed.guardian is None else "À 18 ans, c’est la jeune personne qui dit oui."
    if agreed.guardian not in guardians_who_may_sign(school.contract, today):
        return "Choisissez un adulte qui exerce l’autorité parentale."
    return ""


def _still_allowed(word: SchoolWord, at: datetime) -> bool:
    """Asked again at each step: the review, the school and the contract may have changed meanwhile."""
    review = word.review
    school = schools.school_of(review.pathway, timezone.localdate(at))
    if school is None or school.name != word.school_name:
        return False
    agreed = Agreed(word.guardian, word.agreed_on) if word.agreed_on is not None else None
    if word.may_ask == MayAsk.CONTRACT and not school.named:
        return False
    return not _refusal(review, school, agreed, "", at)


def _named(token: str) -> SchoolWordQuerySet:
    rows = SchoolWord.objects.filter(secret_hash=_hash(_secret(token)))
    return rows.select_related("review__pathway__child", "guardian", "asked_by")


def _locked(token: str, at: datetime) -> SchoolWord:
    """Pathway, review, then the word: the order of every operation. Raises WordClosed."""
    review = Review.objects.filter(school_words__in=_named(token).values("pk")).first()
    if review is None:
        raise WordClosed
    _locked_review(review)
    return _require_open(_named(token).select_for_update(of=("self",)).first(), at)


def _locked_review(review: Review) -> Review:
    lock_pathway(review.pathway_id)
    rows = Review.objects.select_for_update(of=("self",)).select_related("pathway__child")
    return rows.get(pk=review.pk)


def _require_open(word: SchoolWord | None, at: datetime) -> SchoolWord:
    if word is None or word.answered_at is not None or word.cancelled_at is not None or word.expires_at <= at:
        raise WordClosed
    if not _still_allowed(word, at):
        raise WordClosed
    return word


def _proven(word: SchoolWord, token: str, proof: str, at: datetime) -> bool:
    ends = word.proof_expires_at
    if not word.proof_hash or ends is None or ends <= at:
        return False
    return hmac.compare_digest(word.proof_hash, _answer_hash(_secret(token), proof))


def _secret(token: str) -> str:
    try:
        return str(tokens.unsign(token, purpose=PURPOSE))
    except BadSignature:
        raise WordClosed from None


def _answer_hash(secret: str, answer: str) -> str:
    return _hash(f"{secret}:{answer}")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(word: SchoolWord, act: str, *, by: User | None, at: datetime) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else AT_SCHOOL,
        act=f"pathways.school_word_{act}",
        target=word,
        at=at,
        child_id=word.review.pathway.child_id,
    )
