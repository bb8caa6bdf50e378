"""What the pages of an action show: the names one may see, and how many not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.children.access import Scope
from core.children.models import Child
from core.pathways import balance
from core.pathways.enums import GroupKind, Presence
from core.pathways.life import who_of
from core.pathways.models import Action, ContractSharing, ParentAttendance, Participation, Session
from core.pathways.workflow import SessionState
from core.people.models import User
from core.ui.shapes import Meaning
from core.ui.typography import day

SHORT = 4  # sessions to come, and of the past, that stand open
ENDING_SOON = timedelta(days=21)
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
    permission: str
    permission_ended: bool

    @property
    def is_guest(self) -> bool:
        return self.participation.objective_id is None


@dataclass(frozen=True, slots=True)
class SessionLine:
    session: Session
    present: int
    noted: int
    parents: int
    owed: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Rolls to call first, then what comes, then what was; the longer parts are folded away."""

    due: list[SessionLine]
    coming: list[SessionLine]
    later: list[SessionLine]
    past: list[SessionLine]
    before: list[SessionLine]

    @property
    def first(self) -> list[SessionLine]:
        return [*self.due, *self.coming]

    @property
    def nothing(self) -> bool:
        return not (self.due or self.coming or self.past)


@dataclass(frozen=True, slots=True)
class ActionPage:
    action: Action
    meaning: Meaning
    who: str
    people: list[Person]
    hidden: int
    sessions: "Sessions"
    left: Decimal | None  # euros, or None where there is no amount or it is not this reader's

    @property
    def to_call(self) -> Session | None:
        """The roll-call that waits: the latest, for that is where the children are."""
        return self.sessions.due[-1].session if self.sessions.due else None

    @property
    def kicker(self) -> str:
        """« Atelier », or « Individuelle »."""
        return str(self.action.get_kind_display() or self.action.get_form_display())


def action_page(action: Action, user: User, *, prices: bool) -> ActionPage:
    """A constant number of queries."""
    current = Participation.objects.current().filter(action=action)
    seen = list(
        current.visible_to(user).select_related("child", "objective").order_by("child__sort_name", "pk")
    )
    return ActionPage(
        action=action,
        meaning=ACTION_MEANING[action.state],
        who=who_of(action),
        people=_people(action, seen, user),
        hidden=current.count() - len(seen),
        sessions=_sessions(action, timezone.localdate()),
        left=balance.left_of(action.agreement) if prices and action.agreement else None,
    )


def _sessions(action: Action, today: date) -> Sessions:
    came = ParentAttendance.objects.filter(session=OuterRef("pk"), presence=Presence.PRESENT)
    rows = (
        Session.objects.filter(action=action)
        .annotate(
            noted=Count("attendances"),
            present=Count("attendances", filter=Q(attendances__presence=Presence.PRESENT)),
            adults=Coalesce(
                Subquery(came.order_by().values("session").annotate(number=Count("pk")).values("number")), 0
            ),
        )
        .select_related("service")
    )
    due, coming, past = [], [], []
    for row in rows.order_by("on", "starts_at", "pk"):
        line = SessionLine(row, row.present, row.noted, row.adults, hasattr(row, "service"))
        if row.state != SessionState.PLANNED:
            past.append(line)
        elif row.on <= today:
            due.append(line)
        else:
            coming.append(line)
    past.reverse()
    return Sessions(due, coming[:SHORT], coming[SHORT:], past[:SHORT], past[SHORT:])


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
    short, today = short_names(seen), timezone.localdate()
    return [
        Person(
            item,
            item.child.full_name if item.child_id in known else short[item.pk],
            item.objective.pathway_id if item.objective and item.child_id in opened else None,
            shared.get(item.child_id, ""),
            _permission(action, item, today),
            item.authorised_until is not None and item.authorised_until < today,
        )
        for item in seen
    ]


def _permission(action: Action, item: Participation, today: date) -> str:
    """What is to be asked of the parents; nothing where all is well."""
    until = item.authorised_until
    if until is not None and until < today:
        return f"Autorisation finie le {day(until)}"
    if until is not None and until <= today + ENDING_SOON:
        return f"Autorisation jusqu’au {day(until)}"
    if item.authorised_on is None and action.kind in (GroupKind.OUTING, GroupKind.CAMP):
        return "Autorisation des parents à noter"
    return ""


def short_names(people: Iterable[Participation]) -> dict[int, str]:
    """First names, by participation; told apart where two are called the same."""
    rows = list(people)
    names = first_names(item.child for item in rows)
    return {item.pk: names[item.child_id] for item in rows}


def first_names(children: Iterable[Child]) -> dict[int, str]:
    """By child; with the initial of the family name where two of them are called the same."""
    known = {child.pk: child for child in children}
    called = Counter(child.first_name for child in known.values())
    return {
        pk: child.first_name
        if called[child.first_name] == 1
        else f"{child.first_name} {(child.usual_name or child.last_name)[:1]}."
        for pk, child in known.items()
    }


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
