"""A few made-up reviews: held with before and after, one due, one late, one school that answered.

Through the operations that pages call.
"""

import random
from datetime import date, datetime, timedelta

from django.utils import timezone

from core.children.models import Enrolment
from core.pathways import rhythm
from core.pathways.enums import Mark, ReviewDecision, Standing, WithWhom
from core.pathways.models import Objective, Pathway, ReferentLink, Review
from core.pathways.operations import reviews, school_words
from core.pathways.operations.reviews import LineTold, ReviewTold
from core.pathways.operations.school_words import Agreed
from core.pathways.signers import guardians_who_may_sign
from core.people.models import User

SEEN = (
    "Vient quatre jours sur quatre depuis un mois.",
    "A lu une page à voix haute devant les autres.",
    "A invité un camarade à la maison.",
)
CHILD = ("J’aime bien le mercredi.", "C’est plus facile qu’avant.", "Je veux continuer.")
FAMILY = ("À la maison, les devoirs se passent mieux.", "On se parle plus avec l’école.")
KEPT = ("De vrais progrès, à consolider.", "L’envie est là, le rythme se prend.")
SCHOOL = {
    "goes_well": "Lève la main, aide les autres à ranger.",
    "class_work": "Finit ses exercices quand la consigne est lue à deux.",
    "with_others": "Joue avec deux camarades à chaque récréation.",
    "would_help": "Un moment calme avant la classe.",
}


def review_some(*, by: User, at: datetime, chance: random.Random) -> None:
    """In the entered town, once its pathways are there."""
    _Reviews(by, at, chance).go()


class _Reviews:
    def __init__(self, by: User, at: datetime, chance: random.Random) -> None:
        self.by, self.at, self.chance = by, at, chance
        self.today = timezone.localdate(at)
        links = ReferentLink.objects.in_force(self.today).select_related("user").order_by("pk")
        self.referents = {link.child_id: link.user for link in links}

    def go(self) -> None:
        turn = rhythm.of_town().review_months
        late = rhythm.months_after(self.today - timedelta(days=20), -turn)
        due = rhythm.months_after(self.today + timedelta(days=8), -turn)
        wanted = [
            (late, ReviewDecision.CONFIRM),
            (due, ReviewDecision.CONFIRM),
            (self.today - timedelta(days=40), ReviewDecision.CONFIRM),
            (self.today - timedelta(days=6), ReviewDecision.RENEW),
        ]
        rows = list(
            Pathway.objects.filter(ended_on=None).select_related("child").order_by("started_on", "pk")
        )
        for pathway, (on, decision) in zip(rows, wanted, strict=False):
            if pathway.started_on < on:
                self._hold(pathway, on, decision)
        for pathway in rows[len(wanted) :]:
            if self._school_answers(pathway):
                break

    def _hold(self, pathway: Pathway, on: date, decision: ReviewDecision) -> None:
        review = Review.objects.planned().get(pathway=pathway)
        objectives = list(
            Objective.objects.filter(pathway=pathway).in_force().select_related("domain").by_domain()
        )
        domains = dict.fromkeys(objective.domain for objective in objectives)
        told = ReviewTold(
            held_on=on,
            with_whom=WithWhom.BOTH,
            who_was_there=f"{pathway.child.first_name}, sa mère",
            conclusion=self.chance.choice(KEPT),
            child_words=self.chance.choice(CHILD),
            family_words=self.chance.choice(FAMILY),
            lines=[self._line(objective, decision) for objective in objectives],
            before={domain: self.chance.choice((Mark.VERY_HARD, Mark.HARD)) for domain in domains},
            marks={
                domain: self.chance.choice((Mark.HARD, Mark.IT_DEPENDS, Mark.RATHER_WELL))
                for domain in domains
            },
        )
        reviews.hold_review(
            review=review, told=told, version=review.version, by=self._referent(pathway), at=self.at
        )

    def _line(self, objective: Objective, decision: ReviewDecision) -> LineTold:
        return LineTold(
            objective=objective,
            decision=decision,
            standing=self.chance.choice((Standing.UNDER_WAY, Standing.PARTLY)),
            observed=self.chance.choice(SEEN),
        )

    def _referent(self, pathway: Pathway) -> User:
        return self.referents.get(pathway.child_id, self.by)

    def _school_answers(self, pathway: Pathway) -> bool:
        """Asked with the mother's yes, and answered: for a child whose school is known."""
        if not Enrolment.objects.filter(child=pathway.child_id).on(self.today).exclude(school=None).exists():
            return False
        adults = guardians_who_may_sign(pathway.contract, self.today)
        if not adults or pathway.child.is_adult_on(self.today):
            return False
        asked = school_words.ask_school(
            review=Review.objects.planned().get(pathway=pathway),
            agreed=Agreed(adults[0], self.today),
            by=self._referent(pathway),
            at=self.at,
        )
        token = asked.address.rstrip("/").rpartition("/")[2]
        proof = school_words.enter_code(token=token, code=asked.code, at=self.at)
        school_words.answer(
            token=token, proof=proof, teacher="Mme Fictive, enseignante", answers=SCHOOL, at=self.at
        )
        return True
