"""First users and charter from a town's file: told first, made once, ruled by the pages afterwards."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.people import charters, configuration, operations, queries
from core.people.enums import Role
from core.people.models import Charter, Invitation, User
from tenants.configuration.reading import parse
from tenants.configuration.schema import NationalFile, TownFile, to_store
from tenants.context import Place, entered
from tests.core.people.factories import person
from tests.tenants.configuration import writing
from tests.tenants.configuration.examples import small

TEXT = "On se tait sur ce que l’on apprend. " * 10


def file_with(**changes: Any) -> TownFile:
    data = copy.deepcopy(small())
    data["users"] = [
        {"email": "A@essai.example", "first_name": "Alix", "last_name": "Essai", "roles": ["coordinator"]},
        {
            "email": "b@essai.example",
            "first_name": "Bo",
            "last_name": "Essai",
            "roles": ["referent", "secretary"],
        },
    ]
    return TownFile.model_validate({**data, **changes})


def told(file: TownFile | NationalFile, *, plan: bool) -> list[str]:
    return [line for change in configuration.apply(file, plan=plan) for line in change.lines()]


def test_users_are_invited_once(in_town_a: Place) -> None:
    file = file_with()
    plan = told(file, plan=True)
    assert not User.objects.exists()
    assert told(file, plan=False) == plan
    assert "+ personne b@essai.example (invitation à Bo Essai\u00a0: referent, secretary)" in plan
    bo = User.objects.get(email="b@essai.example")
    assert bo.roles_on(timezone.localdate()) == {Role.REFERENT, Role.SECRETARY}
    assert bo.from_file
    assert Invitation.objects.count() == 2
    assert configuration.apply(file, plan=False) == []
    assert Invitation.objects.count() == 2


def test_afterwards_the_page_of_people_rules(in_town_a: Place) -> None:
    file = file_with()
    configuration.apply(file, plan=False)
    boss = person(Role.COORDINATOR, joined_at=timezone.now())
    bo = User.objects.get(email="b@essai.example")
    operations.suspend(person=bo, by=boss, at=timezone.now())
    assert configuration.apply(file, plan=False) == []
    bo.refresh_from_db()
    assert not bo.is_active
    assert configuration.apply(file_with(users=[]), plan=False) == []
    assert User.objects.filter(email="b@essai.example").exists()


def test_a_new_town_is_told_before_it_is_made() -> None:
    lines = told(file_with(), plan=True)
    assert any(line.startswith("+ charte version 1") for line in lines)
    assert any("a@essai.example" in line.lower() for line in lines)


def test_the_platforms_charter_comes_with_the_town(in_town_a: Place) -> None:
    configuration.apply(file_with(), plan=False)
    charter = queries.current_charter(timezone.localdate())
    assert charter is not None
    assert (charter.title, charter.text) == charters.default()
    assert charter.from_platform
    assert configuration.apply(file_with(), plan=False) == []


def test_the_towns_own_charter_and_its_next_version(in_town_a: Place) -> None:
    today = timezone.localdate()
    own = {"title": "Notre charte", "text": TEXT, "in_force_on": today}
    configuration.apply(file_with(charter=own), plan=False)
    assert configuration.apply(file_with(charter=own), plan=False) == []
    later = {**own, "text": TEXT + "Toujours.", "former_holds_until": today + timedelta(days=30)}
    (line, *_) = told(file_with(charter=later), plan=True)
    assert line.startswith("+ charte version 2")
    configuration.apply(file_with(charter=later), plan=False)
    assert [c.version for c in Charter.objects.order_by("version")] == [1, 2]
    assert Charter.objects.get(version=2).former_holds_until == today + timedelta(days=30)


def test_a_town_that_had_its_own_text_keeps_it(in_town_a: Place) -> None:
    own = {"title": "Notre charte", "text": TEXT, "in_force_on": timezone.localdate()}
    configuration.apply(file_with(charter=own), plan=False)
    assert configuration.apply(file_with(), plan=False) == []


def test_a_release_with_another_platform_text_asks_again_and_leaves_time(
    in_town_a: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration.apply(file_with(), plan=False)
    monkeypatch.setattr(charters, "default", lambda: ("Charte", "Un autre texte"))
    configuration.apply(file_with(), plan=False)
    charter = Charter.objects.get(version=2)
    assert charter.former_holds_until == timezone.localdate() + configuration.GRACE
    assert configuration.apply(file_with(), plan=False) == []


def test_a_charter_does_not_end_before_it_starts() -> None:
    own = {"title": "Notre charte", "text": TEXT, "in_force_on": date(2026, 3, 2)}
    with pytest.raises(ValueError, match="former_holds_until"):
        file_with(charter={**own, "former_holds_until": date(2026, 3, 1)})
    assert file_with(charter={**own, "former_holds_until": date(2026, 3, 2)}).charter


def test_public_keeps_neither_users_nor_charter() -> None:
    own = {"title": "Notre charte", "text": TEXT, "in_force_on": date(2026, 3, 2)}
    stored = to_store(file_with(charter=own))
    assert "users" not in stored
    assert "charter" not in stored


@pytest.mark.parametrize(
    ("roles", "problems"), [(["referent"], 0), (["operator"], 1), (["chef", "referent"], 1)]
)
def test_roles_of_the_file_are_checked(roles: list[str], problems: int) -> None:
    data = copy.deepcopy(small())
    data["users"] = [{"email": "a@essai.example", "first_name": "A", "last_name": "B", "roles": roles}]
    found = configuration.check(parse(writing.tables(data), "x.toml"))
    assert len(found) == problems
    assert all("coordinator, referent" in str(problem) for problem in found)


def test_the_national_site_has_users_and_no_charter(national: Place) -> None:
    data = {
        "format": 1, "kind": "national", "slug": "national", "name": "National",
        "web": {"primary": "national.test"}, "look": {"name": "National", "accent": "#1d5f8a"},
        "mail": {"sender": "n@essai.example", "sender_name": "N", "reply_to": "n@essai.example"},
        "users": [{"email": "n@essai.example", "first_name": "N", "last_name": "N", "roles": ["operator"]}],
    }  # fmt: skip
    with entered(national):
        lines = told(NationalFile.model_validate(data), plan=False)
        assert len(lines) == 1
        assert User.objects.get().has_role(Role.OPERATOR)
        assert not Charter.objects.exists()
