"""What the pages of an end show: why, what became of each objective, to whom, and what is still to come."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from core.children.models import Child
from core.pathways import relays, stops
from core.pathways.enums import Outcome, RelayState
from core.pathways.known import Known, hand_overs_of
from core.pathways.models import (
    AfterExit,
    Domain,
    Exit,
    FollowUp,
    HandOver,
    ObjectiveOutcome,
    Pathway,
    Suspension,
)
from core.pathways.operations.ending import UNDO_DAYS, Undone, may_be_undone
from core.pathways.operations.stopping import GivenBack
from core.pathways.stops import Stops
from core.people.enums import Role
from core.people.models import User
from core.ui.shapes import Meaning
from core.ui.typography import counted, day, enumeration

OUTCOME_MEANING: dict[str, Meaning] = {
    Outcome.MET: "done",
    Outcome.PARTLY: "info",
    Outcome.NOT_MET: "neutral",
    Outcome.NOT_STARTED: "neutral",
    Outcome.UNKNOWN: "attention",
}
RELAY_MEANING: dict[str, Meaning] = {
    RelayState.NONE: "neutral",
    RelayState.PROPOSED: "attention",
    RelayState.ACCEPTED: "done",
    RelayState.DECLINED: "attention",
}


@dataclass(frozen=True, slots=True)
class OutcomeBlock:
    domain: Domain
    lines: list[tuple[ObjectiveOutcome, Meaning]]


@dataclass(frozen=True, slots=True)
class ExitPage:
    pathway: Pathway
    exit: Exit
    blocks: list[OutcomeBlock]
    relay_meaning: Meaning
    stops: Stops
    looks: list[AfterExit]
    promised: list[FollowUp]
    incomplete: int  # outcomes that nobody has said yet
    may_change: bool
    undo_until: date | None
    may_print: bool


def exit_page(ending: Exit, user: User, *, at: datetime) -> ExitPage:
    """A constant number of queries."""
    blocks = outcomes_by_domain(ending)
    coordinates = user.has_role(Role.COORDINATOR)
    undoable = coordinates and may_be_undone(ending, timezone.localdate(at))
    return ExitPage(
        pathway=ending.pathway,
        exit=ending,
        blocks=blocks,
        relay_meaning=RELAY_MEANING[ending.relay_state],
        stops=stops.behind(ending),
        looks=list(ending.looks.select_related("user").order_by("due_on")),
        promised=stops.promised(ending.pathway),
        incomplete=sum(line.outcome == Outcome.UNKNOWN for block in blocks for line, _ in block.lines),
        may_change=coordinates,
        undo_until=_last_day(ending) if undoable else None,
        may_print=not ending.is_sober,
    )


def outcomes_by_domain(ending: Exit) -> list[OutcomeBlock]:
    rows = ending.outcomes.select_related("objective__domain").order_by(
        "objective__domain__order", "objective__domain_id", "objective_id"
    )
    found: dict[int, OutcomeBlock] = {}
    for row in rows:
        domain = row.objective.domain
        found.setdefault(domain.pk, OutcomeBlock(domain, [])).lines.append(
            (row, OUTCOME_MEANING[row.outcome])
        )
    return list(found.values())


def _last_day(ending: Exit) -> date:
    return timezone.localdate(ending.noted_at) + timedelta(days=UNDO_DAYS)


def undone_until(ending: Exit) -> str:
    return f"Cela s’annule jusqu’au {day(_last_day(ending))}, sur la page de la sortie."


def undone_words(undone: Undone) -> str:
    """What an undone exit gave back, then what is to be done again."""
    goes_on = "le parcours reste suspendu" if undone.paused else "le parcours continue"
    said = [f"La sortie est annulée : {goes_on}."]
    if back := _given_back(undone):
        said.append(f"Repris comme avant : {enumeration(back)}.")
    if lost := _lost(undone.back):
        said.append(f"À refaire : {enumeration(lost)}.")
    return " ".join(said)


def _given_back(undone: Undone) -> list[str]:
    back = undone.back
    return [
        *(f"« {title} »" for title in back.actions),
        *([counted(back.sessions, "séance")] if back.sessions else []),
        *([counted(back.appointments, "rendez-vous", "rendez-vous")] if back.appointments else []),
        *(f"la place dans « {title} »" for title in back.places),
        *([f"l’accompagnement par {back.referent}"] if back.referent else []),
        *([f"le bilan du {day(undone.review_on)}"] if undone.review_on else []),
    ]


def _lost(back: GivenBack) -> list[str]:
    return [
        *(f"la place dans « {title} », prise depuis" for title in back.places_lost),
        *(
            [f"l’accompagnement par {back.referent_lost}, une autre personne accompagnant depuis"]
            if back.referent_lost
            else []
        ),
        *(f"l’attente d’une place dans « {title} »" for title in back.waiting_lost),
        *(["l’avenant qui était en cours"] if back.amendment_lost else []),
        *([f"le passage de relais prévu à {back.passage_lost}"] if back.passage_lost else []),
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page of a pathway, and the child's, say of its pause, its end and its relay."""

    pathway: Pathway | None
    exit: Exit | None
    suspension: Suspension | None
    coming: HandOver | None
    to_read: HandOver | None
    links: list[tuple[str, str]]
    may_hand_over: bool


def standing(child: Child, known: Known | None, user: User, *, on: date) -> Standing:
    """For who may see the whole file; a constant number of queries. `known` is None without a pathway."""
    received = known.hand_overs if known is not None else hand_overs_of(child.pk)
    to_read = next((row for row in reversed(received) if row.waits_for(user, on)), None)
    pathway = known.pathway if known is not None else None
    open_ = known is not None and known.goes_on
    paused = [row for row in known.suspensions if row.until_on is None] if known and open_ else []
    return Standing(
        pathway=pathway,
        exit=known.exit if known is not None else None,
        suspension=paused[0] if paused else None,
        coming=next((row for row in received if row.on > on), None),
        to_read=to_read,
        links=relays.to_read(to_read, pathway) if to_read is not None else [],
        may_hand_over=open_ and user.has_role(Role.COORDINATOR, on=on),
    )
