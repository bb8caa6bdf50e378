"""What pages show of reviews: those to hold, how it went before and goes now, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.pathways import asking, permissions, rhythm
from core.pathways.asking import Asked
from core.pathways.enums import DecisionKind, Mark, PathwayState, ReviewDecision
from core.pathways.known import Known
from core.pathways.models import (
    Contract,
    Decision,
    Domain,
    DomainMark,
    Pathway,
    Review,
    ReviewLine,
    SchoolWord,
)
from core.pathways.workflow import ReviewState
from core.people.models import User
from core.ui import typography
from core.ui.shapes import Meaning

DECISION_MEANING: dict[str, Meaning] = {
    ReviewDecision.CONFIRM: "info",
    ReviewDecision.ADJUST: "attention",
    ReviewDecision.RENEW: "attention",
    ReviewDecision.END: "done",
}


def due_reviews(user: User, on: date) -> "QuerySet[Review]":
    """Reviews that are late, or soon to be held by the town's reminder, of the files open to `user`.

    The oldest date first; `review.is_late(on)` tells the two apart.
    """
    soon = on + timedelta(days=rhythm.of_town().review_reminder_days)
    rows = Review.objects.visible_to(user).planned().filter(due_on__lte=soon)
    return rows.select_related("pathway__child").by_date()  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True, slots=True)
class Place:
    """One of the five places of the scale on the picture."""

    x: int
    began: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """One domain, where it began and where it is; None where nobody has said."""

    domain: Domain
    before: Mark | None
    before_on: date | None
    now: Mark | None
    now_on: date | None

    @property
    def words(self) -> str:
        """The same as the picture, for who does not see it."""
        if self.before is None:
            return ""
        if self.now is None:
            return f"au départ : {self.before.label.lower()}"
        moved = int(self.now) - int(self.before)
        compared = "mieux" if moved > 0 else "moins bien" if moved < 0 else "comme au départ"
        return f"{self.now.label.lower()} ({compared})"

    @property
    def row(self) -> tuple[str, str, str]:
        before, now = ((str(mark.label) if mark else "–") for mark in (self.before, self.now))
        return self.domain.label, before, now

    @property
    def places(self) -> list[Place]:
        return [Place(20 * int(mark) - 10, mark == self.before, mark == self.now) for mark in Mark]

    @property
    def way(self) -> tuple[int, int] | None:
        """From where to where on the picture, when it moved."""
        if self.before is None or self.now is None or self.before == self.now:
            return None
        return 20 * int(self.before) - 10, 20 * int(self.now) - 10


@dataclass(frozen=True, slots=True)
class TrendFigure:
    """The picture and its table."""

    trends: list[Trend]

    @property
    def columns(self) -> tuple[str, ...]:
        return ("Domaine", "Au départ", "Au dernier bilan")

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        return [trend.row for trend in self.trends]


def trends(pathway: Pathway, domains: Iterable[Domain] = ()) -> list[Trend]:
    """By domain, in the town's order: those that were ever marked, and `domains` besides.

    Before is the entry; where a domain came later, its first review.
    """
    marks: dict[int, list[DomainMark]] = {}
    shown = {domain.pk: domain for domain in domains}
    rows = DomainMark.objects.filter(pathway=pathway).select_related("review", "domain")
    for mark in rows.order_by("pk"):
        marks.setdefault(mark.domain_id, []).append(mark)
        shown[mark.domain_id] = mark.domain
    in_order = sorted(shown.values(), key=lambda domain: (domain.order, domain.pk))
    return [_trend(domain, pathway, marks.get(domain.pk, [])) for domain in in_order]


def _trend(domain: Domain, pathway: Pathway, marks: list[DomainMark]) -> Trend:
    entry = next((mark for mark in marks if mark.review is None), None)
    held = sorted(
        (mark for mark in marks if mark.review is not None and mark.review.state == ReviewState.HELD),
        key=lambda mark: (mark.review.held_on, mark.pk),  # type: ignore[union-attr]
    )
    first = entry or (held[0] if held else None)
    last = held[-1] if held and held[-1] is not first else None
    return Trend(
        domain,
        Mark(first.mark) if first else None,
        _said_on(first, pathway),
        Mark(last.mark) if last else None,
        _said_on(last, pathway),
    )


def _said_on(mark: DomainMark | None, pathway: Pathway) -> date | None:
    if mark is None:
        return None
    return mark.review.held_on if mark.review is not None else pathway.started_on


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a review or the team asked for: `url` is empty for who may not do it; `post` for a button."""

    why: str
    what: str
    url: str = ""
    post: bool = False
    about: str = ""


def next_steps(known: Known, user: User, *, may_follow: bool) -> list[NextStep]:
    """Of an open pathway: the amendment that is under way, or what waits to be begun."""
    pathway, contract, living = known.pathway, known.contract, known.amendment
    if not known.goes_on:
        return []
    asked, decision = known.asked, known.decision
    if living is not None:
        steps = [_under_way(living, permissions.can_prepare(user, living))]
    else:
        waiting = asked if asked is not None and asking.waits(asked) else None
        steps = _to_amend(waiting, decision, contract, permissions.can_prepare(user, contract))
    pause = reverse("pathways:suspend_pathway", args=[pathway.pk]) if may_follow else ""
    if pathway.state == PathwayState.ACTIVE:
        steps += _to_pause(decision, pause)
    return steps + _to_end(asked, decision, exit_url(pathway) if may_follow else "")


def _under_way(living: Contract, may: bool) -> NextStep:
    return NextStep(
        f"{living.get_kind_display()} : {living.get_state_display().lower()}",
        "L’ouvrir",
        reverse("pathways:contract", args=[living.pk]) if may else "",
    )


def _to_amend(
    asked: Asked | None, decision: Decision | None, contract: Contract, may: bool
) -> list[NextStep]:
    reasons, renews = [], False
    if asked is not None and asked.review.held_on is not None:
        verb = "de renouveler" if asked.renews else "d’ajuster"
        reasons.append(f"Le bilan du {typography.day(asked.review.held_on)} propose {verb}")
        renews = asked.renews
    if decision is not None and decision.kind in asking.TO_AMEND:
        renews = renews or decision.kind == DecisionKind.RENEW
        reasons.append(_of_team(decision))
    if not reasons:
        return []
    what = "Préparer le renouvellement" if renews else "Préparer l’avenant"
    url = reverse("pathways:amend_contract", args=[contract.pk]) if may else ""
    return [NextStep(typography.enumeration(reasons), what, url, post=True)]


def _to_end(asked: Asked | None, decision: Decision | None, url: str) -> list[NextStep]:
    reasons = []
    if asked is not None and asked.ends and asked.review.held_on is not None:
        reasons.append(f"Le bilan du {typography.day(asked.review.held_on)} propose de terminer")
    if decision is not None and decision.kind == DecisionKind.EXIT:
        reasons.append(_of_team(decision))
    if not reasons:
        return []
    return [NextStep(typography.enumeration(reasons), "Préparer la sortie", url)]


def _to_pause(decision: Decision | None, url: str) -> list[NextStep]:
    if decision is None or decision.kind != DecisionKind.SUSPEND:
        return []
    return [NextStep(_of_team(decision), "Noter la suspension", url)]


def _of_team(decision: Decision) -> str:
    words = {
        DecisionKind.ADJUST: "d’ajuster",
        DecisionKind.RENEW: "de renouveler",
        DecisionKind.SUSPEND: "de suspendre",
        DecisionKind.EXIT: "de terminer",
    }
    return f"l’équipe a décidé {words[DecisionKind(decision.kind)]} le {typography.day(decision.decided_on)}"


def exit_url(pathway: Pathway) -> str:
    return reverse("pathways:exit", args=[pathway.pk])


@dataclass(frozen=True, slots=True)
class ReviewPanel:
    """What the page of a pathway says of its reviews."""

    planned: Review | None
    late: bool
    soon: bool
    held: list[Review]
    figure: TrendFigure
    steps: list[NextStep]
    departure: bool  # the point of departure is still to be said


def panel(known: Known, user: User, *, may_follow: bool, at: datetime) -> ReviewPanel:
    """A constant number of queries."""
    day = timezone.localdate(at)
    planned = next(iter(known.planned), None)
    found = trends(known.pathway)
    soon = day + timedelta(days=rhythm.of_town().review_reminder_days)
    return ReviewPanel(
        planned=planned,
        late=planned is not None and planned.is_late(day),
        soon=planned is not None and planned.due_on <= soon,
        held=list(reversed(known.held)),
        figure=TrendFigure(found),
        steps=next_steps(known, user, may_follow=may_follow),
        departure=known.goes_on and not found,
    )


@dataclass(frozen=True, slots=True)
class HeldLine:
    line: ReviewLine
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class HeldDomain:
    domain: Domain
    mark: Mark | None
    lines: list[HeldLine]


def held_domains(review: Review) -> list[HeldDomain]:
    """The lines of a held review by domain, each with how it goes there."""
    rows = review.lines.select_related("objective__domain").order_by(
        "objective__domain__order", "objective__domain_id", "objective_id"
    )
    marks = {mark.domain_id: Mark(mark.mark) for mark in review.marks.order_by("pk")}
    found: dict[int, HeldDomain] = {}
    for row in rows:
        domain = row.objective.domain
        block = found.setdefault(domain.pk, HeldDomain(domain, marks.get(domain.pk), []))
        block.lines.append(HeldLine(row, DECISION_MEANING[row.decision]))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class SchoolState:
    """The school's words for one review: what was answered, and what is awaited."""

    answered: list[SchoolWord]
    waiting: SchoolWord | None
    expired: bool


def school_state(review: Review, at: datetime) -> SchoolState:
    rows = list(review.school_words.select_related("asked_by").order_by("pk"))
    pending = [row for row in rows if row.answered_at is None and row.cancelled_at is None]
    waiting = next((row for row in pending if row.expires_at > at), None)
    return SchoolState(
        [row for row in rows if row.answered_at is not None], waiting, bool(pending) and waiting is None
    )
