from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.people.enums import Role
from core.people.models import RoleAssignment, User
from tenants.context import Place
from tests.core.people.factories import person


def test_a_person_holds_several_roles_each_for_its_days(in_town_a: Place) -> None:
    user = person(Role.REFERENT)
    RoleAssignment.objects.create(
        user=user, role=Role.TEAM_MEMBER, since_on=date(2025, 9, 1), until_on=date(2026, 8, 31)
    )

    assert user.roles_on(date(2025, 8, 31)) == {Role.REFERENT}
    assert user.roles_on(date(2025, 9, 1)) == {Role.REFERENT, Role.TEAM_MEMBER}
    assert user.roles_on(date(2026, 8, 31)) == {Role.REFERENT, Role.TEAM_MEMBER}
    assert user.roles_on(date(2026, 9, 1)) == {Role.REFERENT}


def test_roles_are_read_once_for_a_request(in_town_a: Place, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = User.objects.get(pk=person(Role.REFERENT).pk)
    with django_assert_num_queries(1):
        assert user.has_role(Role.REFERENT)
        assert not user.has_role(Role.COORDINATOR, Role.STEERING)
        assert user.roles_on(timezone.localdate()) == {Role.REFERENT}


def test_holding_finds_those_present_with_the_role(in_town_a: Place) -> None:
    here = person(Role.COORDINATOR)
    person(Role.COORDINATOR, is_active=False)
    gone = person(Role.COORDINATOR, left_on=date(2026, 1, 31))
    person(Role.REFERENT)

    assert list(User.objects.holding(Role.COORDINATOR, on=date(2026, 2, 1)).by_name()) == [here]
    assert list(User.objects.holding(Role.COORDINATOR, on=date(2026, 1, 31)).order_by("pk")) == [here, gone]


def test_one_open_assignment_of_a_role(in_town_a: Place) -> None:
    user = person(Role.REFERENT)
    with pytest.raises(IntegrityError, match="one_open_assignment_a_role"), transaction.atomic():
        RoleAssignment.objects.create(user=user, role=Role.REFERENT, since_on=date(2026, 1, 1))
    RoleAssignment.objects.create(user=user, role=Role.SECRETARY, since_on=date(2026, 1, 1))


def test_a_role_does_not_end_before_it_starts(in_town_a: Place) -> None:
    user = person()
    day = date(2026, 3, 2)
    with pytest.raises(IntegrityError, match="role_dates_in_order"), transaction.atomic():
        RoleAssignment.objects.create(
            user=user, role=Role.REFERENT, since_on=day, until_on=day - timedelta(days=1)
        )
    RoleAssignment.objects.create(user=user, role=Role.REFERENT, since_on=day, until_on=day)


def test_an_unknown_role_is_refused_by_the_database(in_town_a: Place) -> None:
    user = person()
    with pytest.raises(IntegrityError, match="role_known"), transaction.atomic():
        RoleAssignment.objects.create(user=user, role="superuser", since_on=date(2026, 1, 1))


def test_an_address_has_one_account_whatever_its_capitals(in_town_a: Place) -> None:
    person(email="camille@essai.invalid")
    with pytest.raises(IntegrityError, match="user_email_in_lower_case"), transaction.atomic():
        person(email="Camille@essai.invalid")
    with pytest.raises(IntegrityError, match="email"), transaction.atomic():
        person(email="camille@essai.invalid")
    assert User.objects.get_by_natural_key("CAMILLE@essai.invalid").email == "camille@essai.invalid"
