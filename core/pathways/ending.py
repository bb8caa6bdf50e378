"""What the end of pathways, and who accompanies them, leave to do: querysets to count, and to open.

Each answers for one person and one day; somebody without the right gets nothing.
"""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.children.models import Child
from core.pathways.enums import PathwayState, RelayState
from core.pathways.models import AfterExit, Exit, HandOver, Pathway, ReferentLink, Referral, Suspension
from core.pathways.workflow import ReferralState
from core.people.enums import Role
from core.people.models import User

IN_SIGHT = timedelta(days=60)
RELAY_ANSWERS_IN = timedelta(days=30)
LONG_PAUSE = timedelta(days=60)


def ends_in_sight(user: User, on: date) -> "QuerySet[Pathway]":
    """Pathways of files open to `user` whose planned end comes within two months, the nearest first."""
    soon = _open_to(user).filter(planned_end_on__gte=on, planned_end_on__lte=on + IN_SIGHT)
    return soon.order_by("planned_end_on", "pk")


def ends_past(user: User, on: date) -> "QuerySet[Pathway]":
    """Those whose planned end has passed: they go on until somebody decides."""
    return _open_to(user).filter(planned_end_on__lt=on).order_by("planned_end_on", "pk")


def _open_to(user: User) -> "QuerySet[Pathway]":
    open_ = Pathway.objects.visible_to(user).exclude(state=PathwayState.ENDED)
    return open_.select_related("child")


def long_suspended(user: User, on: date) -> "QuerySet[Suspension]":
    """Suspensions to talk about again: past the day that was thought of, or two months old without one."""
    rows = overlong(on).filter(pathway__in=Pathway.objects.visible_to(user).values("pk"))
    return rows.select_related("pathway__child")


def overlong(on: date) -> "QuerySet[Suspension]":
    late = Q(expected_on__lt=on) | Q(expected_on=None, since_on__lte=on - LONG_PAUSE)
    return Suspension.objects.filter(late, until_on=None).order_by("since_on", "pk")


def after_exits_due(user: User, on: date) -> "QuerySet[AfterExit]":
    """News to be taken by `user`; by the coordination those of nobody, or of whom the time is over."""
    due = AfterExit.objects.visible_to(user, on=on).waiting().filter(due_on__lte=on)
    if user.has_role(Role.COORDINATOR, on=on):
        nobody = ~Q(user__in=User.objects.present_on(on).values("pk")) | Q(closes_on__lt=on)
        due = due.filter(Q(user=user) | Q(user=None) | nobody)
    return due.select_related("exit__pathway__child", "user").order_by("due_on", "pk")


def relays_unanswered(user: User, on: date) -> "QuerySet[Exit]":
    """Proposed a month ago, and nobody said whether it was accepted."""
    return unanswered(on).filter(pk__in=Exit.objects.visible_to(user).values("pk"))


def unanswered(on: date) -> "QuerySet[Exit]":
    rows = Exit.objects.filter(relay_state=RelayState.PROPOSED, relay_on__lte=on - RELAY_ANSWERS_IN)
    return rows.select_related("pathway__child", "relay_organisation", "reason").order_by("relay_on", "pk")


def children_without_referent(user: User, on: date) -> "QuerySet[Child]":
    """For the coordination: accompanied or admitted, and nobody present is their referent that day."""
    if not user.has_role(Role.COORDINATOR, on=on):
        return Child.objects.none()
    visible = Child.objects.visible_to(user).filter(pk__in=unaccompanied(on).values("pk"))
    return visible.by_name()


def unaccompanied(on: date) -> "QuerySet[Child]":
    """Without a link in force, or with that of somebody who left, was suspended, or lost the role."""
    present = User.objects.holding(Role.REFERENT, on=on)
    held = ReferentLink.objects.in_force(on).filter(child=OuterRef("pk"), user__in=present.values("pk"))
    open_ = Pathway.objects.filter(child=OuterRef("pk")).exclude(state=PathwayState.ENDED)
    admitted = Referral.objects.filter(child=OuterRef("pk"), state=ReferralState.ADMITTED)
    rows = Child.objects.filter(Exists(open_) | Exists(admitted)).exclude(Exists(held))
    return rows.order_by("pk")


def hand_overs_to_read(user: User, on: date) -> "QuerySet[HandOver]":
    """Relays taken by `user`, with what was to be read first, not said to be read yet."""
    rows = HandOver.objects.to_read(user, on).select_related("new__child", "former__user", "by")
    return rows.order_by("on", "pk")


def hand_overs_coming(user: User, on: date) -> "QuerySet[HandOver]":
    """Announced for a later day: all of them for the coordination, one's own for a referent."""
    rows = HandOver.objects.coming(on).select_related("new__child", "new__user", "former__user")
    if not user.has_role(Role.COORDINATOR, on=on):
        rows = rows.filter(new__user=user)
    return rows.order_by("on", "new__user__sort_name", "pk")
