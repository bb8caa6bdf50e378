"""What a roll-call shows: first names and what safety requires; and where two of them disagree."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.pathways.enums import Presence
from core.pathways.groups import short_names
from core.pathways.models import ParentParticipation, Participation, Session
from core.people.models import User

NOT_NOTED = "Pas noté"


@dataclass(frozen=True, slots=True)
class RollRow:
    """One person of the roll-call. `value` is marked on the page, `noted` is in the register, or empty."""

    pk: int
    field: str
    name: str
    detail: str
    value: str
    noted: str
    child_id: int | None = None
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    rows: list[RollRow]
    parents: list[RollRow]
    hidden: int

    @property
    def shown(self) -> list[int]:
        return [row.child_id for row in self.rows if row.child_id is not None]

    @property
    def everybody(self) -> list[RollRow]:
        return [*self.rows, *self.parents]

    @property
    def guests(self) -> list[RollRow]:
        return [row for row in self.rows if row.is_guest]


def roll_of(session: Session, user: User) -> Roll:
    """Everybody is marked present until a thumb says otherwise, or as the last roll-call noted."""
    expected = Participation.objects.on_the_day_of(session)
    seen = list(expected.visible_to(user).select_related("child").order_by("child__first_name", "pk"))
    noted = dict(session.attendances.values_list("participation_id", "presence"))
    names = short_names(seen)
    rows = [
        RollRow(
            item.pk,
            f"presence-{item.pk}",
            names[item.pk],
            item.safety,
            noted.get(item.pk, Presence.PRESENT),
            noted.get(item.pk, ""),
            item.child_id,
            item.objective_id is None,
        )
        for item in seen
    ]
    adults = ParentParticipation.objects.on_the_day_of(session)
    came = list(adults.visible_to(user).select_related("guardian").order_by("pk"))
    hidden = expected.count() - len(rows) + adults.count() - len(came)
    return Roll(rows, _parents(session, came), hidden)


def _parents(session: Session, came: list[ParentParticipation]) -> list[RollRow]:
    noted = dict(session.parents.values_list("parent_id", "presence"))
    rows = [
        RollRow(
            item.pk,
            f"parent-{item.pk}",
            item.called,
            "",
            noted.get(item.pk, Presence.PRESENT),
            noted.get(item.pk, ""),
        )
        for item in came
    ]
    return sorted(rows, key=lambda row: (row.name, row.pk))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One person of whom two roll-calls say different things: what is kept is chosen, never overwritten."""

    row: RollRow
    mine: str
    theirs: str
    value: str


def disagreements(roll: Roll, sent: Mapping[str, str]) -> list[Disagreement]:
    """Against what is in the register now; where it says nothing yet, what was sent is proposed."""
    labels = {mark.value: str(mark.label) for mark in Presence}
    return [
        Disagreement(
            row,
            labels[sent[row.field]],
            labels.get(row.noted, NOT_NOTED),
            row.noted or sent[row.field],
        )
        for row in roll.everybody
        if sent.get(row.field) in labels and sent[row.field] != row.noted
    ]
