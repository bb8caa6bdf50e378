"""What a review or the team asked for and nobody has carried out yet: the next step of a pathway.

The step is an act of its own (an amendment or a renewal is signed again, an exit has its page). Until it is
done it is offered, and nothing happens by itself.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from core.pathways.enums import DecisionKind, ReviewDecision
from core.pathways.models import Contract, Decision, Pathway, Review, Suspension
from core.pathways.workflow import ContractState

TO_AMEND = (DecisionKind.ADJUST, DecisionKind.RENEW)
LEADING_ON = (*TO_AMEND, DecisionKind.SUSPEND, DecisionKind.EXIT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the lines of a held review ask for, taken together."""

    review: Review
    decisions: frozenset[str]

    @property
    def renews(self) -> bool:
        return ReviewDecision.RENEW in self.decisions

    @property
    def changes(self) -> bool:
        return self.renews or ReviewDecision.ADJUST in self.decisions

    @property
    def ends(self) -> bool:
        """Every objective is at its end: the pathway is too, once somebody says so."""
        return self.decisions == {ReviewDecision.END}


def last_review(pathway: Pathway) -> Asked | None:
    """The last held review with what it asks for."""
    review = Review.objects.held().filter(pathway=pathway).order_by("-held_on", "-pk").first()
    return asked_by(review) if review is not None else None


def asked_by(review: Review) -> Asked:
    return Asked(review, frozenset(review.lines.order_by("pk").values_list("decision", flat=True)))


def review_to_follow(pathway: Pathway) -> Asked | None:
    """The last held review, if it asks for a change of the contract that nothing has taken up."""
    asked = last_review(pathway)
    return asked if asked is not None and waits(asked) else None


def waits(asked: Asked) -> bool:
    """Whether it asks for a change of the contract that nothing has taken up."""
    return asked.changes and not _taken_up(Contract.objects.filter(review=asked.review))


def decision_to_follow(pathway: Pathway) -> Decision | None:
    """The team's last decision on this open pathway, if it leads on and nothing has taken it up."""
    taken = Decision.objects.filter(
        child=pathway.child_id, referral=None, cancelled_on=None, decided_on__gte=pathway.started_on
    )
    decision = taken.order_by("-decided_on", "-pk").first()
    if decision is None or decision.kind not in LEADING_ON:
        return None
    if _taken_up(Contract.objects.filter(decision=decision)):
        return None
    if decision.kind == DecisionKind.SUSPEND and _paused_since(pathway, decision):
        return None
    return decision


def _paused_since(pathway: Pathway, decision: Decision) -> bool:
    return Suspension.objects.filter(pathway=pathway, noted_at__gte=decision.noted_at).exists()


def _taken_up(contracts: "QuerySet[Contract]") -> bool:
    return contracts.exclude(state=ContractState.VOID).exists()
