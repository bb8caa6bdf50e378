"""What the page of a pathway shows: all of it in one minute, in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from core.pathways import versions
from core.pathways.enums import Presence, Standing
from core.pathways.known import Known
from core.pathways.models import (
    Action,
    Contract,
    Domain,
    FollowUp,
    Objective,
    Pathway,
    ReferentLink,
    Session,
    Solution,
)
from core.pathways.workflow import AppointmentState, SessionState, SolutionState
from core.people.models import User
from core.ui.shapes import Meaning

STANDING_MEANING: dict[str, Meaning] = {
    Standing.TO_START: "neutral",
    Standing.UNDER_WAY: "info",
    Standing.PARTLY: "info",
    Standing.MET: "done",
    Standing.LEFT: "neutral",
}
SOLUTION_MEANING: dict[str, Meaning] = {
    SolutionState.CONSIDERED: "attention",
    SolutionState.CONTACTED: "info",
    SolutionState.KEPT: "done",
    SolutionState.NOT_KEPT: "neutral",
}


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action as the page of one child tells it."""

    action: Action
    who: str
    next_session: Session | None
    present: int
    noted: int  # sessions at which this child's presence was noted


@dataclass(frozen=True, slots=True)
class ObjectiveBlock:
    objective: Objective
    meaning: Meaning
    solutions: list[tuple[Solution, Meaning]]
    actions: list[ActionLine]

    @property
    def searched(self) -> bool:
        """An action may be made to measure: what exists was looked at."""
        return bool(self.objective.nothing_exists) or any(
            solution.state == SolutionState.NOT_KEPT for solution, _ in self.solutions
        )

    @property
    def unsearched(self) -> bool:
        """Nothing is done yet: the search is what comes next, and stands open."""
        return not self.actions


@dataclass(slots=True)
class DomainBlock:
    domain: Domain
    objectives: list[ObjectiveBlock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NextDate:
    at: date | datetime
    what: str
    where: str = ""
    late: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class PathwayPage:
    pathway: Pathway
    contract: Contract
    referent: User | None
    tried: str
    domains: list[DomainBlock]
    dropped: list[Objective]
    next_dates: list[NextDate]
    overdue: bool
    sharings: list[str]


def pathway_page(known: Known, *, at: datetime) -> PathwayPage:
    """For who may see the whole file; asked by the view first."""
    day, pathway, contract = timezone.localdate(at), known.pathway, known.contract
    objectives = list(pathway.objectives.select_related("domain").by_domain())  # type: ignore[attr-defined]
    lines = _action_lines(known, day)
    solutions = _solutions(objectives)
    link = ReferentLink.objects.in_force(day).filter(child=pathway.child_id).select_related("user").first()
    referral = contract.referral
    return PathwayPage(
        pathway=pathway,
        contract=contract,
        referent=link.user if link else None,
        tried=referral.tried if referral else "",
        domains=_by_domain(objectives, lines, solutions),
        dropped=[objective for objective in objectives if objective.dropped_on is not None],
        next_dates=_next_dates(known, lines, day),
        overdue=pathway.ended_on is None and pathway.planned_end_on < day,
        sharings=[
            f"{item.organisation.name}, {item.what}"
            for item in contract.sharings.select_related("organisation").order_by("pk")
        ],
    )


def who_of(action: Action) -> str:
    """« Lina Noir, AMISS »: who does it, for which organisation."""
    names = [action.worker.full_name if action.worker else "", str(action.organisation or "")]
    return ", ".join(name for name in names if name)


def _solutions(objectives: Iterable[Objective]) -> dict[int, list[tuple[Solution, Meaning]]]:
    found: dict[int, list[tuple[Solution, Meaning]]] = defaultdict(list)
    rows = Solution.objects.filter(objective__in=list(objectives)).select_related("offer__organisation")
    for row in rows.order_by("pk"):
        found[row.objective_id].append((row, SOLUTION_MEANING[row.state]))
    return found


def _action_lines(known: Known, day: date) -> dict[int | None, list[ActionLine]]:
    taken = known.participations
    coming: dict[int, Session] = {}
    planned = Session.objects.filter(
        action__in=[item.action_id for item in taken], state=SessionState.PLANNED, on__gte=day
    )
    for session in planned.by_day():
        coming.setdefault(session.action_id, session)
    noted = Counter(row.participation_id for row in known.attendances)
    present = Counter(row.participation_id for row in known.attendances if row.presence == Presence.PRESENT)
    lines: dict[int | None, list[ActionLine]] = defaultdict(list)
    for item in taken:
        line = ActionLine(
            item.action, who_of(item.action), coming.get(item.action_id), present[item.pk], noted[item.pk]
        )
        lines[item.objective_id].append(line)
    return lines


def _by_domain(
    objectives: list[Objective],
    lines: dict[int | None, list[ActionLine]],
    solutions: dict[int, list[tuple[Solution, Meaning]]],
) -> list[DomainBlock]:
    blocks: dict[int, DomainBlock] = {}
    for objective in objectives:
        if objective.dropped_on is not None:
            continue
        block = blocks.setdefault(objective.domain_id, DomainBlock(objective.domain))
        block.objectives.append(
            ObjectiveBlock(
                objective,
                STANDING_MEANING[objective.standing],
                solutions.get(objective.pk, []),
                lines.get(objective.pk, []),
            )
        )
    return list(blocks.values())


def _next_dates(known: Known, lines: dict[int | None, list[ActionLine]], day: date) -> list[NextDate]:
    """Appointments, sessions, promises of the team, the review, the planned end: what is late first."""
    pathway = known.pathway
    found = [
        NextDate(
            item.at,
            f"Rendez-vous avec {item.get_with_whom_display().lower()} ({item.user.full_name})",
            item.venue,
            timezone.localdate(item.at) < day,
            reverse("pathways:appointment", args=[item.pk]),
        )
        for item in known.appointments
        if item.state == AppointmentState.PLANNED
    ]
    promised = FollowUp.objects.filter(
        decision__child=pathway.child_id, decision__cancelled_on=None, done_on=None, due_on__isnull=False
    )
    found += [
        NextDate(item.due_on, f"{item.what} ({item.who})", "", item.due_on < day)
        for item in promised.order_by("due_on", "pk")
        if item.due_on is not None
    ]
    found += [
        NextDate(line.next_session.on, line.action.title, line.next_session.venue or line.action.venue)
        for of_objective in lines.values()
        for line in of_objective
        if line.next_session is not None
    ]
    if pathway.ended_on is None:
        found += [
            NextDate(item.due_on, "Bilan", "", item.due_on < day, reverse("pathways:review", args=[item.pk]))
            for item in known.planned
        ]
        found.append(
            NextDate(pathway.planned_end_on, "Fin prévue du parcours", "", pathway.planned_end_on < day)
        )
    return sorted(found, key=lambda item: (str(_day_of(item.at)), item.what))


def _day_of(at: date | datetime) -> date:
    return timezone.localdate(at) if isinstance(at, datetime) else at


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked at for one objective before anything was made to measure."""

    tried: str
    solutions: list[tuple[Solution, Meaning]]
    enough: bool


def search_of(objective: Objective) -> Search:
    contract = versions.in_force(objective.pathway)
    solutions = _solutions([objective]).get(objective.pk, [])
    block = ObjectiveBlock(objective, "neutral", solutions, [])
    return Search(contract.referral.tried if contract.referral else "", solutions, block.searched)
