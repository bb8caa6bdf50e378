import pytest
from django.db import IntegrityError, transaction

from core.children import configuration
from core.children.enums import SchoolLevel
from core.children.models import PriorityDistrict, School
from tenants.configuration.loading import checked
from tenants.configuration.reading import Draft
from tenants.configuration.schema import SchoolLevel as LevelInFile
from tenants.configuration.schema import TownFile
from tests.tenants.configuration.examples import small

pytestmark = pytest.mark.usefixtures("in_town_a")


def file(**school: object) -> TownFile:
    data = small()
    data["organisations"] = data["users"] = []
    data["schools"][0].update(school)
    problems, typed = checked(Draft("x.toml", data))
    assert problems == []
    assert isinstance(typed, TownFile)
    return typed


def test_places_are_planned_then_made_once() -> None:
    plan = configuration.apply(file(), plan=True)
    assert not School.objects.exists()
    assert [change.key for change in plan] == ["QN00199N", "0019901G"]
    assert configuration.apply(file(), plan=False) == plan
    assert configuration.apply(file(), plan=False) == []
    assert PriorityDistrict.objects.get().active


def test_a_school_enters_a_priority_network() -> None:
    configuration.apply(file(), plan=False)
    (change,) = configuration.apply(file(network="REP+"), plan=False)
    assert change.lines() == ["~ école 0019901G, éducation prioritaire : rien → « REP+ »"]
    assert School.objects.get().network == "REP+"


def test_a_closed_school_is_inactive_by_the_file_s_own_word() -> None:
    configuration.apply(file(), plan=False)
    (change,) = configuration.apply(file(active=False), plan=False)
    assert change.lines() == ["~ école 0019901G, active : oui → non"]
    assert configuration.apply(file(active=False), plan=False) == []


def test_the_file_and_the_table_know_the_same_levels() -> None:
    assert set(LevelInFile.__args__) == set(SchoolLevel.values)


@pytest.mark.parametrize(
    ("values", "name"),
    [({"level": "fac"}, "school_level_known"), ({"network": "ZEP"}, "school_network_known")],
)
def test_the_database_refuses(values: dict[str, str], name: str) -> None:
    good = {"uai": "0019902H", "name": "École", "level": "college", "insee": "01999"}
    School.objects.create(**good)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        School.objects.create(**{**good, "uai": "0019903J", **values})
