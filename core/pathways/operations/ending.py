"""A pathway ends, in one transaction: why, what became of each objective, and what stops with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.journal.announcing import announce
from core.partners.models import Organisation
from core.pathways import lasting, rhythm
from core.pathways.enums import (
    AskedBy,
    ContactKind,
    NationalExit,
    Outcome,
    RelayState,
    Standing,
    VocabularyKind,
)
from core.pathways.models import AfterExit, Exit, ObjectiveOutcome, Pathway, Suspension, Term
from core.pathways.models.exit import WITHOUT_NEWS
from core.pathways.operations import reviews, stopping
from core.pathways.operations.stopping import GivenBack
from core.pathways.operations.transitions import CannotMove, lock_pathway, move_pathway
from core.people.models import User
from core.ui.typography import day

NEWS_AFTER = (6, 12)  # months after the end
OPENS_BEFORE, CLOSES_AFTER = timedelta(days=14), timedelta(days=45)
UNDO_DAYS = 7
# Of an exit, what the log keeps when it is corrected: no word that somebody wrote.
CODES = frozenset({"national", "asked_by", "said_how"})
# What a withdrawal says of each objective before anybody had the time to say it.
OUTCOME_OF = {
    Standing.MET: Outcome.MET,
    Standing.PARTLY: Outcome.PARTLY,
    Standing.TO_START: Outcome.NOT_STARTED,
}


@dataclass(frozen=True, slots=True)
class Became:
    outcome: Outcome
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Relay:
    """To whom the child is passed on: an organisation of the network, or one told in words."""

    organisation: Organisation | None = None
    words: str = ""
    state: RelayState = RelayState.PROPOSED


@dataclass(frozen=True, kw_only=True)
class Ending:
    """`outcomes` by objective. `news`: somebody asks for news later, `news_by` or the coordination."""

    on: date
    national: NationalExit
    asked_by: AskedBy
    outcomes: Mapping[int, Became] = field(default_factory=dict)
    reason: Term | None = None
    said_by: str = ""
    said_how: str = ""
    words: str = ""
    strengths: str = ""
    relay: Relay | None = None
    news: bool = True
    news_by: User | None = None


@transaction.atomic
def close_pathway(*, pathway: Pathway, ending: Ending, by: User, at: datetime) -> Exit:
    """Raises CannotMove, with what is missing."""
    return _end(lock_pathway(pathway.pk), ending, "close", by=by, at=at)


@transaction.atomic
def withdraw(
    *,
    pathway: Pathway,
    said_by: str,
    said_how: ContactKind,
    on: date,
    by: User,
    at: datetime,
    asked_by: AskedBy = AskedBy.FAMILY,
    words: str = "",
    news: bool = False,
) -> Exit:
    """The family, or the child, stops: at any time, without a reason to give. Raises CannotMove.

    What became of each objective is taken from where it stood, and can be said better afterwards. Nobody
    asks for news unless the family said yes to it.
    """
    locked = lock_pathway(pathway.pk)
    ending = Ending(
        on=on,
        national=NationalExit.FAMILY_STOPPED,
        asked_by=asked_by,
        reason=word_for(NationalExit.FAMILY_STOPPED),
        outcomes=_where_things_stood(locked),
        said_by=said_by,
        said_how=said_how,
        words=words,
        news=news,
    )
    return _end(locked, ending, "withdraw", by=by, at=at)


@transaction.atomic
def close_after_death(*, pathway: Pathway, on: date, by: User, at: datetime, words: str = "") -> Exit:
    """Nothing is asked but the day; nobody takes news, nothing is printed. Raises CannotMove."""
    locked = lock_pathway(pathway.pk)
    ending = Ending(
        on=on,
        national=NationalExit.DEATH,
        asked_by=AskedBy.EVENT,
        reason=word_for(NationalExit.DEATH),
        outcomes=_where_things_stood(locked),
        words=words,
        news=False,
    )
    return _end(locked, ending, "close", by=by, at=at)


def _where_things_stood(pathway: Pathway) -> dict[int, Became]:
    return {aim.pk: Became(became_of(aim.standing)) for aim in pathway.objectives.filter(dropped_on=None)}


def became_of(standing: str) -> Outcome:
    return OUTCOME_OF.get(Standing(standing), Outcome.UNKNOWN)


def word_for(national: NationalExit) -> Term | None:
    """The town's own word for a national code; None where its list has none."""
    words = Term.objects.filter(kind=VocabularyKind.EXIT_REASON, national=national, active=True)
    return words.order_by("order", "pk").first()


def _end(pathway: Pathway, ending: Ending, name: str, *, by: User, at: datetime) -> Exit:
    if pathway.ended_on is not None:
        raise CannotMove(f"Ce parcours est déjà terminé, depuis le {day(pathway.ended_on)}.")
    _check(pathway, ending, today=timezone.localdate(at))
    made = _write(pathway, ending, by=by, at=at)
    stopping.stop(made, by=by, at=at)
    pathway.ended_on = ending.on
    move_pathway(pathway, name, by=by, at=at, fields=["ended_on"])
    if ending.news and ending.national not in WITHOUT_NEWS:
        _plan_news(made, ending.news_by)
    announce("pathways.pathway_ended", about=pathway, by=by, turn=str(made.pk))
    return made


def _check(pathway: Pathway, ending: Ending, *, today: date) -> None:
    if ending.on > today:
        raise CannotMove("La fin est à venir : notez-la le jour où le parcours se termine.")
    if ending.on < pathway.started_on:
        raise CannotMove(f"La fin précède le début du parcours, le {day(pathway.started_on)}.")
    last = lasting.last_trace(pathway)
    if last is not None and ending.on < last:
        raise CannotMove(
            f"Une rencontre, une présence ou une décision est notée le {day(last)} : "
            "la fin ne peut pas être avant."
        )
    _check_reason(ending.reason, ending.national, ending.said_by, ending.said_how)
    _check_outcomes(pathway, ending.outcomes)
    if ending.relay is not None and not (ending.relay.organisation or ending.relay.words.strip()):
        raise CannotMove("Dites vers qui est le relais.")


def _check_reason(reason: Term | None, national: str, said_by: str, said_how: str) -> None:
    if reason is not None and (reason.kind != VocabularyKind.EXIT_REASON or reason.national != national):
        raise CannotMove("Le motif est l’un des motifs de sortie de la ville.")
    if national == NationalExit.FAMILY_STOPPED and not (said_by.strip() and said_how):
        raise CannotMove("Dites qui, dans la famille, l’a dit, et comment.")


def _check_outcomes(pathway: Pathway, outcomes: Mapping[int, Became]) -> None:
    aims = set(pathway.objectives.filter(dropped_on=None).values_list("pk", flat=True))
    if missing := len(aims - set(outcomes)):
        objectives = "un objectif" if missing == 1 else f"{missing} objectifs"
        raise CannotMove(f"Dites ce qu’il en est de chaque objectif : il en manque {objectives}.")
    if set(outcomes) - aims:
        raise CannotMove("Un objectif n’est pas de ce parcours, ou n’est plus dans le contrat en vigueur.")


def _write(pathway: Pathway, ending: Ending, *, by: User, at: datetime) -> Exit:
    made = Exit.objects.create(
        pathway=pathway,
        on=ending.on,
        reason=ending.reason,
        national=ending.national,
        asked_by=ending.asked_by,
        said_by=ending.said_by.strip(),
        said_how=ending.said_how,
        words=ending.words.strip(),
        strengths=ending.strengths.strip(),
        by=by,
        noted_at=at,
        **_relay(ending.relay, on=ending.on, by=by, at=at),
    )
    ObjectiveOutcome.objects.bulk_create(
        ObjectiveOutcome(exit=made, objective_id=pk, outcome=item.outcome, words=item.words.strip())
        for pk, item in sorted(ending.outcomes.items())
    )
    journal.record(
        actor=by,
        act="pathways.exit_noted",
        target=made,
        at=at,
        child_id=pathway.child_id,
        fields=["on", "national", "asked_by", "outcomes", *(["relay"] if ending.relay else [])],
    )
    return made


def _relay(relay: Relay | None, *, on: date, by: User, at: datetime) -> dict[str, Any]:
    if relay is None or relay.state == RelayState.NONE:
        return {}
    return {
        "relay_organisation": relay.organisation,
        "relay_words": relay.words.strip(),
        "relay_state": relay.state,
        "relay_on": on,
        "relay_by": by,
        "relay_noted_at": at,
    }


def _plan_news(ending: Exit, user: User | None) -> None:
    """A family that stops said yes to once, in six months."""
    once = ending.national == NationalExit.FAMILY_STOPPED
    for months in NEWS_AFTER[:1] if once else NEWS_AFTER:
        due_on = rhythm.months_after(ending.on, months)
        AfterExit.objects.create(
            exit=ending,
            months=months,
            due_on=due_on,
            opens_on=due_on - OPENS_BEFORE,
            closes_on=due_on + CLOSES_AFTER,
            user=user,
        )


@transaction.atomic
def correct_exit(
    *,
    ending: Exit,
    by: User,
    at: datetime,
    outcomes: Mapping[int, Became] | None = None,
    reason: Term | None = None,
    national: NationalExit | None = None,
    **values: str,
) -> Exit:
    """Say better why it ended and what became of it; the day stays. Raises CannotMove.

    The former reason stays in the log: figures of a past year were frozen with it.
    """
    pathway = lock_pathway(ending.pathway_id)
    locked = Exit.objects.select_for_update(of=("self",)).get(pk=ending.pk)
    names = list(dict.fromkeys(["national", "asked_by", *values]))
    old = {name: getattr(locked, name) for name in names if name in CODES}
    if national is not None:
        said = [values.get(name, getattr(locked, name)) for name in ("said_by", "said_how")]
        _check_reason(reason, national, *said)
        locked.reason, locked.national = reason, national
    for name, value in values.items():
        setattr(locked, name, value.strip())
    locked.save()
    if outcomes is not None:
        _correct_outcomes(locked, outcomes)
    journal.record(
        actor=by,
        act="pathways.exit_corrected",
        target=locked,
        at=at,
        child_id=pathway.child_id,
        fields=[*names, *(["outcomes"] if outcomes is not None else [])],
        old={name: value for name, value in old.items() if getattr(locked, name) != value},
    )
    return locked


def _correct_outcomes(ending: Exit, outcomes: Mapping[int, Became]) -> None:
    known = {item.objective_id: item for item in ending.outcomes.select_for_update()}
    if set(outcomes) - set(known):
        raise CannotMove("Un objectif n’est pas de ce parcours, ou n’était plus en vigueur à la fin.")
    for pk, became in outcomes.items():
        known[pk].outcome, known[pk].words = became.outcome, became.words.strip()
    ObjectiveOutcome.objects.bulk_update(known.values(), ["outcome", "words"])


@dataclass(frozen=True, slots=True)
class Undone:
    pathway: Pathway
    back: GivenBack
    review_on: date | None  # the review that is to come again
    paused: bool


@transaction.atomic
def undo_exit(*, ending: Exit, by: User, at: datetime) -> Undone:
    """An exit noted by mistake, within a week: the pathway goes on as it was. Raises CannotMove.

    The log keeps that there was one, and its reason. After a week a return is a new pathway.
    """
    pathway = lock_pathway(ending.pathway_id)
    locked = Exit.objects.select_for_update(of=("self",)).filter(pk=ending.pk).first()
    if locked is None:
        raise CannotMove("Cette sortie a déjà été annulée.")
    if not may_be_undone(locked, timezone.localdate(at)):
        raise CannotMove(
            f"Une sortie s’annule dans les {UNDO_DAYS} jours. Passé ce délai, un retour est une nouvelle "
            "orientation, sur le même dossier."
        )
    others = Pathway.objects.filter(child=pathway.child_id).exclude(pk=pathway.pk)
    if others.exclude(ended_on__lt=pathway.started_on).exists():
        raise CannotMove("Un autre parcours a commencé depuis : cette sortie ne s’annule plus.")
    pauses = Suspension.objects.filter(pk__in=locked.stopped.exclude(suspension=None).values("suspension"))
    paused = bool(pauses.update(until_on=None))
    old = {"on": locked.on.isoformat(), "national": locked.national}
    pathway.ended_on = None
    name = "reopen_suspended" if paused else "reopen"
    move_pathway(pathway, name, by=by, at=at, fields=["ended_on"], old=old)
    back = stopping.give_back(locked)
    review = reviews.plan_again(pathway=pathway, because=stopping.OVER, by=by, at=at)
    locked.delete()
    announce("pathways.exit_undone", about=pathway, by=by, turn=f"{old['on']}-{at:%Y%m%d%H%M%S}")
    return Undone(pathway, back, review.due_on if review is not None else None, paused)


def may_be_undone(ending: Exit, on: date) -> bool:
    return (on - timezone.localdate(ending.noted_at)).days <= UNDO_DAYS
