"""Places of a group action, the same for every reader: who has one, to whom one is proposed, how many wait.

The rule, as pages say it: first come, first served; a place that is freed is proposed to the first who waits,
for a week; nobody goes before those who wait. Parents are counted apart and have places of their own.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from core.children.models import Child, Guardian, Guardianship
from core.pathways.models import Action, ParentParticipation, Participation, WaitingLine
from core.pathways.workflow import WaitingState

TIME_TO_ANSWER = timedelta(days=7)
RULE = (
    "Premier inscrit, premier servi : une place qui se libère est proposée à l’enfant qui attend depuis le "
    "plus longtemps, pour sept jours. Personne ne passe devant."
)


@dataclass(frozen=True, slots=True)
class Room:
    """`places` is None where there is no limit."""

    places: int | None
    taken: int
    proposed: int
    waiting: int

    @property
    def free(self) -> int | None:
        """Places that nobody has and that are proposed to nobody."""
        return None if self.places is None else max(0, self.places - self.taken - self.proposed)

    @property
    def rank(self) -> int:
        """Of who would be the next to wait."""
        return self.proposed + self.waiting + 1

    @property
    def is_open(self) -> bool:
        """A child may be enrolled now: there is a place, and nobody waits for it."""
        return not self.waiting and (self.free is None or self.free > 0)


def room_of(action: Action) -> Room:
    lines = (
        WaitingLine.objects.filter(action=action)
        .living()
        .aggregate(
            proposed=Count("pk", filter=Q(state=WaitingState.PROPOSED)),
            waiting=Count("pk", filter=Q(state=WaitingState.WAITING)),
        )
    )
    taken = Participation.objects.current().filter(action=action).count()
    return Room(action.places, taken, lines["proposed"], lines["waiting"])


def parents_have_room(action: Action) -> bool:
    if action.parent_places is None:
        return True
    return ParentParticipation.objects.current().filter(action=action).count() < action.parent_places


def kept_from(child: Child, on: date) -> set[int]:
    """Adults who are to have no contact with the child, whatever else they are to it."""
    ships = Guardianship.objects.on(on).filter(child=child, contact_forbidden=True)
    return set(ships.values_list("guardian_id", flat=True))


def meets_a_forbidden_adult(action: Action, child: Child, on: date) -> bool:
    """An adult of the action must stay away from this child."""
    adults = ParentParticipation.objects.current().filter(action=action, guardian__isnull=False)
    return not kept_from(child, on).isdisjoint(adults.values_list("guardian_id", flat=True))


def meets_a_forbidden_child(action: Action, guardian: Guardian, on: date) -> bool:
    """A child of the action, or one who waits for a place in it, from whom this adult must stay away."""
    kept = Guardianship.objects.on(on).filter(guardian=guardian, contact_forbidden=True).values("child")
    there = Participation.objects.current().filter(action=action, child__in=kept)
    return there.exists() or WaitingLine.objects.living().filter(action=action, child__in=kept).exists()
