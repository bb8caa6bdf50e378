"""The rows that several parts of one page read of a pathway: each table asked once, when it is first needed.

For one page that is read; an operation asks anew.
"""

from datetime import date
from functools import cached_property

from django.db.models import Q

from core.pathways import asking
from core.pathways.asking import Asked
from core.pathways.enums import DecisionKind, PathwayState
from core.pathways.models import (
    Appointment,
    Attendance,
    Contract,
    Decision,
    Exit,
    HandOver,
    Participation,
    Pathway,
    Review,
    Suspension,
)
from core.pathways.workflow import ContractState, ReviewState


class Known:
    def __init__(self, pathway: Pathway) -> None:
        self.pathway = pathway

    @property
    def goes_on(self) -> bool:
        return self.pathway.state != PathwayState.ENDED

    @cached_property
    def _contracts(self) -> list[Contract]:
        own = Q(opened_pathway=self.pathway.pk) | Q(pathway=self.pathway.pk)
        rows = Contract.objects.filter(own).exclude(state=ContractState.VOID)
        return list(rows.select_related("referral", "coordinator").order_by("pk"))

    @property
    def versions(self) -> list[Contract]:
        """What all four signed, the entry first: the last one is in force."""
        return [contract for contract in self._contracts if contract.is_complete]

    @property
    def contract(self) -> Contract:
        return self.versions[-1]

    @property
    def amendment(self) -> Contract | None:
        """The one that is being written or signed."""
        return next((contract for contract in self._contracts if not contract.is_complete), None)

    @cached_property
    def participations(self) -> list[Participation]:
        """In actions for an objective of this pathway, the latest first."""
        rows = Participation.objects.filter(objective__pathway=self.pathway)
        rows = rows.select_related("action__worker", "action__organisation")
        return list(rows.order_by("-action__planned_from", "-pk"))

    @cached_property
    def attendances(self) -> list[Attendance]:
        """Of the child since the pathway began, and in what is done for it."""
        told = Q(session__on__gte=self.pathway.started_on) | Q(participation__objective__pathway=self.pathway)
        rows = Attendance.objects.filter(told, participation__child=self.pathway.child_id)
        return list(rows.select_related("session__action").order_by("pk"))

    @cached_property
    def reviews(self) -> list[Review]:
        return list(Review.objects.filter(pathway=self.pathway).select_related("by").by_date())

    @property
    def held(self) -> list[Review]:
        return [review for review in self.reviews if review.state == ReviewState.HELD]

    @property
    def planned(self) -> list[Review]:
        """To be held, while the pathway goes on."""
        return [row for row in self.reviews if self.goes_on and row.state == ReviewState.PLANNED]

    @cached_property
    def appointments(self) -> list[Appointment]:
        rows = Appointment.objects.filter(pathway=self.pathway).select_related("user")
        return list(rows.order_by("at", "pk"))

    @cached_property
    def suspensions(self) -> list[Suspension]:
        rows = Suspension.objects.filter(pathway=self.pathway).select_related("by")
        return list(rows.order_by("pk"))

    @cached_property
    def exit(self) -> Exit | None:
        rows = Exit.objects.filter(pathway=self.pathway)
        return rows.select_related("reason", "relay_organisation", "by").first()

    @cached_property
    def hand_overs(self) -> list[HandOver]:
        return hand_overs_of(self.pathway.child_id)

    @cached_property
    def asked(self) -> Asked | None:
        """What the last held review asks for."""
        last = max(self.held, key=lambda row: (row.held_on or date.min, row.pk), default=None)
        return asking.asked_by(last) if last is not None else None

    @cached_property
    def decision(self) -> Decision | None:
        return asking.decision_to_follow(self.pathway)

    @property
    def end_asked(self) -> bool:
        """A review ends every objective, or the team decided the end: who follows may note it."""
        by_team = self.decision is not None and self.decision.kind == DecisionKind.EXIT
        return by_team or (self.asked is not None and self.asked.ends)


def hand_overs_of(child_id: int) -> list[HandOver]:
    """By date, those cancelled left out."""
    rows = HandOver.objects.kept().filter(new__child=child_id)
    return list(rows.select_related("new__user", "former__user", "by").order_by("on", "pk"))
