"""Until when an organisation's people may be shown something: each end with its twin that still opens."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.partners import access
from core.partners.models import Agreement
from core.partners.operations import agreements, organisations
from core.pathways.models import Referral
from core.people.enums import Role
from tests.core.partners import making
from tests.core.partners.making import NOW, TODAY
from tests.core.pathways import making as people

pytestmark = pytest.mark.usefixtures("in_town_a")

DAY = timedelta(days=1)


def test_access_ends_with_the_agreement() -> None:
    signed = making.agreement(ends_on=TODAY)
    assert access.is_under_agreement(signed.organisation, TODAY)
    assert not access.is_under_agreement(signed.organisation, TODAY + DAY)
    assert not access.is_under_agreement(signed.organisation, signed.starts_on - DAY)
    assert access.is_under_agreement(signed.organisation, signed.starts_on)


@pytest.mark.parametrize(
    ("fields", "opens"),
    [
        ({}, True),
        ({"ends_on": None}, True),
        ({"ends_on": date(2026, 11, 23)}, False),
        ({"ended_on": date(2026, 11, 23)}, False),
        ({"ended_on": date(2026, 11, 24)}, True),
        ({"ends_on": None, "ended_on": date(2026, 11, 23)}, False),
        ({"starts_on": date(2026, 11, 25)}, False),
        ({"active": False}, False),
    ],
    ids=str,
)
def test_the_row_and_the_query_agree_on_what_is_in_force(fields: dict[str, Any], opens: bool) -> None:
    signed = making.agreement(**fields)
    assert signed.in_force_on(TODAY) is opens
    assert type(signed).objects.in_force(TODAY).filter(pk=signed.pk).exists() is opens
    assert access.is_under_agreement(signed.organisation, TODAY) is opens


def test_an_association_without_any_agreement_has_no_access_an_institution_has() -> None:
    assert not access.is_under_agreement(making.organisation(kind="association"), TODAY)
    assert not access.is_under_agreement(making.organisation(kind="entreprise"), TODAY)
    assert access.is_under_agreement(making.organisation(kind="education_nationale"), TODAY)


def test_an_institution_that_signed_keeps_to_its_dates() -> None:
    school = making.organisation(kind="education_nationale")
    making.agreement(school, ends_on=TODAY - DAY)
    assert not access.is_under_agreement(school, TODAY)
    making.agreement(school, starts_on=TODAY, ends_on=None)
    assert access.is_under_agreement(school, TODAY)


def test_an_organisation_that_left_the_network_has_no_access_until_it_is_back() -> None:
    signed, by = making.agreement(), people.user(Role.COORDINATOR)
    organisations.close_organisation(organisation=signed.organisation, by=by, at=NOW)
    assert not access.is_under_agreement(signed.organisation, TODAY)
    organisations.reopen_organisation(organisation=signed.organisation, by=by, at=NOW)
    assert access.is_under_agreement(signed.organisation, TODAY)


def test_ending_an_agreement_closes_from_the_next_day() -> None:
    signed, by = making.agreement(), people.user(Role.COORDINATOR)
    agreements.end_agreement(agreement=signed, last_on=TODAY, by=by, at=NOW)
    assert access.is_under_agreement(signed.organisation, TODAY)
    assert not access.is_under_agreement(signed.organisation, TODAY + DAY)


def test_who_works_for_nobody_belongs_to_no_organisation() -> None:
    signed = making.agreement()
    theirs, nobodys = making.worker(signed.organisation), people.user(Role.PARTNER_WORKER)
    assert list(access.organisations_of(theirs, TODAY)) == [signed.organisation]
    assert not access.organisations_of(nobodys, TODAY).exists()
    assert not access.organisations_of(theirs, date(2027, 1, 1)).exists()


def test_what_a_worker_sent_is_seen_while_the_agreement_holds() -> None:
    today = timezone.localdate()
    signed = making.agreement(starts_on=today - DAY, ends_on=today)
    worker = making.worker(signed.organisation, Role.PARTNER_WORKER, Role.TEAM_MEMBER)
    sent = people.received(None, worker)
    assert list(Referral.objects.visible_to(worker)) == [sent]
    Agreement.objects.filter(pk=signed.pk).update(ends_on=today - DAY)
    assert list(Referral.objects.visible_to(worker)) == []
    making.agreement(signed.organisation, starts_on=today, ends_on=None)
    assert list(Referral.objects.visible_to(worker)) == [sent]


@pytest.mark.parametrize(
    ("roles", "lapses"),
    [
        ((Role.PARTNER_WORKER,), True),
        ((Role.PARTNER_WORKER, Role.TEAM_MEMBER), True),
        ((Role.PARTNER_WORKER, Role.REFERENT), False),
        ((Role.PARTNER_WORKER, Role.COORDINATOR), False),
        ((Role.TEAM_MEMBER,), False),
    ],
    ids=str,
)
def test_it_is_the_partner_s_role_that_lapses(roles: tuple[Role, ...], lapses: bool) -> None:
    of = making.organisation(kind="association")
    assert access.has_lapsed(making.worker(of, *roles), TODAY) is lapses
    making.agreement(of)
    assert not access.has_lapsed(making.worker(of, *roles), TODAY)
