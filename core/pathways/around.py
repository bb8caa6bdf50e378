"""Around a group action: its places, who waits, what was asked for, and the parents who take part."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from core.children.models import Guardian, Guardianship
from core.pathways.models import Action, ParentParticipation, Participation, PlaceRequest, WaitingLine
from core.pathways.places import Room, room_of
from core.pathways.workflow import WaitingState
from core.people.models import User

ANSWERED = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    line: WaitingLine
    rank: int
    name: str
    is_proposed: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Parent:
    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    room: Room
    waiting: list[Waiting]
    waiting_hidden: int
    requests: list[PlaceRequest]
    answered: list[PlaceRequest]
    parents: list[Parent]
    parents_hidden: int

    @property
    def shown(self) -> list[int]:
        return [item.line.child_id for item in self.waiting]


def around(action: Action, user: User) -> Around:
    """A constant number of queries."""
    lines = list(WaitingLine.objects.living().filter(action=action).in_turn().values_list("pk", flat=True))
    ranks = {pk: number for number, pk in enumerate(lines, 1)}
    seen = WaitingLine.objects.visible_to(user).filter(pk__in=lines).select_related("child").in_turn()
    waiting = [_waiting(line, ranks[line.pk], timezone.localdate()) for line in seen]
    requests = PlaceRequest.objects.visible_to(user).filter(action=action).select_related("asked_by")
    asked = list(requests.open().order_by("asked_at", "pk"))
    own = requests.exclude(pk__in=[request.pk for request in asked]).filter(asked_by=user)
    adults = ParentParticipation.objects.current().filter(action=action)
    parents = list(adults.visible_to(user).select_related("guardian").order_by("pk"))
    return Around(
        room=room_of(action),
        waiting=waiting,
        waiting_hidden=len(lines) - len(waiting),
        requests=asked,
        answered=list(own.order_by("-answered_at", "-pk")[:ANSWERED]),
        parents=_parents(parents, user),
        parents_hidden=adults.count() - len(parents),
    )


def _waiting(line: WaitingLine, rank: int, today: date) -> Waiting:
    late = line.answer_by is not None and line.answer_by < today
    return Waiting(line, rank, line.child.full_name, line.state == WaitingState.PROPOSED, late)


def _parents(rows: list[ParentParticipation], user: User) -> list[Parent]:
    """Whole names for who sees the adult's family; the first name for who leads the action."""
    ids = [row.guardian_id for row in rows if row.guardian_id is not None]
    known = set(Guardian.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    named = [
        Parent(row.pk, row.guardian.full_name if row.guardian and row.guardian_id in known else row.called)
        for row in rows
    ]
    return sorted(named, key=lambda parent: (parent.name, parent.pk))


def guardians_of(action: Action, user: User) -> list[int]:
    """Adults of the families whose children take part, that `user` may see: who could be welcomed."""
    children = Participation.objects.current().visible_to(user).filter(action=action).values("child")
    ships = Guardianship.objects.visible_to(user).on(timezone.localdate()).in_family()
    taken = ParentParticipation.objects.current().filter(action=action, guardian__isnull=False)
    found = ships.filter(child__in=children, contact_forbidden=False)
    return sorted({ship.guardian_id for ship in found} - set(taken.values_list("guardian_id", flat=True)))
