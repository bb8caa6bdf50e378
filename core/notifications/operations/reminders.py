"""What no act announces, because it is the calendar that brings it: asked each morning, said once a turn.

A turn is a number of whole periods since the first day: a second run of the same day says nothing new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.journal.announcing import announce
from core.notifications import quiet
from core.partners.models import Agreement
from core.pathways import ending, rhythm, roll_calls
from core.pathways.enums import PathwayState
from core.pathways.models import Action, AfterExit, Contract, FollowUp, HandOver, Pathway, Referral, Review
from core.pathways.workflow import LIVING_ACTION, ContractState, ReferralState
from core.people import queries as people
from tenants.local.models import RefusedAddress

AGREEMENT_AFTER, AGREEMENT_EVERY = 10, 10  # days since receipt, days between two
SIGNATURE_AFTER, SIGNATURE_EVERY = 7, 7
FOLLOW_UP_EVERY = 7
ROLL_CALL_EVERY = 7
ENDING_BEFORE = (30, 60)  # days before the planned end of a pathway
EXPIRING_BEFORE = (7, 30, 60)  # days before the last day of an agreement
OVERDUE_EVERY = 14
REVIEW_LATE_EVERY = 14
SUSPENDED_EVERY, RELAY_EVERY, NEWS_EVERY = 30, 30, 14
HAND_OVER_SAID_WITHIN = timedelta(days=7)  # a night that did not run is made up for
CHARTER_EVERY = 7


@dataclass(frozen=True, slots=True)
class Reminder:
    event: str
    about: Model
    turn: str


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Say what is due that day in the entered town. Answers with how many reminders were looked at."""
    found = due(timezone.localdate(at))
    for reminder in found:
        announce(reminder.event, about=reminder.about, turn=reminder.turn)
    return len(found)


def due(day: date) -> list[Reminder]:
    return [*_deadlines(day), *([] if quiet.in_school_holidays(day) else _waiting(day))]


def _waiting(day: date) -> Iterator[Reminder]:
    """What asks schools and families for something: not during the school holidays."""
    unanswered = (ReferralState.RECEIVED, ReferralState.CONTACTED, ReferralState.NO_ANSWER)
    for referral in Referral.objects.filter(
        state__in=unanswered, received_on__lte=day - timedelta(days=AGREEMENT_AFTER)
    ).order_by("pk"):
        yield _turn("pathways.agreement_missing", referral, referral.received_on, day, AGREEMENT_EVERY)
    since = timezone.make_aware(
        datetime.combine(day - timedelta(days=SIGNATURE_AFTER - 1), datetime.min.time())
    )
    for contract in Contract.objects.filter(state=ContractState.SEALED, sealed_at__lt=since).order_by("pk"):
        sealed_on = timezone.localdate(contract.sealed_at)
        yield _turn("pathways.signature_reminder", contract, sealed_on, day, SIGNATURE_EVERY)


def _deadlines(day: date) -> Iterator[Reminder]:
    yield from _roll_calls(day)
    for follow_up in FollowUp.objects.filter(done_on=None, due_on__lte=day).exclude(user=None).order_by("pk"):
        yield _turn("pathways.follow_up_due", follow_up, follow_up.due_on, day, FOLLOW_UP_EVERY)
    yield from _pathways(day)
    yield from _reviews(day)
    yield from _endings(day)
    yield from _referents(day)
    for agreement in Agreement.objects.in_force(day).exclude(ends_on=None).order_by("pk"):
        left = (agreement.last_on - day).days if agreement.last_on else max(EXPIRING_BEFORE) + 1
        if (step := _step(left, EXPIRING_BEFORE)) is not None:
            yield Reminder("partners.agreement_expiring", agreement, f"{agreement.last_on}-{step}")
    charter = people.current_charter(day)
    if charter is not None and charter.in_force_on < day:
        yield _turn("people.charter_to_sign", charter, charter.in_force_on, day, CHARTER_EVERY)
    for address in RefusedAddress.objects.order_by("pk"):
        yield Reminder("people.address_refused", address, f"{address.refused_at:%Y%m%d}")


def _roll_calls(day: date) -> Iterator[Reminder]:
    """The day after, once an action, then every week for as long as one is missing."""
    late = roll_calls.missing(day - timedelta(days=1)).filter(action__state__in=LIVING_ACTION)
    oldest: dict[Action, date] = {}
    for session in late.select_related("action").order_by("on", "pk"):
        oldest.setdefault(session.action, session.on)
    for action, on in oldest.items():
        yield _turn("pathways.roll_call_missing", action, on, day, ROLL_CALL_EVERY)


def _pathways(day: date) -> Iterator[Reminder]:
    running = Pathway.objects.exclude(state=PathwayState.ENDED)
    for pathway in running.filter(planned_end_on__lte=day + timedelta(days=max(ENDING_BEFORE))).order_by(
        "pk"
    ):
        left = (pathway.planned_end_on - day).days
        if left < 0:
            yield _turn("pathways.pathway_overdue", pathway, pathway.planned_end_on, day, OVERDUE_EVERY)
        elif (step := _step(left, ENDING_BEFORE)) is not None:
            yield Reminder("pathways.pathway_ending", pathway, f"{pathway.planned_end_on}-{step}")


def _reviews(day: date) -> Iterator[Reminder]:
    """Once when the town's reminder comes; then, once the date has passed, every fortnight."""
    soon = day + timedelta(days=rhythm.of_town().review_reminder_days)
    for review in Review.objects.planned().filter(due_on__lte=soon).order_by("pk"):
        if review.is_late(day):
            yield _turn("pathways.review_late", review, review.due_on, day, REVIEW_LATE_EVERY)
        else:
            yield Reminder("pathways.review_due", review, str(review.due_on))


def _endings(day: date) -> Iterator[Reminder]:
    """A pause that lasts, a relay that does not answer, news to be taken."""
    for pause in ending.overlong(day).select_related("pathway"):
        since = pause.expected_on or pause.since_on
        yield _turn("pathways.pathway_suspended_long", pause.pathway, since, day, SUSPENDED_EVERY)
    for unanswered in ending.unanswered(day):
        yield _turn("pathways.relay_unanswered", unanswered, unanswered.relay_on, day, RELAY_EVERY)
    for look in AfterExit.objects.waiting().filter(due_on__lte=day).order_by("pk"):
        yield _turn("pathways.after_exit_due", look, look.due_on, day, NEWS_EVERY)


def _referents(day: date) -> Iterator[Reminder]:
    """That a relay is passed, once for all the children of one gesture; each week, that some have nobody."""
    passed = HandOver.objects.kept().filter(on__lte=day, on__gt=day - HAND_OVER_SAID_WITHIN)
    gestures: set[tuple[datetime, int]] = set()
    for hand_over in passed.select_related("new").order_by("pk"):
        gesture = (hand_over.noted_at, hand_over.new.user_id)
        if gesture not in gestures:
            gestures.add(gesture)
            yield Reminder("pathways.hand_over_done", hand_over, "")
    first = Pathway.objects.filter(child__in=ending.unaccompanied(day).values("pk")).order_by("pk").first()
    if first is not None:
        yield Reminder("pathways.children_without_referent", first, f"{day:%G-W%V}")


def _turn(event: str, about: Model, since: date | None, day: date, every: int) -> Reminder:
    days = (day - since).days if since else 0
    return Reminder(event, about, f"{since}-{days // every}")


def _step(left: int, steps: tuple[int, ...]) -> int | None:
    """The nearest threshold that is reached: 7 with five days left, of 7, 30 and 60."""
    return next((step for step in sorted(steps) if 0 <= left <= step), None)
