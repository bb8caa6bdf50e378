"""Entering, failing, writing, keeping, rolling back and attacking in any order: each town keeps its rows.

Two actors share one connection, each with a context of its own, as threads in turn on a pooled
connection would; their steps are interleaved by hypothesis. The oracle is what each town was seen
to write: names of people, and a cache entry, that say whose they are.
"""

import contextlib
import contextvars
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.people.models import User
from tenants import context, guard
from tenants.backend import base
from tenants.context import Place, entered
from tenants.errors import OtherPlaceError, TenancyError
from tests.tenants.isolation.injection import whole

ACTORS = st.integers(0, 1)
TOWNS = st.integers(0, 1)

ATTACKS = [
    "SET ROLE {other}",
    "RESET ROLE",
    "SELECT set_config('role', '{other}', false)",
    "SELECT 1; SET ROLE {other}",
    "--\rSET ROLE {other} /*\nSELECT */",
    "SELECT last_name FROM {other}.people_user",
    "UPDATE {other}.people_user SET function = 'attacked'",
    "SELECT query_to_xml('SELECT last_name FROM {other}.people_user', true, true, '')",
    "DO $$BEGIN EXECUTE 'SET ROLE {other}'; END$$",
    "COMMIT",
]
USES: dict[str, Callable[[User], Any]] = {
    "save": lambda user: user.save(),
    "delete": lambda user: user.delete(),
    "bulk_create": lambda user: User.objects.bulk_create([user], ignore_conflicts=True),
    "bulk_update": lambda user: User.objects.bulk_update([user], ["last_name"]),
    "refresh": lambda user: user.refresh_from_db(),
}


class Actor:
    """Someone at work: a context variable's world, and the towns entered in it, innermost last."""

    def __init__(self) -> None:
        self.world = contextvars.Context()
        self.blocks: list[Any] = []
        self.towns: list[Place] = []

    @property
    def here(self) -> Place | None:
        return self.towns[-1] if self.towns else None

    def run(self, act: Callable[..., Any], *args: Any) -> Any:
        return self.world.run(act, *args)

    def enter(self, place: Place, *, switching: bool) -> None:
        block = entered(place, switching=switching)
        self.run(block.__enter__)
        self.blocks.append(block)
        self.towns.append(place)

    def leave(self, failure: BaseException | None = None) -> None:
        self.towns.pop()
        block = self.blocks.pop()
        with contextlib.suppress(KeyError):
            self.run(block.__exit__, type(failure) if failure else None, failure, None)


class Walls(RuleBasedStateMachine):
    towns: ClassVar[tuple[Place, Place]]

    def __init__(self) -> None:
        super().__init__()
        connection.forget_place()
        self.start = transaction.savepoint()
        self.actors = [Actor(), Actor()]
        self.rows: dict[str, dict[int, str]] = {place.schema: {} for place in self.towns}
        self.entries: dict[str, str | None] = {place.schema: None for place in self.towns}
        self.savepoints: list[tuple[str, Any]] = []
        self.kept: list[tuple[User, Place]] = []
        self.queries: list[tuple[Any, Place]] = []
        self.cursors: list[Any] = []
        self.order = list(self.towns)
        self.number = 0
        for actor, place in zip(self.actors, self.towns, strict=True):
            actor.enter(place, switching=False)
            self.write(self.actors.index(actor))

    def teardown(self) -> None:
        for actor in self.actors:
            while actor.towns:
                actor.leave()
        transaction.savepoint_rollback(self.start)
        transaction.savepoint_commit(self.start)

    def somewhere(self) -> bool:
        return any(actor.towns for actor in self.actors)

    # --- coming and going -----------------------------------------------------------------------

    @rule(actor=ACTORS, town=TOWNS, switching=st.booleans())
    def enter(self, actor: int, town: int, switching: bool) -> None:
        who, place = self.actors[actor], self.towns[town]
        if who.here in (None, place) or switching:
            who.enter(place, switching=switching)
        else:
            with pytest.raises(OtherPlaceError):
                who.enter(place, switching=False)

    @precondition(somewhere)
    @rule(actor=ACTORS, failing=st.booleans())
    def leave(self, actor: int, failing: bool) -> None:
        if self.actors[actor].towns:
            self.actors[actor].leave(KeyError("the block failed") if failing else None)

    # --- reading and writing --------------------------------------------------------------------

    def names(self) -> dict[int, str]:
        return dict(User.objects.values_list("pk", "last_name"))

    @rule(actor=ACTORS)
    def read(self, actor: int) -> None:
        who = self.actors[actor]
        if who.here is None:
            with pytest.raises(TenancyError):
                who.run(self.names)
        else:
            assert who.run(self.names) == self.rows[who.here.schema]

    @rule(actor=ACTORS)
    def write(self, actor: int) -> None:
        who = self.actors[actor]
        self.number += 1
        place = who.here
        user = User(email=f"p{self.number}@essai.test", last_name=f"{place and place.slug} {self.number}")
        if place is None:
            with pytest.raises(TenancyError):
                who.run(user.save)
            return
        who.run(user.save)
        self.rows[place.schema][user.pk] = user.last_name

    @precondition(somewhere)
    @rule(actor=ACTORS)
    def keep_in_cache(self, actor: int) -> None:
        who = self.actors[actor]
        if who.here is None:
            with pytest.raises(TenancyError):
                who.run(cache.set, "canary", "nowhere")
            return
        who.run(cache.set, "canary", who.here.slug)
        self.entries[who.here.schema] = who.here.slug

    # --- carrying things across -----------------------------------------------------------------

    @rule(actor=ACTORS)
    def keep(self, actor: int) -> None:
        """A cursor, and in a town an object and a query, to be used later by whoever."""
        who = self.actors[actor]
        self.cursors.append(who.run(connection.cursor))
        if who.here is None:
            return
        self.queries.append((who.run(User.objects.filter, ("pk__gt", 0)), who.here))
        user = who.run(User.objects.order_by("pk").first)
        if user is not None:
            self.kept.append((user, who.here))

    @precondition(lambda self: self.kept)
    @rule(actor=ACTORS, data=st.data(), use=st.sampled_from(sorted(USES)))
    def use_an_object_elsewhere(self, actor: int, data: st.DataObject, use: str) -> None:
        who = self.actors[actor]
        user, home = data.draw(st.sampled_from(self.kept))
        if who.here != home:
            with transaction.atomic(), pytest.raises(TenancyError):
                who.run(USES[use], user)

    @precondition(lambda self: self.queries)
    @rule(actor=ACTORS, data=st.data())
    def evaluate_a_query(self, actor: int, data: st.DataObject) -> None:
        who = self.actors[actor]
        query, home = data.draw(st.sampled_from(self.queries))
        fresh = who.run(query.order_by, "pk")
        if who.here != home:
            with pytest.raises(TenancyError):
                who.run(list, fresh)
        else:
            assert {user.pk: user.last_name for user in who.run(list, fresh)} == self.rows[home.schema]

    @precondition(lambda self: self.cursors)
    @rule(actor=ACTORS, data=st.data())
    def use_a_cursor(self, actor: int, data: st.DataObject) -> None:
        """One that is kept works at home alone, and there only while the connection is at home."""
        who = self.actors[actor]
        cursor = data.draw(st.sampled_from(self.cursors))

        def ask() -> None:
            with contextlib.suppress(OtherPlaceError):
                cursor.execute("SELECT current_user")
                assert cursor.fetchall() == [(who.here.schema if who.here else "reussite_app",)]

        who.run(ask)

    # --- taking back ----------------------------------------------------------------------------

    @rule(actor=ACTORS)
    def mark(self, actor: int) -> None:
        sid = self.actors[actor].run(transaction.savepoint)
        kept = ({schema: dict(rows) for schema, rows in self.rows.items()}, dict(self.entries))
        self.savepoints.append((sid, kept))

    @precondition(lambda self: self.savepoints)
    @rule(actor=ACTORS, data=st.data())
    def take_back(self, actor: int, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.savepoints) - 1))
        sid, (rows, entries) = self.savepoints[index]
        self.actors[actor].run(transaction.savepoint_rollback, sid)
        self.savepoints = self.savepoints[:index]
        self.rows, self.entries = {schema: dict(kept) for schema, kept in rows.items()}, dict(entries)

    # --- attacking ------------------------------------------------------------------------------

    @precondition(somewhere)
    @rule(actor=ACTORS, attack=st.sampled_from(ATTACKS))
    def attack(self, actor: int, attack: str) -> None:
        who = self.actors[actor]
        if who.here is None:
            return
        other = next(place for place in self.towns if place != who.here)
        outcome = who.run(whole, attack.format(other=other.schema))
        assert outcome.refusal is not None, attack

    # --- the oracle -----------------------------------------------------------------------------

    @invariant()
    def each_actor_is_where_it_thinks(self) -> None:
        for actor in self.actors:
            assert actor.run(context.current) == actor.here
        assert context.current() is None

    @invariant()
    def each_town_has_what_it_wrote(self) -> None:
        # Begins in the town where it ended: only there is nothing sent before the question.
        self.order.reverse()
        for place in self.order:
            with entered(place):
                assert self.names() == self.rows[place.schema]
                assert cache.get("canary") == self.entries[place.schema]


def walk(town_a: Place, town_b: Place, **more: Any) -> None:
    Walls.towns = (town_a, town_b)
    chosen = {"max_examples": 40, "stateful_step_count": 40, **more}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Walls, settings=settings(deadline=None, derandomize=True, database=None, **chosen)
    )


def test_walls_hold_whatever_the_order(town_a: Place, town_b: Place) -> None:
    walk(town_a, town_b)


# A wall that is broken, the next one's refusal, or what is left of both when hypothesis looks twice.
FOUND = (AssertionError, pytest.fail.Exception, ObjectDoesNotExist, DatabaseError, TenancyError, Flaky)


def never_forget(self: base.DatabaseWrapper) -> None:
    return None


def never_check(instance: Model) -> None:
    return None


@pytest.mark.parametrize(
    ("owner", "name", "replacement"),
    [(base.DatabaseWrapper, "forget_place", never_forget), (guard, "check_instance", never_check)],
)
def test_the_machine_finds_a_missing_layer(
    town_a: Place, town_b: Place, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, replacement: Any
) -> None:
    """Its own proof: it can fail, and it does when the walls have a hole."""
    savepoint = transaction.savepoint()
    with monkeypatch.context() as patch, pytest.raises(FOUND):
        patch.setattr(owner, name, replacement)
        walk(town_a, town_b, phases=[Phase.generate], report_multiple_bugs=False)
    transaction.savepoint_rollback(savepoint)
