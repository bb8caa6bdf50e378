"""What the pages of an action and its roll-call show: the names one may see, and how many not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from core.children.access import Scope
from core.children.models import Child
from core.pathways import balance
from core.pathways.enums import Presence
from core.pathways.life import who_of
from core.pathways.models import Action, ContractSharing, Participation, Session
from core.people.models import User
from core.ui.shapes import Meaning

ACTION_MEANING: dict[str, Meaning] = {
    "planned": "attention",
    "running": "info",
    "done": "done",
    "stopped": "neutral",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A child in an action; `pathway_pk` for who may open the file, `shared` for the partner's worker."""

    participation: Participation
    name: str
    pathway_pk: int | None
    shared: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    session: Session
    present: int
    noted: int
    owed: bool


@dataclass(frozen=True, slots=True)
class ActionPage:
    action: Action
    meaning: Meaning
    who: str
    people: list[Person]
    hidden: int
    sessions: list[SessionLine]
    left: Decimal | None  # euros, or None where there is no amount or it is not this reader's


def action_page(action: Action, user: User, *, prices: bool) -> ActionPage:
    """A constant number of queries."""
    current = Participation.objects.current().filter(action=action)
    seen = list(
        current.visible_to(user).select_related("child", "objective").order_by("child__sort_name", "pk")
    )
    sessions = (
        Session.objects.filter(action=action)
        .annotate(
            noted=Count("attendances"),
            present=Count("attendances", filter=Q(attendances__presence=Presence.PRESENT)),
        )
        .select_related("service")
        .order_by("-on", "-starts_at", "-pk")
    )
    return ActionPage(
        action=action,
        meaning=ACTION_MEANING[action.state],
        who=who_of(action),
        people=_people(action, seen, user),
        hidden=current.count() - len(seen),
        sessions=[SessionLine(row, row.present, row.noted, hasattr(row, "service")) for row in sessions[:40]],
        left=balance.left_of(action.agreement) if prices and action.agreement else None,
    )


def _people(action: Action, seen: list[Participation], user: User) -> list[Person]:
    """Whole names for who may open the file; first names for the others, who are in charge of the action."""
    children = [item.child_id for item in seen]
    known = set(Child.objects.visible_to(user).filter(pk__in=children).values_list("pk", flat=True))
    opened = set(
        Child.objects.visible_to(user, scope=Scope.FILE).filter(pk__in=children).values_list("pk", flat=True)
    )
    shared = dict(
        ContractSharing.objects.filter(
            organisation=action.organisation_id,
            contract__child__in=children,
            contract__state="complete",
        )
        .order_by("contract_id")
        .values_list("contract__child", "what")
    )
    short = short_names(seen)
    return [
        Person(
            item,
            item.child.full_name if item.child_id in known else short[item.pk],
            item.objective.pathway_id if item.objective and item.child_id in opened else None,
            shared.get(item.child_id, ""),
        )
        for item in seen
    ]


def short_names(people: Iterable[Participation]) -> dict[int, str]:
    """First names; with the initial of the family name where two are called the same."""
    rows = list(people)
    called = Counter(item.child.first_name for item in rows)
    return {
        item.pk: item.child.first_name
        if called[item.child.first_name] == 1
        else f"{item.child.first_name} {(item.child.usual_name or item.child.last_name)[:1]}."
        for item in rows
    }


@dataclass(frozen=True, slots=True)
class RollRow:
    """One child of the roll-call: the first name, what safety requires, and no more."""

    participation: Participation
    name: str
    value: str

    @property
    def field(self) -> str:
        return f"presence-{self.participation.pk}"


@dataclass(frozen=True, slots=True)
class Roll:
    rows: list[RollRow]
    hidden: int

    @property
    def shown(self) -> list[int]:
        return [row.participation.child_id for row in self.rows]


def roll_of(session: Session, user: User) -> Roll:
    """Everybody is marked present until a thumb says otherwise, or as the last roll-call noted."""
    expected = Participation.objects.on_the_day_of(session)
    seen = list(expected.visible_to(user).select_related("child").order_by("child__first_name", "pk"))
    noted = dict(session.attendances.values_list("participation_id", "presence"))
    names = short_names(seen)
    rows = [RollRow(item, names[item.pk], noted.get(item.pk, Presence.PRESENT)) for item in seen]
    return Roll(rows, expected.count() - len(rows))


@dataclass(frozen=True, slots=True)
class ActionLine:
    action: Action
    meaning: Meaning
    who: str
    next_on: date | None
    taking_part: int
    to_note: int  # sessions whose day has come and whose roll was not called


def action_lines(rows: Iterable[Action], *, on: date) -> list[ActionLine]:
    """For a list: two more queries, whatever its length."""
    actions = list(rows)
    taking = dict(
        Participation.objects.current()
        .filter(action__in=actions)
        .values_list("action")
        .annotate(number=Count("pk"))
        .order_by("action")
    )
    coming: dict[int, date] = {}
    late: Counter[int] = Counter()
    planned = Session.objects.filter(action__in=actions, state="planned")
    for session in planned.order_by("on", "pk"):
        coming.setdefault(session.action_id, session.on)
        late[session.action_id] += session.on <= on
    return [
        ActionLine(
            row,
            ACTION_MEANING[row.state],
            who_of(row),
            coming.get(row.pk),
            taking.get(row.pk, 0),
            late[row.pk],
        )
        for row in actions
    ]
