"""Places of a group: never more than there are, proposed in turn, taken past nobody; parents apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.children.enums import Authority
from core.children.models import Child, Guardianship
from core.children.operations import merging
from core.children.operations.files import ChildDetails
from core.journal.models import Change
from core.pathways.models import Action, ParentParticipation, Participation, PlaceRequest, WaitingLine
from core.pathways.operations import actions, guests, parents, places
from core.pathways.operations.actions import Permission
from core.pathways.operations.guests import Asked
from core.pathways.operations.places import ActionFull
from core.pathways.operations.transitions import CannotMove
from core.pathways.places import room_of
from core.people.enums import Role
from core.people.models import User
from tenants.models import OutboxRow
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import Life, association, group, guest, join
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
DAY = timedelta(days=1)


@pytest.fixture
def coordinator() -> User:
    return making.user(Role.COORDINATOR)


def waits(action: Action, by: User, child: Child | None = None, **fields: object) -> WaitingLine:
    return places.wait(
        action=action,
        child=child or making.child(),
        authorised_by="Le père",
        authorised_on=TODAY,
        by=by,
        at=fields.pop("at", NOW),  # type: ignore[arg-type]
        **fields,  # type: ignore[arg-type]
    )


def states(lines: Iterable[WaitingLine]) -> list[str]:
    return [WaitingLine.objects.get(pk=line.pk).state for line in lines]


# --- enrolment ----------------------------------------------------------------------------------------


def test_beyond_the_places_nobody_is_enrolled_and_the_rank_is_said(coordinator: User) -> None:
    action = group(coordinator, places=2, worker=coordinator)
    for _ in range(2):
        guest(action, coordinator)
    with pytest.raises(ActionFull, match=r"complète \(2 places\)") as refusal:
        guest(action, coordinator)
    assert refusal.value.rank == 1
    assert not WaitingLine.objects.exists()
    waits(action, coordinator)
    with pytest.raises(ActionFull, match="1 enfant attend déjà") as refusal:
        guest(action, coordinator)
    assert refusal.value.rank == 2
    assert action.participations.count() == 2


def test_a_refused_guest_leaves_no_file_behind(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    guest(action, coordinator)
    before = Child.objects.count()
    with pytest.raises(ActionFull):
        welcome(action, coordinator)
    assert Child.objects.count() == before
    line = welcome(action, coordinator, may_wait=True)
    assert isinstance(line, WaitingLine)
    assert (line.authorised_by, Child.objects.count()) == ("La mère", before + 1)


def welcome(action: Action, by: User, **fields: object) -> Participation | WaitingLine:
    return guests.welcome_guest(
        action=action,
        child=None,
        details=ChildDetails(first_name="Lou", last_name="Fictif", birth_on=date(2017, 1, 2)),
        distinct_from=(),
        authorised_by="La mère",
        authorised_on=TODAY,
        safety="",
        by=by,
        at=NOW,
        **fields,  # type: ignore[arg-type]
    )


def test_a_child_of_a_pathway_waits_too_and_keeps_its_objective(coordinator: User) -> None:
    life = Life(coordinator=coordinator)
    action = group(coordinator, places=1, worker=coordinator)
    first = guest(action, coordinator)
    values = {"objective": life.searched(), "safety": "Sa tante.", "on": TODAY, "by": coordinator, "at": NOW}
    with pytest.raises(ActionFull):
        guests.enrol(action=action, may_wait=False, **values)  # type: ignore[arg-type]
    line = guests.enrol(action=action, may_wait=True, **values)  # type: ignore[arg-type]
    assert isinstance(line, WaitingLine)
    actions.leave(participation=first, on=TODAY, by=coordinator, at=NOW)
    taken = actions.take_place(line=line, on=TODAY, by=coordinator, at=NOW)
    assert (taken.objective, taken.safety, taken.child) == (life.objective, "Sa tante.", life.child)


def test_waiting_is_for_who_has_no_place(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    with pytest.raises(CannotMove, match="Il reste une place"):
        waits(action, coordinator)
    there = guest(action, coordinator)
    with pytest.raises(CannotMove, match="participe déjà"):
        waits(action, coordinator, there.child)
    line = waits(action, coordinator)
    assert waits(action, coordinator, line.child) == line
    actions.leave(participation=there, on=TODAY, by=coordinator, at=NOW)
    with pytest.raises(CannotMove, match="sa place se prend de là"):
        actions.join_without_pathway(
            action=action,
            child=line.child,
            authorised_by="Le père",
            authorised_on=TODAY,
            on=TODAY,
            by=coordinator,
            at=NOW,
        )


# --- a place is freed ---------------------------------------------------------------------------------


def test_a_freed_place_is_proposed_to_the_first_and_given_to_nobody(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    there = guest(action, coordinator)
    late = waits(action, coordinator)
    early = waits(action, coordinator, asked_at=NOW - DAY)
    actions.leave(participation=there, on=TODAY, by=coordinator, at=NOW)
    assert states([early, late]) == ["proposed", "waiting"]
    assert not action.participations.current().exists()
    early.refresh_from_db()
    assert early.answer_by == TODAY + timedelta(days=7)
    with pytest.raises(ActionFull):
        guest(action, coordinator)
    assert OutboxRow.objects.filter(payload__event="pathways.place_proposed").count() == 1
    actions.take_place(line=early, on=TODAY, by=coordinator, at=NOW)
    assert action.participations.current().get().child == early.child
    assert states([early, late]) == ["taken", "waiting"]
    with pytest.raises(CannotMove, match="Inscrit"):
        actions.take_place(line=early, on=TODAY, by=coordinator, at=NOW)


def test_who_is_not_proposed_a_place_takes_none(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    guest(action, coordinator)
    line = waits(action, coordinator)
    with pytest.raises(CannotMove, match="En attente"):
        actions.take_place(line=line, on=TODAY, by=coordinator, at=NOW)
    assert states([line]) == ["waiting"]


def test_a_refusal_or_a_silence_is_the_next_ones_turn(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    there = guest(action, coordinator)
    lines = [waits(action, coordinator, at=NOW + number * DAY) for number in range(3)]
    actions.leave(participation=there, on=TODAY, by=coordinator, at=NOW)
    places.decline_place(line=lines[0], by=coordinator, at=NOW)
    assert states(lines) == ["declined", "proposed", "waiting"]
    with pytest.raises(CannotMove, match="encore le temps"):
        places.pass_over(line=lines[1], by=coordinator, at=NOW + 7 * DAY)
    places.pass_over(line=lines[1], by=coordinator, at=NOW + 8 * DAY)
    assert states(lines) == ["declined", "unanswered", "proposed"]
    places.stop_waiting(line=lines[2], by=coordinator, at=NOW)
    assert room_of(action).is_open
    assert guest(action, coordinator).pk


def test_more_places_are_proposed_and_none_is_taken_away(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    guest(action, coordinator)
    lines = [waits(action, coordinator, at=NOW + number * DAY) for number in range(3)]

    def put(number: int | None) -> None:
        places.set_places(action=action, places=number, parent_places=None, by=coordinator, at=NOW)

    put(3)
    assert states(lines) == ["proposed", "proposed", "waiting"]
    with pytest.raises(CannotMove, match="2 place"):
        put(2)
    put(None)
    assert states(lines) == ["proposed"] * 3
    with pytest.raises(DatabaseError, match="moins de places"), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(places=0)
    put(4)


def test_with_the_action_waiting_and_asking_end(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    guest(action, coordinator)
    line = waits(action, coordinator)
    parent = parents.welcome_parent(action=action, first_name="Ana", on=TODAY, by=coordinator, at=NOW)
    request = asked(action, coordinator)
    actions.stop_action(action=action, because="Fin.", on=TODAY, by=coordinator, at=NOW)
    assert states([line]) == ["withdrawn"]
    parent.refresh_from_db()
    request.refresh_from_db()
    assert (parent.until_on, request.state, request.first_name) == (TODAY, "declined", "")


def test_the_database_holds_the_places(coordinator: User) -> None:
    action = group(coordinator, places=1, parent_places=1, worker=coordinator)
    values = {"action": action, "since_on": TODAY, "authorised_by": "La mère", "authorised_on": TODAY}
    first = Participation.objects.create(child=making.child(), **values)
    with pytest.raises(DatabaseError, match="complète"), transaction.atomic():
        Participation.objects.create(child=making.child(), **values)
    Participation.objects.filter(pk=first.pk).update(until_on=TODAY)
    Participation.objects.create(child=making.child(), **values)
    with pytest.raises(DatabaseError, match="complète"), transaction.atomic():
        Participation.objects.filter(pk=first.pk).update(until_on=None)
    ParentParticipation.objects.create(action=action, first_name="Ana", since_on=TODAY)
    with pytest.raises(DatabaseError, match="complète"), transaction.atomic():
        ParentParticipation.objects.create(action=action, first_name="Luc", since_on=TODAY)


# --- any history, against a plain list ----------------------------------------------------------------


@dataclass
class Plain:
    """The rule in a dozen lines: places, who has one, who is proposed one, who waits, in order."""

    places: int | None
    inside: set[int] = field(default_factory=set)
    proposed: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def settle(self) -> None:
        while self.waiting and (self.places is None or len(self.inside) + len(self.proposed) < self.places):
            self.proposed.append(self.waiting.pop(0))

    def enrol(self, child: int) -> None:
        full = self.places is not None and len(self.inside) + len(self.proposed) >= self.places
        if child in self.inside | {*self.proposed, *self.waiting}:
            return
        if full or self.waiting:
            self.waiting.append(child)
        else:
            self.inside.add(child)

    def leave(self, child: int) -> None:
        self.inside.discard(child)

    def answer(self, child: int, yes: bool) -> None:
        if child in self.proposed:
            self.proposed.remove(child)
            if yes:
                self.inside.add(child)

    def give_up(self, child: int) -> None:
        for row in (self.proposed, self.waiting):
            if child in row:
                row.remove(child)

    def resize(self, places: int | None) -> None:
        if places is None or places >= len(self.inside) + len(self.proposed):
            self.places = places


class Real:
    """The same acts through the operations; what they refuse changes nothing."""

    def __init__(self, by: User, places: int | None) -> None:
        self.by, self.action = by, group(by, places=places, worker=by)
        self.children: dict[int, Child] = {}
        self.at = NOW

    def enrol(self, child: int) -> None:
        found = self.children.setdefault(child, making.child())
        fields = {"authorised_by": "La mère", "authorised_on": TODAY, "by": self.by, "at": self.at}
        try:
            actions.join_without_pathway(action=self.action, child=found, on=TODAY, **fields)  # type: ignore[arg-type]
        except ActionFull:
            places.wait(action=self.action, child=found, **fields)  # type: ignore[arg-type]

    def leave(self, child: int) -> None:
        for row in self.action.participations.current().filter(child=self.children.get(child)):
            actions.leave(participation=row, on=TODAY, by=self.by, at=self.at)

    def answer(self, child: int, yes: bool) -> None:
        if (line := self._line(child)) is not None:
            if yes:
                actions.take_place(line=line, on=TODAY, by=self.by, at=self.at)
            else:
                places.decline_place(line=line, by=self.by, at=self.at)

    def give_up(self, child: int) -> None:
        if (line := self._line(child)) is not None:
            places.stop_waiting(line=line, by=self.by, at=self.at)

    def resize(self, number: int | None) -> None:
        places.set_places(action=self.action, places=number, parent_places=None, by=self.by, at=self.at)

    def _line(self, child: int) -> WaitingLine | None:
        return self.action.waiting.living().filter(child=self.children.get(child)).first()

    def seen(self) -> tuple[set[int], list[int], list[int]]:
        names = {found.pk: child for child, found in self.children.items()}
        lines = list(self.action.waiting.living().in_turn())
        return (
            {names[row.child_id] for row in self.action.participations.current()},
            [names[line.child_id] for line in lines if line.state == "proposed"],
            [names[line.child_id] for line in lines if line.state == "waiting"],
        )


_child = st.integers(1, 6)
_act = st.one_of(
    st.tuples(st.just("enrol"), _child),
    st.tuples(st.just("leave"), _child),
    st.tuples(st.just("answer"), _child, st.booleans()),
    st.tuples(st.just("give_up"), _child),
    st.tuples(st.just("resize"), st.one_of(st.none(), st.integers(0, 4))),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(places_=st.one_of(st.none(), st.integers(0, 3)), history=st.lists(_act, max_size=25))
def test_any_history_agrees_with_a_plain_list(
    places_: int | None, history: list[tuple[object, ...]], coordinator: User
) -> None:
    plain, real = Plain(places_), Real(coordinator, places_)
    for name, *values in history:
        real.at += timedelta(minutes=1)
        getattr(plain, str(name))(*values)
        plain.settle()
        try:
            getattr(real, str(name))(*values)
        except CannotMove:
            pass  # the plain list says whether it was right to refuse
        inside, proposed, waiting = real.seen()
        assert (inside, set(proposed), waiting) == (plain.inside, set(plain.proposed), plain.waiting)
        limit = Action.objects.get(pk=real.action.pk).places
        assert limit == plain.places
        assert limit is None or len(inside) + len(proposed) <= limit


# --- parents ------------------------------------------------------------------------------------------


def test_parents_take_part_apart_from_children(coordinator: User) -> None:
    life = Life(coordinator=coordinator)
    action = group(coordinator, places=1, parent_places=2, worker=coordinator)
    join(action, life, objective=life.searched())

    def come(**who: object) -> ParentParticipation:
        return parents.welcome_parent(action=action, on=TODAY, by=coordinator, at=NOW, **who)  # type: ignore[arg-type]

    known = come(guardian=life.guardian)
    assert come(guardian=life.guardian) == known
    assert known.called == life.guardian.first_name
    other = come(first_name=" Ana ")
    assert other.called == "Ana"
    assert room_of(action).taken == 1
    with pytest.raises(CannotMove, match=r"plus de place pour les parents \(2\)"):
        come(first_name="Luc")
    parents.parent_leaves(parent=other, on=TODAY, by=coordinator, at=NOW)
    assert come(first_name="Luc").pk
    with pytest.raises(CannotMove, match="prénom"):
        come(first_name=" ")


def test_a_parent_and_a_child_who_must_not_meet_do_not(coordinator: User) -> None:
    action = group(coordinator, worker=coordinator)
    kept = making.child()
    adult = making.guardian(kept, Authority.JOINT)
    Guardianship.objects.filter(guardian=adult).update(contact_forbidden=True)
    there = guest(action, coordinator)
    allowed = {"authorised_by": "La mère", "authorised_on": TODAY, "on": TODAY, "by": coordinator, "at": NOW}
    child = actions.join_without_pathway(action=action, child=kept, **allowed)  # type: ignore[arg-type]

    def come() -> ParentParticipation:
        return parents.welcome_parent(action=action, guardian=adult, on=TODAY, by=coordinator, at=NOW)

    with pytest.raises(CannotMove, match="ne doit pas être en contact"):
        come()
    actions.leave(participation=child, on=TODAY, by=coordinator, at=NOW)
    parent = come()
    with pytest.raises(CannotMove, match="ne doit pas être en contact"):
        actions.join_without_pathway(action=action, child=kept, **allowed)  # type: ignore[arg-type]
    parents.parent_leaves(parent=parent, on=TODAY, by=coordinator, at=NOW)
    assert actions.join_without_pathway(action=action, child=kept, **allowed).pk  # type: ignore[arg-type]
    assert there.until_on is None


def test_parents_come_to_groups_alone(coordinator: User) -> None:
    life = Life(coordinator=coordinator)
    alone = life.action(objective=life.searched())
    with pytest.raises(CannotMove, match="collectives"):
        parents.welcome_parent(action=alone, first_name="Ana", on=TODAY, by=coordinator, at=NOW)
    with pytest.raises(DatabaseError, match="collective"), transaction.atomic():
        ParentParticipation.objects.create(action=alone, first_name="Ana", since_on=TODAY)


# --- what a worker asks -------------------------------------------------------------------------------


def asked(action: Action, by: User, **fields: object) -> PlaceRequest:
    values = {
        "first_name": "Lou",
        "last_name": "Fictif",
        "birth_on": date(2017, 1, 2),
        "authorised_by": "La mère",
        "authorised_on": TODAY,
        **fields,
    }
    return guests.ask_place(action=action, asked=Asked(**values), by=by, at=NOW)  # type: ignore[arg-type]


def answered(request: PlaceRequest, by: User) -> Participation | WaitingLine:
    return guests.accept_request(
        request=request,
        child=None,
        details=ChildDetails(first_name="Lou", last_name="Fictif", birth_on=date(2017, 1, 2)),
        distinct_from=(),
        authorised_by="La mère",
        authorised_on=TODAY,
        safety="",
        by=by,
        at=NOW + 3 * DAY,
    )


def test_a_worker_asks_and_the_programme_answers(coordinator: User) -> None:
    association_ = association()
    worker = partners.worker(association_)
    action = group(coordinator, places=1, organisation=association_)
    request = asked(action, worker)
    assert not action.participations.exists()
    assert OutboxRow.objects.filter(payload__event="pathways.place_asked").count() == 1
    assert isinstance(answered(request, coordinator), Participation)
    request.refresh_from_db()
    assert (request.state, request.first_name, request.birth_on, request.answer) == (
        "accepted",
        "",
        None,
        "Inscrit·e.",
    )
    with pytest.raises(CannotMove, match="déjà sa réponse"):
        answered(request, coordinator)
    refused = asked(action, worker)
    with pytest.raises(CannotMove, match="Dites pourquoi"):
        guests.decline_request(request=refused, answer=" ", by=coordinator, at=NOW)
    guests.decline_request(request=refused, answer="Trop jeune.", by=coordinator, at=NOW)
    refused.refresh_from_db()
    assert (refused.state, refused.last_name, refused.answer) == ("declined", "", "Trop jeune.")
    changes = Change.objects.filter(act__startswith="pathways.place").values_list("old", flat=True)
    assert set(changes) == {None}


def test_a_full_action_keeps_the_day_on_which_the_worker_asked(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    guest(action, coordinator)
    request = asked(action, coordinator)
    later = waits(action, coordinator, at=NOW + DAY)
    line = answered(request, coordinator)
    assert isinstance(line, WaitingLine)
    assert list(action.waiting.living().in_turn()) == [line, later]


def test_the_database_keeps_no_name_of_an_answered_request(coordinator: User) -> None:
    request = asked(group(coordinator, worker=coordinator), coordinator)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlaceRequest.objects.filter(pk=request.pk).update(
            state="accepted", answered_by=coordinator, answered_at=NOW
        )


# --- permissions that end -----------------------------------------------------------------------------


def test_a_permission_ends_and_is_renewed(coordinator: User) -> None:
    association_ = association()
    worker = partners.worker(association_)
    action = group(coordinator, organisation=association_)
    there = guest(action, coordinator)

    def allow(until: date | None) -> None:
        allowed = Permission(by="La mère", on=TODAY - 30 * DAY, until=until)
        actions.note_permission(participation=there, permission=allowed, by=coordinator, at=NOW)

    seen = Participation.objects.visible_to(worker)
    assert there in seen
    allow(TODAY + 90 * DAY)
    assert there in seen.all()
    Participation.objects.filter(pk=there.pk).update(authorised_until=TODAY - 2 * DAY)
    assert there not in seen.all()
    assert there in Participation.objects.visible_to(coordinator)
    with pytest.raises(CannotMove, match="déjà finie"):
        allow(TODAY - DAY)
    allow(None)
    assert there in seen.all()
    assert Change.objects.filter(act="pathways.permission_noted", child_id=there.child_id).count() == 2


def test_a_file_that_is_united_keeps_its_place_in_the_line(coordinator: User) -> None:
    action = group(coordinator, places=1, worker=coordinator)
    guest(action, coordinator)
    line = waits(action, coordinator)
    kept = making.child()
    merging.merge(by=coordinator, at=NOW, kept=kept, merged=line.child, reason="Le même enfant")
    line.refresh_from_db()
    assert line.child == kept
