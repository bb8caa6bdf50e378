"""What the team decides, and who promised what: on a referral, on an open pathway, after an urgency."""

from datetime import date

import pytest

from core.journal.models import Change
from core.pathways.enums import DecisionKind, Part
from core.pathways.models import Decision, FollowUp
from core.pathways.operations import decisions
from core.pathways.operations.decisions import Task
from core.pathways.operations.transitions import CannotMove
from tests.core.pathways.making import NOW, TODAY, Entry

pytestmark = pytest.mark.usefixtures("in_town_a")
TASK = Task("Préparer l’avenant", "Claire", date(2026, 12, 1))


def acts(decision: Decision) -> set[str]:
    return set(Change.objects.of(decision).values_list("act", flat=True))


def entered() -> Entry:
    entry = Entry()
    for part in Part:
        entry.sign(part)
    return entry


def test_a_decision_on_an_open_pathway_moves_nothing_by_itself() -> None:
    entry = entered()
    pathway = entry.child.pathways.get()
    common = {"pathway": pathway, "decided_on": TODAY, "by": entry.coordinator, "at": NOW}
    with pytest.raises(CannotMove, match="orientation"):
        decisions.decide_on_pathway(kind=DecisionKind.ENTRY, **common)  # type: ignore[arg-type]
    made = decisions.decide_on_pathway(kind=DecisionKind.RENEW, tasks=[TASK], **common)  # type: ignore[arg-type]
    assert (made.child, made.referral, made.follow_ups.get().what) == (entry.child, None, TASK.what)
    assert {"pathways.decided", "pathways.follow_ups_promised"} <= acts(made)
    state = pathway.state
    pathway.refresh_from_db()
    assert pathway.state == state


def test_a_decision_on_a_pathway_is_not_taken_on_a_referral() -> None:
    entry = Entry()
    with pytest.raises(CannotMove, match="parcours ouvert"):
        decisions.decide_on_referral(
            referral=entry.referral, kind=DecisionKind.EXIT, decided_on=TODAY, by=entry.coordinator, at=NOW
        )


def test_ratifying_keeps_the_day_and_the_promises() -> None:
    entry = Entry()
    urgent = Decision.objects.get(urgent=True)
    ratified = decisions.ratify(decision=urgent, on=TODAY, tasks=[TASK], by=entry.coordinator, at=NOW)
    assert (ratified.ratified_on, FollowUp.objects.get().decision) == (TODAY, urgent)
    assert {"pathways.decision_ratified", "pathways.follow_ups_promised"} <= acts(urgent)
    ordinary = Decision.objects.create(
        child=entry.child, kind=DecisionKind.MORE, decided_on=TODAY, by=entry.coordinator, noted_at=NOW
    )
    with pytest.raises(CannotMove, match="urgence"):
        decisions.ratify(decision=ordinary, on=TODAY, by=entry.coordinator, at=NOW)
