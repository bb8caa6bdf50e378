"""What stops with a pathway: shown before an exit is noted, and read again afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.pathways import versions
from core.pathways.enums import ActionForm, PathwayState
from core.pathways.models import (
    Action,
    Appointment,
    Contract,
    Exit,
    FollowUp,
    Pathway,
    ReferentLink,
    Review,
    Session,
)
from core.pathways.operations import stopping
from core.pathways.workflow import ReviewState
from core.people.models import User


@dataclass(frozen=True, slots=True)
class Stops:
    """`unheld` are sessions of the past whose roll nobody called: they stay, to be noted."""

    actions: list[Action]
    groups: list[str]
    sessions: list[Session]
    unheld: int
    appointments: list[Appointment]
    amendment: Contract | None
    review: Review | None
    sharings: list[str]
    referent: User | None

    @property
    def nothing(self) -> bool:
        return not (
            self.actions
            or self.groups
            or self.sessions
            or self.appointments
            or self.sharings
            or self.referent
        )


def ahead(pathway: Pathway, on: date) -> Stops:
    """Of a pathway that goes on; a constant number of queries."""
    planned = list(stopping.planned_sessions(pathway).select_related("action"))
    sessions = [session for session in planned if session.on > on]
    going_on = stopping.participations(pathway, on).filter(action__form=ActionForm.GROUP)
    link = ReferentLink.objects.in_force(on).filter(child=pathway.child_id).select_related("user").first()
    return Stops(
        actions=list(stopping.individual_actions(pathway)),
        groups=[item.action.title for item in going_on.select_related("action")],
        sessions=sessions,
        unheld=len(planned) - len(sessions),
        appointments=list(stopping.planned_appointments(pathway)),
        amendment=versions.living_amendment(pathway),
        review=Review.objects.filter(pathway=pathway, state=ReviewState.PLANNED).first(),
        sharings=_sharings(versions.in_force(pathway)),
        referent=link.user if link else None,
    )


def behind(ending: Exit) -> Stops:
    """What an exit stopped, as it was written down that day."""
    rows = list(
        ending.stopped.select_related(
            "action", "session__action", "appointment", "amendment", "link__user", "participation__action"
        ).order_by("pk")
    )
    taken = [row.participation.action for row in rows if row.participation is not None]
    return Stops(
        actions=[row.action for row in rows if row.action is not None],
        groups=[action.title for action in taken if action.is_group],
        sessions=[row.session for row in rows if row.session is not None],
        unheld=0,
        appointments=[row.appointment for row in rows if row.appointment is not None],
        amendment=_first(row.amendment for row in rows),
        review=_set_aside(ending.pathway),
        sharings=_sharings(versions.in_force(ending.pathway)),
        referent=next((row.link.user for row in rows if row.link is not None), None),
    )


def _set_aside(pathway: Pathway) -> Review | None:
    over = Review.objects.filter(
        pathway=pathway, state=ReviewState.CANCELLED, cancelled_because=stopping.OVER
    )
    return over.order_by("-pk").first()


def _first(rows: Iterable[Contract | None]) -> Contract | None:
    return next((row for row in rows if row is not None), None)


def _sharings(contract: Contract) -> list[str]:
    rows = contract.sharings.select_related("organisation").order_by("organisation__name", "pk")
    return [item.organisation.name for item in rows]


def promised(pathway: Pathway) -> list[FollowUp]:
    """What the team promised and nobody did yet: an end does not settle it."""
    rows = FollowUp.objects.filter(
        decision__child=pathway.child_id,
        decision__cancelled_on=None,
        decision__decided_on__gte=pathway.started_on,
        done_on=None,
    )
    if pathway.state == PathwayState.ENDED and pathway.ended_on is not None:
        rows = rows.filter(decision__decided_on__lte=pathway.ended_on)
    return list(rows.order_by("due_on", "pk"))
