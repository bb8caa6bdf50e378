"""The model guard, refusal by refusal, each with the same act done at home."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.forms import ModelForm
from django.utils import timezone

from core.people.models import RoleAssignment, User
from tenants.context import Place, entered, outside
from tenants.errors import NoPlaceError, OtherPlaceError
from tenants.guard import kinds_of
from tenants.models import Town


def person(name: str = "Martin") -> User:
    return User(email=f"{name.lower()}@exemple.test", last_name=name, sort_name=name.lower())


@pytest.fixture
def of_a(in_town_a: Place) -> User:
    user = person()
    user.save()
    return user


@pytest.fixture
def in_b(of_a: User, town_b: Place) -> Iterator[Place]:
    """In B, where a user with the same id as A's has been made: what an overwrite would hit."""
    with entered(town_b, switching=True):
        User.objects.bulk_create([User(pk=of_a.pk, email="b@exemple.test", last_name="B", sort_name="b")])
        yield town_b


def role(user: User) -> RoleAssignment:
    return RoleAssignment(user=user, role="referent", since_on=timezone.localdate())


ACTS: dict[str, Callable[[User], Any]] = {
    "save": lambda user: user.save(),
    "save some fields": lambda user: user.save(update_fields=["last_name"]),
    "delete": lambda user: user.delete(),
    "refresh": lambda user: user.refresh_from_db(),
    "bulk_create": lambda user: User.objects.bulk_create([user], ignore_conflicts=True),
    "bulk_create of a generator": lambda user: User.objects.bulk_create(
        (one for one in [user]), ignore_conflicts=True
    ),
    "bulk_update": lambda user: User.objects.bulk_update([user], ["last_name"]),
    "relate": lambda user: role(user).save(),
    "create related": lambda user: user.assignments.create(role="referent", since_on=timezone.localdate()),
    "read related": lambda user: list(user.assignments.all()),
    "filter by it": lambda user: list(RoleAssignment.objects.filter(user=user)),
    "filter by several": lambda user: list(RoleAssignment.objects.filter(user__in=[user])),
    "exclude it": lambda user: list(RoleAssignment.objects.exclude(user=user)),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_object_of_a_is_refused_in_b(of_a: User, in_b: Place, act: Callable[[User], Any]) -> None:
    with pytest.raises(OtherPlaceError):
        act(of_a)
    assert list(User.objects.values_list("last_name", flat=True)) == ["B"]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_and_is_at_home_in_a(of_a: User, act: Callable[[User], Any]) -> None:
    act(of_a)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_nor_is_it_of_use_outside_every_town(of_a: User, act: Callable[[User], Any]) -> None:
    with outside(), pytest.raises((OtherPlaceError, NoPlaceError)):
        act(of_a)


def test_a_deferred_field_is_not_read_in_another_town(of_a: User, in_b: Place, town_a: Place) -> None:
    with entered(town_a, switching=True):
        part = User.objects.only("pk").get()
    with pytest.raises(OtherPlaceError):
        _ = part.last_name
    with entered(town_a, switching=True):
        assert part.last_name == "Martin"


def test_a_lazy_relation_is_not_followed_in_another_town(of_a: User, in_b: Place, town_a: Place) -> None:
    with entered(town_a, switching=True):
        role(of_a).save()
        assignment = RoleAssignment.objects.get()
    with pytest.raises(OtherPlaceError):
        _ = assignment.user
    with entered(town_a, switching=True):
        assert assignment.user == of_a


def test_a_relation_is_refused_in_both_directions(of_a: User, in_b: Place) -> None:
    of_b = User.objects.get()
    held = role(of_b)
    with pytest.raises(OtherPlaceError):
        held.given_by = of_a
    with pytest.raises(OtherPlaceError):
        of_b.assignments.add(role(of_b), RoleAssignment(user=of_a), bulk=False)
    held.given_by = of_b
    held.save()


def test_a_queryset_is_evaluated_where_it_was_built(of_a: User, in_b: Place, town_a: Place) -> None:
    with entered(town_a, switching=True):
        built = User.objects.filter(last_name="Martin")
        bare = User.objects.all()
    evaluations: list[Callable[[], Any]] = [
        lambda: list(built),
        lambda: list(bare),
        lambda: built.filter(pk=1).first(),
        lambda: built.count(),
        lambda: built.exists(),
        lambda: built.update(function="x"),
        lambda: built.delete(),
        lambda: list(built.values_list("pk")),
        lambda: list(built.iterator()),
    ]
    for evaluate in evaluations:
        with pytest.raises(OtherPlaceError):
            evaluate()
    with outside(), pytest.raises(NoPlaceError):
        list(built)
    with entered(town_a, switching=True):
        assert list(built) == list(bare) == [of_a]


def test_a_queryset_without_a_condition_is_cloned_anywhere(in_town_a: Place, town_b: Place) -> None:
    """What a form declares keeps working in every town, whichever was entered when it was imported."""

    class RoleForm(ModelForm):  # type: ignore[type-arg]
        class Meta:
            model = RoleAssignment
            fields = ["user"]

    nobody = User.objects.none()
    with entered(town_b, switching=True):
        of_b = person("Bertin")
        of_b.save()
        assert list(RoleForm().fields["user"].queryset) == [of_b]  # type: ignore[attr-defined]
        assert list(nobody.all()) == []
    assert list(RoleForm().fields["user"].queryset) == []  # type: ignore[attr-defined]


def test_a_queryset_built_nowhere_is_evaluated_anywhere(town_a: Place, town_b: Place) -> None:
    built = User.objects.filter(is_active=True)
    for place in (town_a, town_b):
        with entered(place):
            assert list(built.all()) == []


def test_an_object_made_outside_finds_its_home_once(town_a: Place, town_b: Place) -> None:
    user = person()
    with entered(town_a):
        user.save()
    with entered(town_b), pytest.raises(OtherPlaceError):
        user.save()


def test_shared_rows_are_no_towns(in_town_a: Place, town_b: Place) -> None:
    with outside():
        town = Town.objects.get(slug="alpha")
    with entered(town_b, switching=True), outside():
        town.refresh_from_db()
    assert town.slug == "alpha"


def test_kinds_of_models() -> None:
    assert kinds_of(Town) == {"public"}
    assert kinds_of(User) == kinds_of(Session) == {"town", "national"}
    assert kinds_of(apps_model("partners.Organisation")) == {"town"}
    assert kinds_of(apps_model("contenttypes.ContentType")) == frozenset()


def test_a_towns_table_is_not_asked_for_elsewhere(national: Place) -> None:
    organisations = apps_model("partners.Organisation")._default_manager
    with entered(national), pytest.raises(OtherPlaceError):
        organisations.count()
    with pytest.raises(NoPlaceError):
        organisations.count()


def apps_model(label: str) -> Any:
    from django.apps import apps

    return apps.get_model(label)
