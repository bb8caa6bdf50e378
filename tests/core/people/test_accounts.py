"""Roles given and ended, suspension, departure: who may, who may not, and never the last one."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.people import operations
from core.people.enums import PersonAct, Role
from core.people.models import PersonChange, RoleAssignment, User
from tenants.context import Place, entered
from tests.core.people.factories import PASSWORD, person

DAY = date(2026, 3, 2)
Joined = dict[str, Any]


def joined(*roles: str, **fields: Any) -> User:
    return person(*roles, joined_at=timezone.now(), **fields)


def give(user: User, role: Role, since_on: date, until_on: date | None = None) -> RoleAssignment:
    return operations.give_role(
        person=user, role=role, by=None, at=timezone.now(), since_on=since_on, until_on=until_on
    )


# --- roles --------------------------------------------------------------------------------------
def test_a_role_given_is_written_down_and_seen_at_once(in_town_a: Place, now: datetime) -> None:
    boss, user = joined(Role.COORDINATOR), joined()
    assert not user.has_role(Role.REFERENT, on=DAY)
    operations.give_role(person=user, role=Role.REFERENT, by=boss, at=now, since_on=DAY)
    assert user.has_role(Role.REFERENT, on=DAY)
    assert not user.has_role(Role.REFERENT, on=DAY - timedelta(days=1))
    line = PersonChange.objects.get(person=user)
    assert (line.act, line.actor, line.fields) == (PersonAct.ROLE_GIVEN, boss, ["referent"])


def test_nobody_gives_or_ends_their_own_role(in_town_a: Place, now: datetime) -> None:
    admin, boss = joined(Role.TOWN_ADMIN), joined(Role.COORDINATOR)
    with pytest.raises(operations.CannotActOnSelf):
        operations.give_role(person=admin, role=Role.COORDINATOR, by=admin, at=now, since_on=DAY)
    operations.give_role(person=admin, role=Role.STEERING, by=boss, at=now, since_on=DAY)
    own = admin.assignments.get(role=Role.TOWN_ADMIN)
    with pytest.raises(operations.CannotActOnSelf):
        operations.end_role(assignment=own, by=admin, at=now, until_on=DAY)
    operations.end_role(assignment=own, by=boss, at=now, until_on=DAY)
    assert not admin.has_role(Role.TOWN_ADMIN)


def test_a_role_of_the_other_kind_of_place_is_refused(
    in_town_a: Place, national: Place, now: datetime
) -> None:
    user = joined()
    with pytest.raises(operations.NotARoleHere):
        give(user, Role.NATIONAL_READER, DAY)
    give(user, Role.SECRETARY, DAY)
    with entered(national, switching=True):
        reader = joined()
        with pytest.raises(operations.NotARoleHere):
            give(reader, Role.SECRETARY, DAY)
        give(reader, Role.NATIONAL_READER, DAY)


def test_a_role_is_not_held_twice_on_one_day(in_town_a: Place) -> None:
    user = joined()
    give(user, Role.REFERENT, DAY, DAY + timedelta(days=10))
    for since, until in ((0, 0), (10, 20), (-5, 0), (-5, None), (5, None), (-5, 30)):
        with pytest.raises(operations.AlreadyHeld):
            give(
                user,
                Role.REFERENT,
                DAY + timedelta(days=since),
                until if until is None else DAY + timedelta(until),
            )
    give(user, Role.REFERENT, DAY + timedelta(days=11))
    give(user, Role.REFERENT, DAY - timedelta(days=9), DAY - timedelta(days=1))
    give(user, Role.SECRETARY, DAY)


spans = st.lists(
    st.tuples(
        st.sampled_from([Role.REFERENT, Role.SECRETARY]), st.integers(0, 30), st.none() | st.integers(0, 15)
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=spans, asked=st.integers(-2, 50))
def test_roles_of_a_day_are_those_given_for_it(
    in_town_a: Place, spans: list[tuple[Role, int, int | None]], asked: int
) -> None:
    """A model of plain sets of days against the operation, the property and the two querysets."""
    user = joined()
    days: dict[Role, set[int]] = {Role.REFERENT: set(), Role.SECRETARY: set()}
    for role, start, length in spans:
        wanted = set(range(start, start + length + 1 if length is not None else 60))
        until = DAY + timedelta(days=start + length) if length is not None else None
        if wanted & days[role]:
            with pytest.raises(operations.AlreadyHeld):
                give(user, role, DAY + timedelta(days=start), until)
        else:
            give(user, role, DAY + timedelta(days=start), until)
            days[role] |= wanted
    day = DAY + timedelta(days=asked)
    expected = {role for role, held in days.items() if asked in held}
    assert user.roles_on(day) == expected
    assert set(user.assignments.on(day).values_list("role", flat=True)) == expected
    for role in days:
        assert User.objects.holding(role, on=day).filter(pk=user.pk).exists() == (role in expected)


def test_an_ended_role_lasts_through_its_last_day(in_town_a: Place, now: datetime) -> None:
    boss, user = joined(Role.COORDINATOR), joined()
    assignment = give(user, Role.REFERENT, DAY)
    last = DAY + timedelta(days=3)
    operations.end_role(assignment=assignment, by=boss, at=now, until_on=last)
    fresh = User.objects.get(pk=user.pk)
    assert fresh.has_role(Role.REFERENT, on=last)
    assert not fresh.has_role(Role.REFERENT, on=last + timedelta(days=1))


# --- never the last one -------------------------------------------------------------------------
def test_the_last_manager_stays(in_town_a: Place, now: datetime) -> None:
    boss, other = joined(Role.COORDINATOR), joined(Role.TOWN_ADMIN)
    operations.suspend(person=boss, by=other, at=now)
    helper = joined(Role.SECRETARY)
    assignment = other.assignments.get()
    with pytest.raises(operations.LastManager):
        operations.suspend(person=other, by=helper, at=now)
    with pytest.raises(operations.LastManager):
        operations.record_departure(person=other, by=helper, at=now, left_on=timezone.localdate(now))
    with pytest.raises(operations.LastManager):
        operations.end_role(assignment=assignment, by=helper, at=now, until_on=timezone.localdate(now))
    operations.resume(person=boss, by=other, at=now)
    operations.end_role(assignment=assignment, by=boss, at=now, until_on=timezone.localdate(now))


def test_somebody_only_invited_does_not_count_as_a_manager(in_town_a: Place, now: datetime) -> None:
    boss, helper = joined(Role.COORDINATOR), joined(Role.SECRETARY)
    person(Role.TOWN_ADMIN)
    with pytest.raises(operations.LastManager):
        operations.suspend(person=boss, by=helper, at=now)
    joined(Role.TOWN_ADMIN)
    operations.suspend(person=boss, by=helper, at=now)


# --- suspension and departure -------------------------------------------------------------------
def test_suspension_closes_sessions_and_can_be_taken_back(
    client_a: Client, town_a: Place, now: datetime
) -> None:
    with entered(town_a):
        boss, user = joined(Role.COORDINATOR), joined(Role.REFERENT)
    client_a.post("/connexion/", {"login": user.email, "password": PASSWORD})
    assert client_a.get("/compte/").status_code == 200
    with entered(town_a):
        operations.suspend(person=user, by=boss, at=now)
    assert client_a.get("/compte/").status_code == 302
    with entered(town_a):
        operations.resume(person=user, by=boss, at=now)
        assert user.has_role(Role.REFERENT)
    assert client_a.get("/compte/").status_code == 302, "the old session is gone for good"
    client_a.post("/connexion/", {"login": user.email, "password": PASSWORD})
    assert client_a.get("/compte/").status_code == 200


def test_after_the_last_day_no_role_counts(in_town_a: Place, now: datetime) -> None:
    boss, user = joined(Role.COORDINATOR), joined(Role.REFERENT)
    operations.record_departure(person=user, by=boss, at=now, left_on=DAY)
    fresh = User.objects.get(pk=user.pk)
    assert fresh.roles_on(DAY) == {Role.REFERENT}
    assert fresh.roles_on(DAY + timedelta(days=1)) == frozenset()


def test_nobody_suspends_or_reopens_themselves(in_town_a: Place, now: datetime) -> None:
    boss = joined(Role.COORDINATOR)
    joined(Role.COORDINATOR)
    for act in (operations.suspend, operations.resume):
        with pytest.raises(operations.CannotActOnSelf):
            act(person=boss, by=boss, at=now)
    with pytest.raises(operations.CannotActOnSelf):
        operations.record_departure(person=boss, by=boss, at=now, left_on=DAY)


# --- details ------------------------------------------------------------------------------------
def test_details_change_with_their_names_in_the_log_and_no_value(in_town_a: Place, now: datetime) -> None:
    user = joined()
    operations.change_details(person=user, by=user, at=now, last_name="Ében", phone="", function="Éducatrice")
    fresh = User.objects.get(pk=user.pk)
    assert (fresh.full_name, fresh.sort_name) == ("Camille Ében", "eben camille")
    line = PersonChange.objects.get(person=user)
    assert line.fields == ["function", "last_name"]
    with pytest.raises(TypeError):
        operations.change_details(person=user, by=user, at=now, email="autre@essai.invalid")


def test_nothing_changed_writes_nothing(in_town_a: Place, now: datetime) -> None:
    user = joined()
    operations.change_details(person=user, by=user, at=now, last_name=user.last_name)
    assert not PersonChange.objects.exists()
