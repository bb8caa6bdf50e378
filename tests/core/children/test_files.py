"""Files opened and corrected; likely twins; the search."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.children import queries, sameness
from core.children.enums import SamenessState
from core.children.models import Child, DuplicateCheck
from core.children.operations import files
from core.children.operations.files import ChildDetails
from core.journal.models import Change
from core.people.models import User
from tests.core.children.factories import AT, make_child, professional

AICHA = ChildDetails(first_name="Aïcha", last_name="Ben-Saïd", birth_on=date(2015, 9, 3), sex="f")


def create(by: User, details: ChildDetails = AICHA, **more: Any) -> Child:
    return files.create_child(by=by, at=AT, details=details, **more)


class TestCreate:
    def test_a_file_is_opened_folded_and_logged_without_values(self, coordinator: User) -> None:
        child = create(coordinator)
        child.refresh_from_db()
        assert (child.sort_name, child.created_by) == ("ben said aicha", coordinator)
        change = Change.objects.get(child_id=child.pk)
        assert (change.act, change.actor) == ("children.create_child", coordinator)
        assert change.fields == ["birth_on", "first_name", "last_name", "sex"]
        assert change.old is None

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"birth_on": date(2026, 11, 25)}, "birth_on"),
            ({"birth_on": date(1990, 1, 1)}, "birth_on"),
            ({"first_name": ""}, "first_name"),
            ({"sex": "x"}, "sex"),
            ({"own_words": "Mon numéro : 2 15 09 82 121 084 36"}, "own_words"),
            ({"last_name": "1850578006084"}, "last_name"),
        ],
    )
    def test_what_cannot_be_is_refused_in_french(
        self, coordinator: User, wrong: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            create(coordinator, replace(AICHA, **wrong))
        assert field in refused.value.message_dict
        assert not Child.objects.exists()
        assert create(coordinator).pk

    def test_an_unknown_birth_date_is_unknown(self, coordinator: User) -> None:
        child = create(coordinator, replace(AICHA, birth_on=None))
        assert child.age_on(date(2026, 1, 1)) is None
        assert not child.is_adult_on(date(2050, 1, 1))

    @pytest.mark.parametrize("values", [{"first_name": ""}, {"last_name": ""}, {"sex": "x"}])
    def test_the_database_holds_it_too(self, coordinator: User, values: dict[str, Any]) -> None:
        child = make_child()
        with pytest.raises(IntegrityError), transaction.atomic():
            Child.objects.filter(pk=child.pk).update(**values)
        with pytest.raises(IntegrityError), transaction.atomic():
            Child.objects.filter(pk=child.pk).update(merged_into=child.pk)
        with pytest.raises(ValidationError):
            Child.objects.filter(pk=child.pk).update(own_words="1 85 05 78 006 084 91")


class TestUpdate:
    def test_only_what_changed_is_logged_and_names_fold_anew(self, coordinator: User) -> None:
        child = create(coordinator)
        changed = files.update_child(
            by=coordinator, at=AT, child=child, details=replace(AICHA, usual_name="Zidi", languages="arabe")
        )
        assert changed == ["usual_name", "languages"]
        child.refresh_from_db()
        assert child.sort_name == "zidi aicha"
        assert Change.objects.of(child).latest_first()[0].fields == ["languages", "usual_name"]

    def test_nothing_changed_is_nothing_written(self, coordinator: User) -> None:
        child = create(coordinator)
        assert files.update_child(by=coordinator, at=AT, child=child, details=AICHA) == []
        assert Change.objects.of(child).count() == 1

    def test_a_refused_correction_changes_nothing(self, coordinator: User) -> None:
        child = create(coordinator)
        with pytest.raises(ValidationError):
            files.update_child(by=coordinator, at=AT, child=child, details=replace(AICHA, first_name=""))
        child.refresh_from_db()
        assert child.first_name == "Aïcha"


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2016, 3, 9), date(2026, 3, 8), 9),
        (date(2016, 3, 9), date(2026, 3, 9), 10),
        (date(2016, 2, 29), date(2025, 2, 28), 8),
    ],
)
def test_age_is_in_whole_years(birth: date, day: date, age: int) -> None:
    assert Child(birth_on=birth).age_on(day) == age


class TestLikelyMatches:
    @pytest.mark.parametrize(
        ("first", "last", "birth"),
        [
            ("aicha", "bensaid", date(2015, 9, 3)),
            ("Ben Said", "Aysha", date(2015, 9, 3)),
            ("Aïcha", "Ben Saïd", date(2015, 3, 9)),
            ("Aïcha", "Ben Saïd", None),
            ("Aisha", "Bensayd", date(2015, 9, 3)),
            ("Aïcha", "Ben-Saïd", date(2016, 9, 3)),
        ],
    )
    def test_found_by_sound_accent_order_and_birth(
        self, coordinator: User, first: str, last: str, birth: date | None
    ) -> None:
        child = create(coordinator)
        assert [match.child for match in sameness.likely_matches(first, last, birth_on=birth)] == [child]

    @pytest.mark.parametrize(
        ("first", "last", "birth"),
        [
            ("Malo", "Fictif", date(2015, 9, 3)),
            ("Aïcha", "Ben-Saïd", date(2009, 1, 20)),
            ("Yanis", "Ben-Saïd", date(2013, 2, 1)),
        ],
    )
    def test_others_are_not(self, coordinator: User, first: str, last: str, birth: date) -> None:
        create(coordinator)
        assert sameness.likely_matches(first, last, birth_on=birth) == []

    def test_the_usual_name_counts_and_merged_files_do_not(self, coordinator: User) -> None:
        child = make_child("Aïcha", "Zidi", usual_name="Ben-Saïd", birth_on=date(2015, 9, 3))
        make_child("Aïcha", "Ben-Saïd", birth_on=date(2015, 9, 3), merged_into=child)
        found = sameness.likely_matches("Aicha", "Bensaid", birth_on=date(2015, 9, 3))
        assert [match.child for match in found] == [child]
        assert found[0].why == "même nom, même date de naissance"

    def test_a_shared_phone_and_email_are_no_identity(self, coordinator: User) -> None:
        make_child("Malo", "Fictif", phone="0600000000", email="famille@essai.invalid", birth_on=None)
        details = replace(AICHA, phone="0600000000", email="famille@essai.invalid")
        create(coordinator, details)
        assert not DuplicateCheck.objects.exists()

    def test_the_likeliest_comes_first(self, coordinator: User) -> None:
        near = make_child("Aïcha", "Ben Saïd", birth_on=None)
        same = make_child("Aïcha", "Ben Said", birth_on=date(2015, 9, 3))
        found = sameness.likely_matches("Aïcha", "Ben-Saïd", birth_on=date(2015, 9, 3))
        assert [match.child for match in found] == [same, near]

    def test_the_coordinators_word_settles_and_anybody_elses_does_not(self, coordinator: User) -> None:
        first = create(coordinator)
        second = create(coordinator, distinct_from=[first.pk])
        assert DuplicateCheck.objects.get().state == SamenessState.DISTINCT
        third = create(professional("secretary"), distinct_from=[first.pk, second.pk])
        checks = DuplicateCheck.objects.filter(other=third)
        assert {check.state for check in checks} == {SamenessState.TO_CHECK}
        assert checks.count() == 2

    def test_a_corrected_name_is_compared_anew_and_a_settled_pair_is_left(self, coordinator: User) -> None:
        first = create(coordinator)
        second = create(coordinator, distinct_from=[first.pk])
        other = make_child("Malo", "Fictif")
        files.update_child(by=coordinator, at=AT, child=second, details=replace(AICHA, languages="arabe"))
        files.update_child(by=coordinator, at=AT, child=other, details=AICHA)
        states = dict(DuplicateCheck.objects.values_list("child_id", "state").filter(other=other))
        assert states == {first.pk: SamenessState.TO_CHECK, second.pk: SamenessState.TO_CHECK}
        assert DuplicateCheck.objects.get(child=first, other=second).state == SamenessState.DISTINCT


class TestSearch:
    @pytest.mark.parametrize(
        "text",
        [
            "aicha bensaid",
            "ben said a",
            "AÏCHA",
            "saïd",
            "aysha",
            "03/09/2015",
            "3 septembre 2015",
            "3-9-15",
            "2015-09-03",
            "aicha 2015",
            "aichabensaid",
            "",
        ],
    )
    def test_what_finds_aicha(self, coordinator: User, text: str) -> None:
        child = create(coordinator)
        assert child in queries.search(Child.objects.all(), text)

    @pytest.mark.parametrize("text", ["malo", "04/09/2015", "aicha 2014", "said fictif", "cha", "31/02/2015"])
    def test_what_does_not(self, coordinator: User, text: str) -> None:
        create(coordinator)
        assert not queries.search(Child.objects.all(), text).exists()

    def test_spelled_comes_before_heard_then_by_name(self, coordinator: User) -> None:
        heard = make_child("Yassine", "Demo")
        spelled = make_child("Yacine", "Zidi")
        first = make_child("Yacine", "Arbi")
        assert list(queries.search(Child.objects.all(), "yacine")) == [first, spelled, heard]

    def test_only_among_the_rows_given(self, coordinator: User) -> None:
        create(coordinator)
        assert not queries.search(Child.objects.visible_to(professional("steering"), at=AT), "aicha").exists()

    def test_signs_of_patterns_are_not_patterns(self, coordinator: User) -> None:
        create(coordinator)
        assert queries.search(Child.objects.all(), "%").count() == 1  # no word in it: everybody
        assert not queries.search(Child.objects.all(), "x_cha").exists()

    def test_one_query_at_any_size(self, coordinator: User) -> None:
        counts = []
        for size in (20, 1000):
            have = Child.objects.count()
            Child.objects.bulk_create(_many(have, size))
            coordinator = User.objects.get(pk=coordinator.pk)
            with CaptureQueriesContext(connection) as captured:
                assert (
                    len(list(queries.search(Child.objects.visible_to(coordinator, at=AT), "lina")[:50])) >= 1
                )
            counts.append(len(captured))
        assert counts[0] == counts[1]


def _many(have: int, size: int) -> list[Child]:
    made = []
    for number in range(have, size):
        child = Child(
            first_name=("Lina", "Malo", "Inès")[number % 3], last_name=f"Fictif{number}", created_at=AT
        )
        child.fold_names()
        made.append(child)
    return made
