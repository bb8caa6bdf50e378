"""Dated addresses with their district, and dated schoolings."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.children import queries
from core.children.enums import InDistrict, Level, LevelGroup
from core.children.models import Address, Child, Enrolment, PriorityDistrict, SchoolNetworkYear
from core.children.operations import homes, schooling
from core.children.operations.homes import Home
from core.children.operations.schooling import Schooling
from core.journal.models import Change
from core.people.models import User
from tests.core.children.factories import AT, TODAY, enrolled, link, make_adult, make_child, make_school

STREET = Home(line_1="1 rue Inventée", postal_code="82000", city="Montauban")
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def child(coordinator: User) -> Child:
    return make_child()


class TestAddress:
    def test_a_move_ends_the_former_address_the_day_before(self, coordinator: User, child: Child) -> None:
        first = homes.set_address(by=coordinator, at=AT, of=child, home=STREET, since=date(2025, 1, 1))
        second = homes.set_address(
            by=coordinator, at=AT, of=child, home=replace(STREET, line_1="2 rue"), since=SEPTEMBER
        )
        first.refresh_from_db()
        assert first.until_on == date(2026, 8, 31)
        assert queries.around(child, date(2026, 8, 31)).address == first
        assert queries.around(child, TODAY).address == second

    def test_the_same_address_twice_is_one(self, coordinator: User, child: Child) -> None:
        first = homes.set_address(by=coordinator, at=AT, of=child, home=STREET, since=SEPTEMBER)
        assert homes.set_address(by=coordinator, at=AT, of=child, home=STREET, since=TODAY) == first
        assert Address.objects.count() == 1

    def test_a_move_before_the_present_address_is_a_correction(self, coordinator: User, child: Child) -> None:
        first = homes.set_address(by=coordinator, at=AT, of=child, home=STREET, since=SEPTEMBER)
        moved = replace(STREET, line_1="2 rue")
        with pytest.raises(ValidationError) as refused:
            homes.set_address(by=coordinator, at=AT, of=child, home=moved, since=SEPTEMBER)
        assert "since_on" in refused.value.message_dict
        changed = homes.correct_address(
            by=coordinator, at=AT, address=first, home=moved, since=date(2026, 8, 1)
        )
        assert changed == ["line_1", "since_on"]

    def test_an_unknown_district_is_unknown_not_outside(self, coordinator: User, child: Child) -> None:
        address = homes.set_address(by=coordinator, at=AT, of=child, home=STREET, since=SEPTEMBER)
        assert (address.in_district, address.geography) == (InDistrict.UNKNOWN, "")

    def test_a_district_is_one_of_the_towns_and_keeps_its_list(self, coordinator: User, child: Child) -> None:
        inside = replace(STREET, in_district=InDistrict.IN, district_code="QN08201I")
        with pytest.raises(ValidationError, match="liste de la ville"):
            homes.set_address(by=coordinator, at=AT, of=child, home=inside, since=SEPTEMBER)
        PriorityDistrict.objects.create(code="QN08201I", name="Cœur de Ville", insee="82121")
        address = homes.set_address(by=coordinator, at=AT, of=child, home=inside, since=SEPTEMBER)
        assert (address.district_code, address.geography) == ("QN08201I", "QPV 2024")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"in_district": InDistrict.IN},
            {"in_district": InDistrict.OUTSIDE, "district_code": "QN08201I"},
            {"line_1": "", "city": ""},
            {"line_1": "chez 1 85 05 78 006 084 91"},
        ],
    )
    def test_what_contradicts_itself_is_refused(
        self, coordinator: User, child: Child, wrong: dict[str, str]
    ) -> None:
        PriorityDistrict.objects.create(code="QN08201I", name="Cœur de Ville", insee="82121")
        with pytest.raises(ValidationError):
            homes.set_address(by=coordinator, at=AT, of=child, home=replace(STREET, **wrong), since=SEPTEMBER)
        outside = replace(STREET, in_district=InDistrict.OUTSIDE)
        assert homes.set_address(by=coordinator, at=AT, of=child, home=outside, since=SEPTEMBER).pk

    @pytest.mark.parametrize(
        "values",
        [
            {"in_district": "in_district", "geography": "QPV 2024"},
            {"in_district": "in_district", "district_code": "82001", "geography": "QPV 2024"},
            {"in_district": "outside"},
            {"district_code": "QN08201I"},
            {"until_on": date(2020, 1, 1)},
            {"child": None},
            {"line_1": "", "city": ""},
        ],
    )
    def test_the_database_holds_it_too(
        self, coordinator: User, child: Child, values: dict[str, object]
    ) -> None:
        address = homes.set_address(by=coordinator, at=AT, of=child, home=STREET, since=SEPTEMBER)
        with pytest.raises(IntegrityError), transaction.atomic():
            Address.objects.filter(pk=address.pk).update(**values)
        with pytest.raises(IntegrityError), transaction.atomic():
            Address.objects.create(child=child, city="Ailleurs", since_on=TODAY)

    def test_an_adults_address_is_in_the_log_of_each_child(self, coordinator: User, child: Child) -> None:
        mother = make_adult()
        other = make_child("Malo")
        link(child, mother)
        link(other, mother)
        homes.set_address(by=coordinator, at=AT, of=mother, home=STREET, since=SEPTEMBER)
        assert {line.child_id for line in Change.objects.filter(act="children.set_address")} == {
            child.pk,
            other.pk,
        }
        assert queries.around(child, TODAY).adults[0].address is not None


class TestSchooling:
    def test_a_new_school_ends_the_former_the_day_before(self, coordinator: User, child: Child) -> None:
        first = enrolled(child, Level.CE1, school=make_school())
        new = schooling.enrol(
            by=coordinator,
            at=AT,
            child=child,
            schooling=Schooling(level=Level.CE2, other_school="École d’une autre ville"),
            since=SEPTEMBER,
        )
        first.refresh_from_db()
        assert first.until_on == date(2026, 8, 31)
        assert (new.school_name, new.level_group) == ("École d’une autre ville", LevelGroup.ELEMENTARY)

    def test_the_same_twice_is_one_and_an_earlier_day_is_a_correction(
        self, coordinator: User, child: Child
    ) -> None:
        ce1 = Schooling(level=Level.CE1, class_name="CE1 A")
        first = schooling.enrol(by=coordinator, at=AT, child=child, schooling=ce1, since=SEPTEMBER)
        assert schooling.enrol(by=coordinator, at=AT, child=child, schooling=ce1, since=TODAY) == first
        other = replace(ce1, class_name="CE1 B")
        with pytest.raises(ValidationError, match="Corrigez-la"):
            schooling.enrol(by=coordinator, at=AT, child=child, schooling=other, since=SEPTEMBER)
        assert schooling.correct_enrolment(
            by=coordinator, at=AT, enrolment=first, schooling=other, since=SEPTEMBER
        ) == ["class_name"]

    def test_one_school_of_the_list_or_one_in_words(self, coordinator: User, child: Child) -> None:
        school = make_school()
        both = Schooling(level=Level.CP, school=school, other_school="Autre")
        with pytest.raises(ValidationError, match="de la liste, ou"):
            schooling.enrol(by=coordinator, at=AT, child=child, schooling=both, since=SEPTEMBER)
        one = replace(both, other_school="")
        assert (
            schooling.enrol(by=coordinator, at=AT, child=child, schooling=one, since=SEPTEMBER).school
            == school
        )

    @pytest.mark.parametrize("values", [{"level": "x"}, {"until_on": date(2020, 1, 1)}])
    def test_the_database_holds_it_too(
        self, coordinator: User, child: Child, values: dict[str, object]
    ) -> None:
        row = enrolled(child)
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.filter(pk=row.pk).update(**values)
        with pytest.raises(IntegrityError), transaction.atomic():
            enrolled(child, Level.CE2)

    def test_priority_schooling_is_the_schools_by_year(self, coordinator: User) -> None:
        school = make_school(network="REP")
        SchoolNetworkYear.objects.create(school=school, year=2024, network="REP+")
        assert [queries.network_in(school, year) for year in (2024, 2026)] == ["REP+", "REP"]
