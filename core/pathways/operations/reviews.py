"""Reviews: planned by the town's rhythm, written without losing a word, held once, and what follows.

A pathway that is past its review stays late until one is held: nothing here closes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.pathways import rhythm, workflow
from core.pathways.enums import Mark, PathwayState, ReviewDecision, Standing, WithWhom
from core.pathways.models import (
    Domain,
    DomainMark,
    Objective,
    Pathway,
    Review,
    ReviewLine,
    ReviewNote,
    SchoolWord,
)
from core.pathways.operations.objectives import say_standing
from core.pathways.operations.transitions import ENDED, CannotMove, lock_pathway
from core.pathways.workflow import ReviewState
from core.people.models import User
from core.ui.typography import day as in_words

NIGHTLY = "travail planifié"
NOTE_LENGTH = 300


class WrittenMeanwhile(CannotMove):
    """Another screen saved this review first; `review` holds what it wrote. Nothing was overwritten."""

    def __init__(self, review: Review) -> None:
        super().__init__("Quelqu’un a écrit dans ce bilan en même temps que vous. Rien n’a été effacé.")
        self.review = review


@dataclass(frozen=True, kw_only=True)
class LineTold:
    """One objective as it is looked at: facts apart from what one makes of them."""

    objective: Objective
    decision: ReviewDecision
    standing: Standing
    observed: str = ""
    judgement: str = ""
    child_words: str = ""
    family_words: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewTold:
    """All that a held review says. `before` gives the point of departure of domains that have none yet."""

    held_on: date
    with_whom: WithWhom
    who_was_there: str
    conclusion: str
    lines: Iterable[LineTold]
    child_words: str = ""
    family_words: str = ""
    marks: Mapping[Domain, Mark]
    before: Mapping[Domain, Mark]
    next_due_on: date | None = None  # by the town's rhythm unless said


def plan_first(pathway: Pathway, *, by: User | None, at: datetime) -> Review:
    """In the transaction in which the pathway starts."""
    due_on = rhythm.of_town().first_due(pathway.started_on, on=timezone.localdate(at))
    return _plan(pathway, due_on, by=by, at=at)


@transaction.atomic
def plan_missing(*, at: datetime) -> int:
    """Give pathways that go on and have no review to come theirs; answers with how many.

    Those that began before there were reviews, or were brought in by other ways than a fourth signature.
    """
    planned = Review.objects.filter(state=ReviewState.PLANNED).values("pathway")
    waiting = Pathway.objects.filter(state=PathwayState.ACTIVE).exclude(pk__in=planned)
    rows = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for pathway in rows:
        _plan_next(pathway, by=None, at=at)
    return len(rows)


@transaction.atomic
def plan_review(*, pathway: Pathway, by: User, at: datetime) -> Review:
    """The review to come of this pathway, planned now if nothing had planned it. Raises CannotMove."""
    locked = _open(pathway.pk)
    known = Review.objects.filter(pathway=locked, state=ReviewState.PLANNED).first()
    return known or _plan_next(locked, by=by, at=at)


@transaction.atomic
def save_draft(*, review: Review, version: int, draft: Mapping[str, str], by: User, at: datetime) -> Review:
    """Keep what is typed, if it was typed over the last version. Raises WrittenMeanwhile, CannotMove.

    The same text again (an answer that got lost on its way, a second press) is kept once.
    """
    locked = _lock(review.pk)
    _check_planned(locked)
    wanted = dict(draft)
    if locked.draft == wanted:
        return locked
    if locked.version != version:
        raise WrittenMeanwhile(locked)
    locked.draft, locked.version, locked.saved_at, locked.saved_by = wanted, version + 1, at, by
    locked.save(update_fields=["draft", "version", "saved_at", "saved_by"])
    _note(locked, "review_draft_saved", by=by, at=at, fields=["draft"])
    return locked


@transaction.atomic
def hold_review(*, review: Review, told: ReviewTold, version: int, by: User, at: datetime) -> Review:
    """Close the review: its lines, its marks, where objectives stand, and the date of the next one.

    `version` is that of the draft it was typed over. Raises WrittenMeanwhile, CannotMove.
    """
    pathway = _open(review.pathway_id)
    locked = _lock(review.pk)
    _check_planned(locked)
    if locked.version != version:
        raise WrittenMeanwhile(locked)
    lines = list(told.lines)
    _check_days(locked, pathway, told, at)
    _check_lines(pathway, lines)
    _mark(locked, pathway, told, by=by, at=at)
    ReviewLine.objects.bulk_create(_line(locked, line) for line in lines)
    _say_standings(lines, told.held_on, by=by, at=at)
    SchoolWord.objects.filter(review=locked, answered_at=None, cancelled_at=None).update(cancelled_at=at)
    locked.held_on, locked.with_whom = told.held_on, told.with_whom
    locked.who_was_there, locked.conclusion = told.who_was_there.strip(), told.conclusion.strip()
    locked.child_words, locked.family_words = told.child_words.strip(), told.family_words.strip()
    locked.by, locked.noted_at, locked.draft = by, at, {}
    names = ["held_on", "with_whom", "who_was_there", "conclusion", "child_words", "family_words"]
    _move(locked, "hold", by=by, at=at, fields=[*names, "by", "noted_at", "draft"])
    _plan(pathway, told.next_due_on or rhythm.of_town().next_due(told.held_on), by=by, at=at)
    return locked


@transaction.atomic
def add_note(*, review: Review, text: str, by: User, at: datetime) -> ReviewNote:
    """What is added to a held review, or put right in it. Raises CannotMove."""
    locked = _lock(review.pk)
    if locked.state != ReviewState.HELD:
        raise CannotMove("Ce bilan n’a pas encore eu lieu : écrivez directement dedans.")
    if not text.strip():
        raise CannotMove("Écrivez la note.")
    note = ReviewNote.objects.create(review=locked, text=text.strip(), by=by, noted_at=at)
    _note(locked, "review_note_added", by=by, at=at)
    return note


@transaction.atomic
def say_departure(*, pathway: Pathway, marks: Mapping[Domain, Mark], by: User, at: datetime) -> None:
    """How it went at entry, by domain; can be put right until a review has looked at the domain.

    Raises CannotMove.
    """
    locked = _open(pathway.pk)
    looked_at = set(
        DomainMark.objects.filter(pathway=locked).exclude(review=None).values_list("domain", flat=True)
    )
    for domain, mark in marks.items():
        known = DomainMark.objects.filter(pathway=locked, review=None, domain=domain).first()
        if known is not None and known.mark == mark:
            continue
        if domain.pk in looked_at:
            raise CannotMove(f"{domain.label} : un bilan part déjà de ce point de départ.")
        DomainMark.objects.update_or_create(
            pathway=locked, review=None, domain=domain, defaults={"mark": mark, "by": by, "noted_at": at}
        )
    journal.record(
        actor=by,
        act="pathways.departure_said",
        target=locked,
        at=at,
        child_id=locked.child_id,
        fields=["marks"],
    )


@transaction.atomic
def cancel_planned(*, pathway: Pathway, because: str, by: User | None, at: datetime) -> int:
    """The review to come has no object any more: the pathway ends, or pauses. What was typed for it stays.

    To be called in that transaction. Answers with how many there were: one, or none.
    """
    rows = Review.objects.select_for_update(of=("self",)).filter(pathway=pathway, state=ReviewState.PLANNED)
    found = list(rows.order_by("pk"))
    for review in found:
        review.cancelled_because = because.strip()
        _move(review, "cancel", by=by, at=at, fields=["cancelled_because"])
        open_words = SchoolWord.objects.filter(review=review, answered_at=None, cancelled_at=None)
        open_words.update(cancelled_at=at)
    return len(found)


def forget_planned(pathway: Pathway) -> None:
    """Of a pathway that was over before the platform knew it: its review was never to be held."""
    Review.objects.filter(pathway=pathway, state=ReviewState.PLANNED).delete()


@transaction.atomic
def plan_again(
    *, pathway: Pathway, because: str, by: User, at: datetime, not_before: date | None = None
) -> Review | None:
    """The review that `cancel_planned` set aside for `because` is to come again, with what was typed for it.

    On the same date, or on `not_before` where that has passed. What was set aside stays as it is: this is
    another row. None where the last review was set aside for something else, which goes on.
    """
    last = Review.objects.filter(pathway=pathway).order_by("-pk").first()
    if last is None or last.state != ReviewState.CANCELLED:
        return plan_review(pathway=pathway, by=by, at=at)
    if last.cancelled_because != because:
        return None
    due_on = max(last.due_on, not_before) if not_before else last.due_on
    review = _plan(_open(pathway.pk), due_on, by=by, at=at)
    review.draft, review.version = last.draft, last.version
    review.saved_at, review.saved_by = last.saved_at, last.saved_by
    review.save(update_fields=["draft", "version", "saved_at", "saved_by"])
    return review


def _plan_next(pathway: Pathway, *, by: User | None, at: datetime) -> Review:
    last = Review.objects.held().filter(pathway=pathway).order_by("-held_on", "-pk").first()
    if last is None or last.held_on is None:
        return plan_first(pathway, by=by, at=at)
    return _plan(pathway, rhythm.of_town().next_due(last.held_on), by=by, at=at)


def _plan(pathway: Pathway, due_on: date, *, by: User | None, at: datetime) -> Review:
    review = Review.objects.create(pathway=pathway, due_on=due_on, planned_at=at)
    _note(review, "review_planned", by=by, at=at, fields=["due_on"])
    return review


def _open(pk: int) -> Pathway:
    locked = lock_pathway(pk)
    if locked.state == PathwayState.ENDED:
        raise CannotMove(ENDED)
    return locked


def _lock(pk: int) -> Review:
    rows = Review.objects.select_for_update(of=("self",)).select_related("pathway")
    return rows.get(pk=pk)


def _check_planned(review: Review) -> None:
    if review.state == ReviewState.HELD:
        raise CannotMove("Ce bilan est déjà fait : ajoutez une note datée.")
    if review.state == ReviewState.CANCELLED or review.pathway.state == PathwayState.ENDED:
        raise CannotMove(ENDED)


def _check_days(review: Review, pathway: Pathway, told: ReviewTold, at: datetime) -> None:
    if told.held_on > timezone.localdate(at):
        raise CannotMove("La date du bilan est à venir : enregistrez-le, vous le terminerez ce jour-là.")
    if told.held_on < pathway.started_on:
        raise CannotMove(f"Le parcours commence le {in_words(pathway.started_on)} : le bilan vient après.")
    last = (
        Review.objects.held().filter(pathway=pathway, held_on__gt=told.held_on).order_by("-held_on").first()
    )
    if last is not None and last.held_on is not None:
        raise CannotMove(f"Un bilan a déjà eu lieu après ce jour, le {in_words(last.held_on)}.")
    following = told.next_due_on
    if following is not None and not timedelta(0) < following - told.held_on <= timedelta(rhythm.LONGEST):
        raise CannotMove("Le prochain bilan vient après celui-ci, et dans l’année.")


def _check_lines(pathway: Pathway, lines: list[LineTold]) -> None:
    """One line for each objective of the contract in force, as it is at this moment."""
    wanted = {item.pk: item for item in Objective.objects.filter(pathway=pathway).in_force().order_by("pk")}
    given = [line.objective.pk for line in lines]
    missing = [item.text for pk, item in wanted.items() if pk not in given]
    if missing:
        raise CannotMove(f"Il manque une décision pour : {' ; '.join(missing)}.")
    if len(given) != len(set(given)) or set(given) - wanted.keys():
        raise CannotMove(
            "Un avenant vient de changer les objectifs : relisez la page, votre saisie est gardée."
        )
    for line in lines:
        if not line.observed.strip() and (line.judgement.strip() or line.decision != ReviewDecision.CONFIRM):
            raise CannotMove(f"« {line.objective.text} » : dites d’abord ce qui a été observé.")


def _line(review: Review, line: LineTold) -> ReviewLine:
    return ReviewLine(
        review=review,
        objective=line.objective,
        observed=line.observed.strip(),
        judgement=line.judgement.strip(),
        child_words=line.child_words.strip(),
        family_words=line.family_words.strip(),
        decision=line.decision,
        standing=line.standing,
    )


def _mark(review: Review, pathway: Pathway, told: ReviewTold, *, by: User, at: datetime) -> None:
    known = DomainMark.objects.filter(pathway=pathway)
    begun = set(known.values_list("domain", flat=True))
    rows = [(None, told.before, begun), (review, told.marks, set())]
    DomainMark.objects.bulk_create(
        DomainMark(pathway=pathway, review=of, domain=domain, mark=mark, by=by, noted_at=at)
        for of, marks, skipped in rows
        for domain, mark in marks.items()
        if domain.pk not in skipped
    )


def _say_standings(lines: list[LineTold], on: date, *, by: User, at: datetime) -> None:
    """What was said of an objective after the day of the review stays."""
    for line in lines:
        objective = line.objective
        if objective.standing_on is not None and objective.standing_on > on:
            continue
        note = line.observed.strip()
        if note or line.standing != objective.standing:
            short = note if len(note) <= NOTE_LENGTH else f"{note[: NOTE_LENGTH - 1].rstrip()}…"
            say_standing(objective=objective, standing=line.standing, note=short, on=on, by=by, at=at)


def _move(review: Review, name: str, *, by: User | None, at: datetime, fields: list[str]) -> None:
    transition = workflow.REVIEW[name]
    if review.state not in transition.sources:
        raise CannotMove(f"Ce bilan est « {review.get_state_display()} » : cet acte n’est pas possible.")
    review.state = transition.target
    names = ["state", *fields]
    review.save(update_fields=names)
    _note(review, f"review_{name}", by=by, at=at, fields=names)


def _note(review: Review, act: str, *, by: User | None, at: datetime, fields: Iterable[str] = ()) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else NIGHTLY,
        act=f"pathways.{act}",
        target=review,
        at=at,
        child_id=review.pathway.child_id,
        fields=fields,
    )
