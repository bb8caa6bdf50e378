"""Roll-calls whose day has come, and the sessions of a week, for one person: titles and times, no name."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.partners.access import under_agreement
from core.pathways.enums import ActionForm
from core.pathways.models import Action, Participation, ReferentLink, Session
from core.pathways.models.session import SessionQuerySet
from core.pathways.workflow import LIVING_ACTION, SessionState
from core.people.enums import Role
from core.people.models import User

FORGOTTEN_AFTER = timedelta(days=2)  # then the coordination sees it too
SHOWN = 20


@dataclass(frozen=True, slots=True)
class RollCall:
    """A session as « Aujourd’hui » and the calendar tell it; `url` is the roll once its day has come."""

    session: Session
    title: str
    on: date
    starts_at: time | None
    minutes: int
    venue: str
    state: str
    late: bool
    url: str


@dataclass(frozen=True, slots=True)
class Due:
    """The oldest first; `count` of them all, of which `rows` are the first ones."""

    rows: list[RollCall]
    count: int


def due_for(user: User, on: date) -> Due:
    """Whose day has come without roll-call: of what one leads; forgotten ones for the coordination."""
    rows = to_call(user, on)
    return Due([_told(row, on) for row in rows.by_day().select_related("action")[:SHOWN]], rows.count())


def to_call(user: User, on: date) -> SessionQuerySet:
    """Of an individual action whose pathway has ended it is the coordination's: others see no name there."""
    living, alone = Q(action__state__in=LIVING_ACTION), Q(action__form=ActionForm.INDIVIDUAL)
    mine = Q(action__in=Action.objects.in_charge_of(user).values("pk")) & (living | ~alone)
    if user.has_role(Role.COORDINATOR, on=on):
        forgotten = Q(on__lte=on - FORGOTTEN_AFTER) & (living | alone)
        mine |= forgotten & Q(action__in=Action.objects.visible_to(user).values("pk"))
    return missing(on).filter(mine)


def missing(on: date) -> SessionQuerySet:
    """Of the whole town: sessions at which somebody was expected, whose day has come, without roll-call."""
    still = Q(until_on=None) | Q(until_on__gte=OuterRef("on"))
    expected = Participation.objects.filter(still, action=OuterRef("action"), since_on__lte=OuterRef("on"))
    return Session.objects.filter(Exists(expected), state=SessionState.PLANNED, on__lte=on)


def sessions_of(user: User, first_day: date, last_day: date, *, today: date | None = None) -> list[RollCall]:
    """Sessions between two days that are this person's: led, of a child accompanied, or the programme's.

    The coordination has every group's; the cancelled ones are left out.
    """
    mine = Q(action__in=Action.objects.in_charge_of(user).values("pk"))
    followed = ReferentLink.objects.in_force(first_day).filter(user=user).values("child_id")
    own = Participation.objects.current().filter(child__in=followed, action__form=ActionForm.INDIVIDUAL)
    mine |= Q(action__in=own.values("action"))
    if user.has_role(Role.COORDINATOR):
        mine |= Q(action__form=ActionForm.GROUP)
    rows = Session.objects.visible_to(user).filter(mine, on__gte=first_day, on__lte=last_day)
    rows = rows.exclude(state=SessionState.CANCELLED).by_day().select_related("action").distinct()
    return [_told(row, today or first_day) for row in rows]


def leaders_of(action: Action, on: date) -> list[User]:
    """The person, else the workers of the organisation while under agreement, else the coordination."""
    if action.worker_id is not None:
        found = User.objects.filter(pk=action.worker_id)
    elif action.organisation is not None and under_agreement(on).filter(pk=action.organisation_id).exists():
        people = User.objects.holding(Role.PARTNER_WORKER, Role.REFERENT, on=on)
        found = people.filter(organisation_code=action.organisation.code).exclude(organisation_code="")
    else:
        found = User.objects.none()
    present = [user for user in found.order_by("pk") if user.present_on(on)]
    return present or list(User.objects.holding(Role.COORDINATOR, on=on).order_by("pk"))


def _told(session: Session, on: date) -> RollCall:
    action = session.action
    come = session.state == SessionState.PLANNED and session.on <= on
    return RollCall(
        session=session,
        title=action.title,
        on=session.on,
        starts_at=session.starts_at,
        minutes=session.minutes,
        venue=session.venue or action.venue,
        state=session.state,
        late=come and session.on < on,
        url=reverse("pathways:roll", args=[session.pk])
        if come
        else reverse("pathways:action", args=[action.pk]),
    )
