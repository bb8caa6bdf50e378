"""« Clore » turns what was typed into decisions and prepares the papers; the approval freezes them."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.meetings import drafts, texts
from core.meetings.drafts import RATIFY, Draft
from core.meetings.masking import mask_for
from core.meetings.models import AgendaItem, Meeting, Minutes
from core.meetings.operations.agenda import record, return_referral, unratified
from core.meetings.operations.moving import CannotMeet, lock_item, lock_meeting, move_meeting
from core.meetings.workflow import MeetingState
from core.pathways.enums import DecisionKind
from core.pathways.models import Decision
from core.pathways.operations import decisions
from core.pathways.operations.decisions import Task
from core.people.models import User


class CannotClose(CannotMeet):
    """Some drafts are not decisions yet; `problems` says of each situation what it lacks, in French."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Il reste quelque chose à compléter avant de clore.")
        self.problems = problems


@transaction.atomic
def close_meeting(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Decide what was drafted, give back the rest, prepare the papers. Raises CannotClose, CannotMeet.

    Closing a closed meeting changes nothing.
    """
    locked = lock_meeting(meeting.pk)
    if locked.state == MeetingState.CLOSED:
        return locked
    day = timezone.localdate(locked.starts_at)  # the day on which it was held, as its opening settled
    agreed = list(_agreed(locked))
    if lacks := problems(agreed, day):
        raise CannotClose(lacks)
    locked.closed_at = at
    move_meeting(locked, "close", by=by, at=at, fields=["closed_at"])
    people = {
        presence.name.casefold(): presence.user
        for presence in locked.presences.select_related("user").order_by("pk")
    }
    for item in agreed:
        _decide(item, on=day, people=people, by=by, at=at)
        _prepare_papers(item, locked, on=day)
        record(item, "papers_prepared", by=by, at=at, fields=["minutes_text", "letter_text", "reply_text"])
    for item in locked.agenda.select_related("referral").filter(decision=None).order_by("pk"):
        return_referral(item, by=by, at=at)
    return locked


def problems(items: Iterable[AgendaItem], day: date) -> list[str]:
    return [
        f"{item.label} : {problem}."
        for item in items
        for problem in drafts.problems(
            item, Draft.of(item.draft), drafts.choices(item, unratified(item.referral_id)), day
        )
    ]


@transaction.atomic
def correct_papers(
    *, item: AgendaItem, version: int, minutes: str, letter: str, reply: str, by: User, at: datetime
) -> AgendaItem:
    """Between the closing and the approval. Raises CannotMeet, also when somebody else wrote meanwhile."""
    meeting = lock_meeting(item.meeting_id)
    if meeting.state != MeetingState.CLOSED:
        raise CannotMeet("Le compte rendu est approuvé : il ne change plus.")
    locked = lock_item(item.pk)
    if locked.version != version:
        raise CannotMeet("Quelqu’un a corrigé ces papiers entre-temps. Relisez, puis enregistrez à nouveau.")
    if not minutes.strip():
        raise CannotMeet("Le compte rendu ne peut pas être vide.")
    locked.minutes_text, locked.letter_text, locked.reply_text = minutes, letter, reply
    locked.version, locked.saved_at, locked.saved_by = version + 1, at, by
    fields = ["minutes_text", "letter_text", "reply_text"]
    locked.save(update_fields=[*fields, "version", "saved_at", "saved_by"])
    record(locked, "papers_corrected", by=by, at=at, fields=fields)
    return locked


@transaction.atomic
def approve(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """The minutes are frozen, child by child; those invited see the situations no more. Raises CannotMeet."""
    locked = lock_meeting(meeting.pk)
    if locked.state == MeetingState.APPROVED:
        return locked
    locked.approved_at, locked.approved_by = at, by
    move_meeting(locked, "approve", by=by, at=at, fields=["approved_at", "approved_by"])
    for item in locked.agenda.exclude(minutes_text="").order_by("number"):
        frozen = Minutes.objects.create(
            item=item,
            text=item.minutes_text,
            sha256=hashlib.sha256(item.minutes_text.encode()).hexdigest(),
            frozen_at=at,
            frozen_by=by,
        )
        journal.record(
            actor=by,
            act="meetings.minutes_frozen",
            target=frozen,
            at=at,
            child_id=item.child_id,
            fields=["text"],
        )
    return locked


def _agreed(meeting: Meeting) -> "Iterable[AgendaItem]":
    related = ("child", "referral", "pathway")
    return AgendaItem.objects.filter(meeting=meeting).agreed().select_related(*related).in_order()


def _decide(item: AgendaItem, *, on: date, people: dict[str, User | None], by: User, at: datetime) -> None:
    draft = Draft.of(item.draft)
    if not draft.kind:
        return
    tasks = [
        Task(line.what, line.who, drafts.day_of(line.due, on), people.get(line.who.casefold()))
        for line in draft.lines
    ]
    if draft.kind == RATIFY:
        urgent = unratified(item.referral_id)
        assert urgent is not None  # noqa: S101  # `problems` allowed it, under the meeting's lock
        item.decision = decisions.ratify(decision=urgent, on=on, tasks=tasks, by=by, at=at)
    else:
        item.decision = _decided(item, draft, tasks, on=on, by=by, at=at)
    item.save(update_fields=["decision"])


def _decided(
    item: AgendaItem, draft: Draft, tasks: list[Task], *, on: date, by: User, at: datetime
) -> Decision:
    kind, next_look_on = DecisionKind(draft.kind), drafts.day_of(draft.next_look, on)
    if item.referral is not None:
        return decisions.decide_on_referral(
            referral=item.referral,
            kind=kind,
            decided_on=on,
            reason=draft.reason,
            redirected_to=_where(draft),
            next_look_on=next_look_on,
            tasks=tasks,
            by=by,
            at=at,
        )
    assert item.pathway is not None  # noqa: S101  # the table holds one of the two
    return decisions.decide_on_pathway(
        pathway=item.pathway,
        kind=kind,
        decided_on=on,
        reason=draft.reason,
        redirected_to=_where(draft),
        next_look_on=next_look_on,
        tasks=tasks,
        by=by,
        at=at,
    )


def _prepare_papers(item: AgendaItem, meeting: Meeting, *, on: date) -> None:
    """Written once: the papers start from what the referral and the meeting hold."""
    item.refresh_from_db(fields=["referral"])
    tasks = list(item.decision.follow_ups.order_by("pk")) if item.decision else []
    minutes = texts.minutes(item, tasks)
    item.minutes_text = mask_for(item)(minutes) if meeting.pseudonymous else minutes
    item.letter_text = texts.letter(item, on=on)
    item.reply_text = texts.reply(item, on=on)
    item.save(update_fields=["minutes_text", "letter_text", "reply_text"])


def _where(draft: Draft) -> str:
    """Where something else takes over; what was typed before another kind was chosen is left out."""
    return draft.redirected_to if draft.kind in (DecisionKind.REDIRECTION, DecisionKind.EXIT) else ""
