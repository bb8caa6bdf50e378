"""What changes the network, what is refused, and the line that each act leaves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.journal.models import Change
from core.partners import permissions, queries
from core.partners.models import Agreement, Organisation
from core.partners.operations import agreements, offers, organisations
from core.partners.operations.agreements import AgreementDetails
from core.partners.operations.offers import OfferDetails
from core.partners.operations.organisations import ContactDetails, OrganisationDetails
from core.people.enums import Role
from core.people.models import User
from tests.core.partners import making
from tests.core.partners.making import NOW, TODAY
from tests.core.pathways import making as people

pytestmark = pytest.mark.usefixtures("in_town_a")


@pytest.fixture
def by() -> User:
    return people.user(Role.COORDINATOR)


def acts() -> list[str]:
    return list(Change.objects.order_by("pk").values_list("act", flat=True))


def test_an_organisation_s_life_is_logged(by: User) -> None:
    details = OrganisationDetails(name="2 Rives & Cie", kind="association", rna="w821 999009")
    made = organisations.create_organisation(details=details, by=by, at=NOW)
    assert (made.code, made.rna) == ("rives_cie", "W821999009")
    again = organisations.create_organisation(
        details=OrganisationDetails(name="Rives Cie", kind="association"), by=by, at=NOW
    )
    assert again.code == "rives_cie_2"
    changed = OrganisationDetails(name="Deux Rives", kind="association", rna="W821999009")
    assert organisations.change_organisation(organisation=made, details=changed, by=by, at=NOW) == ["name"]
    assert organisations.change_organisation(organisation=made, details=changed, by=by, at=NOW) == []
    organisations.close_organisation(organisation=made, by=by, at=NOW)
    organisations.reopen_organisation(organisation=made, by=by, at=NOW)
    assert acts() == [
        "partners.create_organisation",
        "partners.create_organisation",
        "partners.change_organisation",
        "partners.close_organisation",
        "partners.reopen_organisation",
    ]


@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [
        ("siret", "999 000 300 00016", "999 000 300 00015"),
        ("rna", "821999001", "W821999001"),
        ("uai", "0829901A", "0829901S"),
        ("finess", "829900019", "829900018"),
        ("phone", "12", "05 36 49 00 11"),
    ],
)
def test_numbers_are_checked(by: User, field: str, wrong: str, right: str) -> None:
    def create(number: str) -> Organisation:
        details = OrganisationDetails(name="Essai", kind="autre", **{field: number})  # type: ignore[arg-type]
        return organisations.create_organisation(details=details, by=by, at=NOW)

    with pytest.raises(ValidationError) as refused:
        create(wrong)
    assert list(refused.value.message_dict) == [field]
    assert getattr(create(right), field)


def test_a_number_given_to_another_meanwhile_stops_a_return(by: User) -> None:
    gone = making.organisation(rna="W821999001", active=False)
    making.organisation(rna="W821999001")
    with pytest.raises(ValidationError, match="RNA"):
        organisations.reopen_organisation(organisation=gone, by=by, at=NOW)
    other = making.organisation(rna="W821999002", active=False)
    organisations.reopen_organisation(organisation=other, by=by, at=NOW)
    other.refresh_from_db()
    assert other.active


def test_a_contact_is_known_once_and_may_have_an_account(by: User) -> None:
    of = making.organisation()
    details = ContactDetails(name="Zoé Fictive", function="Directrice", email=by.email.upper())
    contact = organisations.add_contact(organisation=of, details=details, by=by, at=NOW)
    with pytest.raises(ValidationError, match="déjà connu"):
        organisations.add_contact(organisation=of, details=details, by=by, at=NOW)
    making.contact(of, name="Alba Fictive")
    assert [line.account for line in queries.contacts_of(of)] == [None, by]
    organisations.close_contact(contact=contact, by=by, at=NOW)
    assert [line.contact.active for line in queries.contacts_of(of)] == [True, False]


def test_an_offer_is_added_changed_and_taken_out(by: User) -> None:
    of = making.organisation()
    details = OfferDetails(label="Aide aux devoirs", domains=("educatif",), form="group", weekdays=(5, 3))
    made = offers.add_offer(organisation=of, details=details, by=by, at=NOW)
    assert (made.code, made.weekdays, made.days) == ("aide_aux_devoirs", [3, 5], "mercredi, vendredi")
    assert offers.add_offer(organisation=of, details=details, by=by, at=NOW).code == "aide_aux_devoirs_2"
    offers.close_offer(offer=made, by=by, at=NOW)
    assert made not in queries.open_offers()
    offers.reopen_offer(offer=made, by=by, at=NOW)
    assert made in queries.open_offers()


@pytest.mark.parametrize("weekdays", [(0,), (8,), (3, 9)])
def test_a_week_has_seven_days(by: User, weekdays: tuple[int, ...]) -> None:
    details = OfferDetails(label="X", domains=("educatif",), form="group", weekdays=weekdays)
    with pytest.raises(ValidationError, match="jours"):
        offers.add_offer(organisation=making.organisation(), details=details, by=by, at=NOW)


def test_no_more_places_are_left_than_there_are(by: User) -> None:
    offer = making.offer(places=10)
    offers.tell_places(offer=offer, places_left=10, by=by, at=NOW)
    with pytest.raises(ValidationError, match="plus de places"):
        offers.tell_places(offer=offer, places_left=11, by=by, at=NOW)
    offer.refresh_from_db()
    assert (offer.places_left, offer.places_told_on) == (10, TODAY)
    offers.tell_places(offer=offer, places_left=None, by=by, at=NOW)
    offer.refresh_from_db()
    assert (offer.places_left, offer.places_told_on) == (None, None)


def test_places_said_again_are_fresher(by: User) -> None:
    offer = making.offer(places=10)
    offers.tell_places(offer=offer, places_left=2, by=by, at=NOW - timedelta(days=30))
    offers.tell_places(offer=offer, places_left=2, by=by, at=NOW)
    offer.refresh_from_db()
    assert offer.places_told_on == TODAY


def test_who_may_tell_the_places() -> None:
    offer = making.offer()
    own, other = making.worker(offer.organisation), making.worker(making.organisation())
    assert permissions.can_tell_places(own, offer)
    assert permissions.can_tell_places(people.user(Role.TOWN_ADMIN), offer)
    assert not permissions.can_tell_places(other, offer)
    assert not permissions.can_tell_places(people.user(Role.PARTNER_WORKER), offer)
    assert not permissions.can_tell_places(making.worker(offer.organisation, Role.TEAM_MEMBER), offer)
    assert not permissions.can_tell_places(people.user(Role.SECRETARY), offer)


def test_an_agreement_names_what_its_price_pays(by: User) -> None:
    of = making.organisation()

    def sign(unit: str) -> Agreement:
        details = AgreementDetails(
            reference=f"C{unit}", subject="X", starts_on=TODAY, unit_price=Decimal("32.50"), unit=unit
        )
        return agreements.sign_agreement(organisation=of, details=details, by=by, at=NOW)

    with pytest.raises(ValidationError, match="prix unitaire"):
        sign("")
    assert sign("l’heure").unit_price == Decimal("32.50")


def test_an_agreement_ends_within_its_dates(by: User) -> None:
    signed = making.agreement(starts_on=TODAY, ends_on=TODAY + timedelta(days=30))
    for outside in (TODAY - timedelta(days=1), TODAY + timedelta(days=31)):
        with pytest.raises(ValidationError):
            agreements.end_agreement(agreement=signed, last_on=outside, by=by, at=NOW)
    agreements.end_agreement(agreement=signed, last_on=TODAY + timedelta(days=3), by=by, at=NOW)
    signed.refresh_from_db()
    assert signed.last_on == TODAY + timedelta(days=3)
    assert signed.ends_on == TODAY + timedelta(days=30)


def test_agreements_are_announced_before_their_end_unless_carried_on() -> None:
    soon = making.agreement(ends_on=TODAY + timedelta(days=60))
    stopped = making.agreement(ends_on=None, ended_on=TODAY + timedelta(days=3))
    making.agreement(ends_on=TODAY + timedelta(days=61))
    making.agreement(ends_on=None)
    making.agreement(ends_on=TODAY - timedelta(days=1))
    renewed = making.agreement(ends_on=TODAY + timedelta(days=10))
    making.agreement(renewed.organisation, starts_on=TODAY + timedelta(days=11), ends_on=None)
    making.agreement(making.organisation(active=False), ends_on=TODAY)
    assert {row.pk for row in queries.ending_soon(TODAY)} == {soon.pk, stopped.pk}
