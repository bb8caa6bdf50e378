"""Each adult's own rights, family by shared adults, and what may be told to whom."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.children import queries
from core.children.access import Grant, Reason, Scope, Source
from core.children.enums import EXERCISING, Authority, GuardianKind, Link, LivesWith
from core.children.models import Address, Child, Guardian, Guardianship
from core.children.operations import adults
from core.children.operations.adults import AdultDetails, CannotChangeAdultError, Rights
from core.journal.models import Change
from core.people.models import User
from tests.core.children.factories import AT, LONG_AGO, TODAY, link, make_adult, make_child, professional

NADIA = AdultDetails(first_name="Nadia", last_name="Essai", phone="06 00 00 00 00", email="n@essai.invalid")
MOTHER = Rights(link=Link.MOTHER, authority=Authority.JOINT, lives_with=LivesWith.ALWAYS)


def add(by: User, child: Child, details: AdultDetails = NADIA, rights: Rights = MOTHER) -> Guardianship:
    return adults.add_adult(by=by, at=AT, child=child, details=details, rights=rights, since=LONG_AGO)


class TestAdd:
    def test_an_adult_comes_with_rights_over_one_child(self, coordinator: User) -> None:
        ship = add(coordinator, make_child())
        assert ship.guardian.full_name == "Nadia Essai"
        assert ship.exercises_authority_on(TODAY)
        assert set(Change.objects.values_list("act", flat=True)) == {
            "children.create_guardian",
            "children.add_guardianship",
        }

    def test_the_same_adult_twice_around_a_child_is_refused(self, coordinator: User) -> None:
        child = make_child()
        ship = add(coordinator, child)
        with pytest.raises(ValidationError, match="figure déjà"):
            adults.link_adult(
                by=coordinator, at=AT, child=child, guardian=ship.guardian, rights=MOTHER, since=TODAY
            )
        other = make_child("Malo")
        again = adults.link_adult(
            by=coordinator, at=AT, child=other, guardian=ship.guardian, rights=MOTHER, since=TODAY
        )
        assert again.guardian == ship.guardian

    def test_nothing_is_kept_of_a_refused_adult(self, coordinator: User) -> None:
        child = make_child()
        with pytest.raises(ValidationError):
            add(coordinator, child, rights=replace(MOTHER, authority="everything"))
        assert not Guardian.objects.exists()
        add(coordinator, child)
        assert Guardian.objects.exists()

    @pytest.mark.parametrize(
        "details",
        [
            replace(NADIA, last_name=""),
            replace(NADIA, email="nadia"),
            replace(NADIA, interpreter="2850578006084"),
        ],
    )
    def test_bad_details_are_refused(self, coordinator: User, details: AdultDetails) -> None:
        with pytest.raises(ValidationError):
            add(coordinator, make_child(), details)

    def test_a_service_may_look_after_a_child(self, coordinator: User) -> None:
        ship = add(
            coordinator,
            make_child(),
            AdultDetails(last_name="Aide sociale à l’enfance", kind=GuardianKind.SERVICE),
            Rights(link=Link.SOCIAL_SERVICE, authority=Authority.ENTRUSTED, lives_with=LivesWith.ALWAYS),
        )
        assert not ship.exercises_authority_on(TODAY)


class TestAuthority:
    @pytest.mark.parametrize("authority", Authority)
    def test_who_decides_and_who_is_informed(self, coordinator: User, authority: Authority) -> None:
        ship = link(make_child(), make_adult(), authority=authority)
        decides = authority in (Authority.JOINT, Authority.SOLE, Authority.DELEGATED, Authority.GUARDIANSHIP)
        assert ship.exercises_authority_on(TODAY) == decides == (authority in EXERCISING)
        informed = decides or authority in (
            Authority.EXERCISE_WITHDRAWN,
            Authority.DELEGATED_AWAY,
            Authority.UNREACHABLE,
        )
        assert ship.is_to_be_informed_on(TODAY) == informed

    def test_rights_end_with_their_dates(self, coordinator: User) -> None:
        ship = link(make_child(), make_adult(), ends_on=TODAY)
        assert ship.exercises_authority_on(TODAY)
        assert not ship.exercises_authority_on(date(2026, 11, 25))
        assert not ship.exercises_authority_on(date(2019, 1, 1))

    def test_a_lapsed_decision_is_told_and_its_protection_stays(self, coordinator: User) -> None:
        child = make_child()
        ship = link(
            child,
            make_adult("Omar"),
            link=Link.FATHER,
            contact_forbidden=True,
            decision="Ordonnance de protection",
            decision_on=date(2025, 1, 1),
            decision_ends_on=date(2026, 1, 1),
        )
        assert ship.decision_lapsed_on(TODAY)
        (warning,) = queries.around(child, TODAY).warnings
        assert (warning.kind, warning.lapsed) == ("contact_forbidden", True)
        assert queries.warnings_for([child], TODAY) == {child.pk: [warning]}

    @pytest.mark.parametrize(
        "values",
        [
            {"link": "x"},
            {"authority": "x"},
            {"lives_with": "x"},
            {"ends_on": date(2019, 1, 1)},
            {"decision_ends_on": TODAY},
            {"decision": "JAF", "decision_on": TODAY, "decision_ends_on": LONG_AGO},
        ],
    )
    def test_the_database_holds_the_shape(self, coordinator: User, values: dict[str, object]) -> None:
        ship = link(make_child(), make_adult())
        with pytest.raises(IntegrityError), transaction.atomic():
            Guardianship.objects.filter(pk=ship.pk).update(**values)
        assert Guardianship.objects.filter(pk=ship.pk).update(decision="JAF", decision_ends_on=TODAY) == 1


class TestSecretAddress:
    def test_it_is_kept_from_somebody_around_the_same_child(self, coordinator: User) -> None:
        child = make_child()
        father, stranger = make_adult("Omar"), make_adult("Autre")
        link(child, father, link=Link.FATHER)
        with pytest.raises(ValidationError, match="autour de cet enfant"):
            add(coordinator, child, rights=replace(MOTHER, address_secret_from=stranger))
        ship = add(coordinator, child, rights=replace(MOTHER, address_secret_from=father))
        with pytest.raises(IntegrityError), transaction.atomic():
            Guardianship.objects.filter(pk=ship.pk).update(address_secret_from=ship.guardian)
        (warning,) = queries.around(child, TODAY).warnings
        assert (warning.kind, warning.about, warning.against) == ("address_secret", ship.guardian, father)

    def test_only_other_addresses_are_told(self, coordinator: User) -> None:
        child = make_child()
        father, mother, aunt = make_adult("Omar"), make_adult(), make_adult("Samia")
        link(child, father, link=Link.FATHER, lives_with=LivesWith.VISITS)
        link(child, mother, address_secret_from=father)
        link(child, aunt, link=Link.UNCLE_AUNT)
        homes = {
            name: Address.objects.create(line_1=name, city="Ville", since_on=LONG_AGO, **owner)
            for name, owner in {
                "enfant": {"child": child},
                "mère": {"guardian": mother},
                "père": {"guardian": father},
                "tante": {"guardian": aunt},
            }.items()
        }
        told = queries.addresses_that_may_be_told(child, father, TODAY)
        assert told == [homes["père"], homes["tante"]]
        assert len(queries.addresses_that_may_be_told(child, mother, TODAY)) == 4


class TestChange:
    def test_a_new_situation_closes_the_former_the_day_before(self, coordinator: User) -> None:
        ship = add(coordinator, make_child())
        alone = replace(MOTHER, authority=Authority.SOLE)
        new = adults.change_rights(
            by=coordinator, at=AT, guardianship=ship, rights=alone, from_on=date(2026, 5, 2)
        )
        ship.refresh_from_db()
        assert (ship.ends_on, new.starts_on, new.authority) == (date(2026, 5, 1), date(2026, 5, 2), "sole")
        with pytest.raises(CannotChangeAdultError, match="déjà terminée"):
            adults.change_rights(by=coordinator, at=AT, guardianship=ship, rights=alone, from_on=TODAY)
        with pytest.raises(ValidationError):
            adults.change_rights(
                by=coordinator, at=AT, guardianship=new, rights=MOTHER, from_on=new.starts_on
            )

    def test_a_correction_stays_in_the_row(self, coordinator: User) -> None:
        ship = add(coordinator, make_child())
        rights = replace(MOTHER, contact_forbidden=True)
        assert adults.correct_rights(by=coordinator, at=AT, guardianship=ship, rights=rights) == [
            "contact_forbidden"
        ]
        assert adults.correct_rights(by=coordinator, at=AT, guardianship=ship, rights=rights) == []
        assert Change.objects.of(ship).latest_first()[0].fields == ["contact_forbidden"]

    def test_an_end_is_said_once(self, coordinator: User) -> None:
        ship = add(coordinator, make_child())
        with pytest.raises(ValidationError, match="fin ne précède"):
            adults.end_rights(by=coordinator, at=AT, guardianship=ship, on=date(2019, 1, 1))
        adults.end_rights(by=coordinator, at=AT, guardianship=ship, on=TODAY)
        with pytest.raises(CannotChangeAdultError):
            adults.end_rights(by=coordinator, at=AT, guardianship=ship, on=TODAY)

    def test_a_new_email_is_to_be_confirmed_again(self, coordinator: User) -> None:
        guardian = add(coordinator, make_child()).guardian
        with pytest.raises(CannotChangeAdultError):
            adults.confirm_email(by=coordinator, at=AT, guardian=guardian, email="autre@essai.invalid")
        adults.confirm_email(by=coordinator, at=AT, guardian=guardian, email=NADIA.email)
        guardian.refresh_from_db()
        assert (guardian.email_confirmed_at, guardian.email_confirmed_by) == (AT, coordinator)
        adults.update_adult(by=coordinator, at=AT, guardian=guardian, details=replace(NADIA, phone="07"))
        guardian.refresh_from_db()
        assert guardian.email_confirmed_at == AT
        adults.update_adult(
            by=coordinator, at=AT, guardian=guardian, details=replace(NADIA, email="x@essai.invalid")
        )
        guardian.refresh_from_db()
        assert (guardian.email_confirmed_at, guardian.email_confirmed_by) == (None, None)

    def test_a_change_of_an_adult_is_in_the_log_of_each_child(self, coordinator: User) -> None:
        one, other = make_child(), make_child("Malo")
        ship = add(coordinator, one)
        link(other, ship.guardian)
        adults.update_adult(by=coordinator, at=AT, guardian=ship.guardian, details=replace(NADIA, phone="07"))
        lines = Change.objects.filter(act="children.update_guardian")
        assert {line.child_id for line in lines} == {one.pk, other.pk}


class TestFamily:
    def test_it_is_joined_by_shared_adults_brothers_of_sisters_included(self, coordinator: User) -> None:
        lina, malo, ines, zoe = (make_child(name) for name in ("Lina", "Malo", "Inès", "Zoé"))
        mother, father, stranger = make_adult(), make_adult("Omar"), make_adult("Autre")
        link(lina, mother)
        link(malo, mother)
        link(malo, father, link=Link.FATHER)
        link(ines, father, link=Link.FATHER)
        link(zoe, stranger)
        assert queries.family_ids(lina, TODAY) == {lina.pk, malo.pk, ines.pk}
        assert queries.family_ids(zoe, TODAY) == {zoe.pk}

    @pytest.mark.parametrize(
        ("who", "kind"), [(Link.FOSTER, GuardianKind.PERSON), (Link.SOCIAL_SERVICE, GuardianKind.SERVICE)]
    )
    def test_a_service_or_a_foster_home_makes_no_family(
        self, coordinator: User, who: Link, kind: GuardianKind
    ) -> None:
        lina, malo = make_child(), make_child("Malo")
        carer = make_adult(kind=kind)
        for child in (lina, malo):
            link(child, carer, link=who, authority=Authority.ENTRUSTED)
        assert queries.family_ids(lina, TODAY) == {lina.pk}
        mother = make_adult("Nadia")
        link(lina, mother)
        link(malo, mother)
        assert queries.family_ids(lina, TODAY) == {lina.pk, malo.pk}

    def test_links_of_that_day_and_files_of_their_own(self, coordinator: User) -> None:
        lina, malo, twin = make_child(), make_child("Malo"), make_child("Double")
        mother = make_adult()
        link(lina, mother)
        link(malo, mother, ends_on=date(2024, 1, 1))
        link(twin, mother)
        Child.objects.filter(pk=twin.pk).update(merged_into=lina)
        assert queries.family_ids(lina, TODAY) == {lina.pk}
        assert queries.family_ids(lina, date(2023, 1, 1)) == {lina.pk, malo.pk}

    def test_children_that_one_may_not_see_are_counted(
        self, coordinator: User, sources: list[Source]
    ) -> None:
        lina, malo = make_child(), make_child("Malo")
        mother = make_adult()
        link(lina, mother)
        link(malo, mother)
        worker = professional("partner_worker", organisation_code="amiss")
        reason = Reason("action", "Intervenante", "Atelier", Scope.FILE)
        sources.append(lambda user, at: [Grant(reason, Child.objects.filter(pk=lina.pk).values("pk"))])
        seen = queries.family_of(lina, user=worker, at=AT, on=TODAY)
        assert (seen.children, seen.hidden, seen.guardians) == ([lina], 1, [mother])
        assert {ship.child for ship in seen.guardianships} == {lina}
        whole = queries.family_of(lina, user=coordinator, at=AT, on=TODAY)
        assert (whole.children, whole.hidden) == ([lina, malo], 0)


def test_who_counts_around_is_read_in_a_fixed_number_of_queries(coordinator: User) -> None:
    child = make_child()
    counts = []
    for number in range(6):
        link(child, make_adult(f"Adulte {number}"))
        with CaptureQueriesContext(connection) as captured:
            found = queries.around(child, TODAY)
            assert [adult.guardian.full_name for adult in found.adults]
        counts.append(len(captured))
    assert set(counts) == {4}
