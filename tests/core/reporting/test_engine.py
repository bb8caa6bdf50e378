"""Figures of a town that lives, in known numbers; the random populations are in `test_oracle`."""

from datetime import date

import pytest

from core.children.enums import InDistrict, Link, LivesWith
from core.children.models import Address
from core.reporting import indicators
from tests.core.pathways import living, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_town_a")]
YEAR = indicators.school_year(2026)


def test_an_empty_town_counts_nothing() -> None:
    figures = indicators.compute(YEAR, at=TODAY)
    assert figures.count("children") == 0
    assert indicators.cells(YEAR, at=TODAY) == []


def test_one_pathway() -> None:
    life = Life()
    figures = indicators.compute(YEAR, at=TODAY)
    assert figures.count("children") == 1
    assert figures.count("children", participation="pathway") == 1
    assert figures.count("children", bracket="11-16") == 1  # born on 9 March 2016, on 31 August 2027
    assert figures.count("children", sex="unknown") == 1
    assert figures.count("pathways_opened") == 1
    assert figures.count("referrals", uptake="entered") == 1
    assert figures.count("families") == 1
    assert life.child.pk


def test_a_group_alone() -> None:
    life = Life()
    action = living.group(life.coordinator, worker=life.referent)
    living.guest(action, life.coordinator)
    assert indicators.compute(YEAR, at=TODAY).count("children") == 1, "enrolled is not present"


@pytest.mark.parametrize(("father", "found"), [(LivesWith.NO, "outside"), (LivesWith.ALWAYS, "QN08202M")])
def test_a_child_of_two_homes_counts_where_it_always_lives(father: LivesWith, found: str) -> None:
    life = Life()
    other = making.guardian(life.child, link=Link.FATHER)
    homes = ((life.guardian, LivesWith.ALTERNATING, ""), (other, father, "QN08202M"))
    for adult, lives_with, district in homes:
        adult.guardianships.update(lives_with=lives_with)
        Address.objects.create(
            guardian=adult,
            since_on=date(2026, 9, 1),
            in_district=InDistrict.IN if district else InDistrict.OUTSIDE,
            district_code=district,
            city="Montauban",
            geography="QPV 2024",
        )
    figures = indicators.compute(YEAR, at=TODAY)
    assert figures.count("children", district=found) == 1


def test_only_some_indicators_are_the_same_cells() -> None:
    Life()
    some = {"children", "pathways_opened"}
    whole = [cell for cell in indicators.cells(YEAR, at=TODAY) if cell.indicator in some]
    assert whole
    assert indicators.cells(YEAR, at=TODAY, only=some) == whole


def test_a_few_statements_whatever_the_size(django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        indicators.compute(YEAR, at=TODAY)


def test_a_year_that_has_not_begun_has_nothing() -> None:
    Life()
    assert indicators.compute(indicators.school_year(2027), at=TODAY).counts == {}
    assert indicators.compute(indicators.school_year(2025), at=TODAY).count("children") == 0
    assert making.TODAY < date(2027, 1, 1)
