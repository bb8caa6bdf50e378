"""What a review needs to be held. Call inside a town."""

from datetime import date, datetime
from typing import Any

from core.pathways.enums import Mark, Part, ReviewDecision, Standing, Way, WithWhom
from core.pathways.models import Objective, Pathway, Review, Signature
from core.pathways.operations import reviews, signing
from core.pathways.operations.reviews import LineTold, ReviewTold
from core.pathways.operations.signing import Evidence
from core.people.models import User
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY


class LongLife(Life):
    """A pathway taken over from papers that were signed at `since`: there is room for years of reviews."""

    def __init__(self, since: datetime, **values: Any) -> None:
        self.since = since
        super().__init__(**values)

    def sign(self, part: Part, **values: Any) -> Signature:
        return signing.sign(
            contract=self.contract,
            part=part,
            signer=self.signer(part),
            evidence=Evidence(way=Way.IMPORTED, signed_on=self.since.date()),
            by=self.coordinator,
            at=self.since,
        )


def planned(pathway: Pathway) -> Review:
    return Review.objects.planned().get(pathway=pathway)


def line(objective: Objective, **values: Any) -> LineTold:
    said = {
        "decision": ReviewDecision.CONFIRM,
        "standing": Standing.UNDER_WAY,
        "observed": "A lu deux pages à voix haute.",
    }
    return LineTold(objective=objective, **{**said, **values})


def told(pathway: Pathway, *, lines: list[LineTold] | None = None, **values: Any) -> ReviewTold:
    """Every objective in force is confirmed, its domain marked 2 before and 4 now, unless said otherwise."""
    objectives = list(
        Objective.objects.filter(pathway=pathway).in_force().select_related("domain").by_domain()
    )
    domains = {objective.domain for objective in objectives}
    said: dict[str, Any] = {
        "held_on": TODAY,
        "with_whom": WithWhom.BOTH,
        "who_was_there": "Aïcha, sa mère",
        "conclusion": "Elle lit avec plaisir.",
        "before": dict.fromkeys(domains, Mark.HARD),
        "marks": dict.fromkeys(domains, Mark.RATHER_WELL),
    }
    return ReviewTold(
        lines=lines if lines is not None else [line(item) for item in objectives], **{**said, **values}
    )


def held(
    life: Life, *, by: User | None = None, at: datetime = NOW, on: date = TODAY, **values: Any
) -> Review:
    review = planned(life.pathway)
    return reviews.hold_review(
        review=review,
        told=told(life.pathway, held_on=on, **values),
        version=review.version,
        by=by or life.referent,
        at=at,
    )


def decided(life: Life, decision: ReviewDecision, **values: Any) -> Review:
    """A held review in which every objective got this decision."""
    objectives = Objective.objects.filter(pathway=life.pathway).in_force().by_domain()
    return held(life, lines=[line(item, decision=decision) for item in objectives], **values)
