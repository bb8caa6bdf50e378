"""Objectives, actions, sessions, presences and encounters of a period."""

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from core.pathways.enums import Presence
from core.pathways.models import (
    Action,
    Attendance,
    Encounter,
    Objective,
    ParentAttendance,
    ParentParticipation,
    Session,
)
from core.pathways.workflow import SessionState
from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows.children import pathways_of, presences_of
from core.reporting.indicators.rows.source import Rows


def counted_objectives(moment: Moment) -> "QuerySet[Objective]":
    in_force = Q(dropped_on=None) | Q(dropped_on__gte=moment.first)
    return Objective.objects.filter(
        in_force, since_on__lte=moment.on, pathway__in=pathways_of(moment).values("pk")
    ).annotate(by_domain=F("domain__national"), by_wished_by=F("wished_by"))


def actions_of(moment: Moment) -> "QuerySet[Action]":
    """Under way at least one day of the period."""
    return Action.objects.filter(Q(ended_on=None) | Q(ended_on__gte=moment.first), started_on__lte=moment.on)


def counted_actions(moment: Moment) -> "QuerySet[Action]":
    return actions_of(moment).annotate(
        by_domain=F("domain__national"), by_origin=F("origin"), by_form=F("form")
    )


def counted_sessions(moment: Moment) -> "QuerySet[Session]":
    return Session.objects.filter(state=SessionState.HELD, on__gte=moment.first, on__lte=moment.on).annotate(
        by_domain=F("action__domain__national"), by_origin=F("action__origin"), by_form=F("action__form")
    )


def counted_presences(moment: Moment) -> "QuerySet[Attendance]":
    return presences_of(moment).annotate(by_presence=F("presence"), by_form=F("session__action__form"))


def counted_encounters(moment: Moment) -> "QuerySet[Encounter]":
    return Encounter.objects.filter(reached=True, on__gte=moment.first, on__lte=moment.on).annotate(
        by_encounter=F("kind")
    )


def counted_parents(moment: Moment) -> "QuerySet[ParentParticipation]":
    """An adult known by name counts once over all groups; a first name alone once a group."""
    present = ParentAttendance.objects.filter(
        presence=Presence.PRESENT,
        session__state=SessionState.HELD,
        session__on__gte=moment.first,
        session__on__lte=moment.on,
    )
    return ParentParticipation.objects.filter(pk__in=present.values("parent")).annotate(
        person=Coalesce(F("guardian_id"), -F("pk"))
    )


PARENTS = Rows("parents", counted_parents, counted="person")
OBJECTIVES = Rows("objectives", counted_objectives, ("domain", "wished_by"), child="pathway__child")
ACTIONS = Rows("actions", counted_actions, ("domain", "origin", "form"))
SESSIONS = Rows("sessions", counted_sessions, ("domain", "origin", "form"), minutes="minutes")
PRESENCES = Rows("presences", counted_presences, ("presence", "form"), child="participation__child")
ENCOUNTERS = Rows("encounters", counted_encounters, ("encounter",), child="pathway__child")
