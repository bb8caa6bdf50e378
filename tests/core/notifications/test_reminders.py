"""What the calendar brings: each once a turn, to whom it concerns, and not to schools on holiday."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.notifications.models import Notice
from core.notifications.operations import reminders
from core.partners.models import Agreement, Organisation
from core.pathways.enums import Part, Presence
from core.pathways.models import Decision, FollowUp, Pathway, Review
from core.pathways.operations import decisions, referrals, reviews, sessions
from core.people.enums import Role
from tenants.context import Place, entered
from tenants.local.models import RefusedAddress
from tests.core.notifications.making import announced, letters, tell_all
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import association, group, guest, session
from tests.core.pathways.making import NOW, TODAY, Entry

pytestmark = pytest.mark.usefixtures("in_town_a")
CHARTER = "people.charter_to_sign"


def morning(days: int) -> list[str]:
    """The events that the job announces that many days later; twice, as after a crash."""
    before = len(announced())
    for _ in range(2):
        reminders.remind(at=NOW + timedelta(days=days))
    return [event for event in announced()[before:] if event != CHARTER]


def test_an_answer_that_is_awaited_is_said_every_ten_days() -> None:
    coordinator, caller = making.user(Role.COORDINATOR), making.user(Role.SECRETARY)
    referral = making.received(making.child(), making.user(Role.PARTNER_WORKER))
    referrals.charge_first_contact(referral=referral, person=caller, by=coordinator, at=NOW)
    tell_all()
    assert morning(9) == []
    assert morning(10) == ["pathways.agreement_missing"]
    assert morning(11) == []
    assert morning(20) == ["pathways.agreement_missing"]
    tell_all(NOW + timedelta(days=20))
    missing = Notice.objects.filter(event="pathways.agreement_missing")
    assert set(missing.values_list("user", flat=True)) == {caller.pk}


def test_an_agreement_that_came_is_not_asked_again() -> None:
    coordinator, child = making.user(Role.COORDINATOR), making.child()
    making.agreed(child, coordinator, making.guardian(child))
    assert morning(10) == []


def test_signatures_are_asked_again_each_week_until_they_are_there() -> None:
    entry = Entry()
    entry.sign(Part.REFERENT)
    assert morning(6) == []
    assert morning(7) == ["pathways.signature_reminder"]
    tell_all(NOW + timedelta(days=7))
    reminded = Notice.objects.filter(event="pathways.signature_reminder")
    assert set(reminded.values_list("user", flat=True)) == {entry.coordinator.pk}
    for part in (Part.CHILD, Part.FAMILY, Part.COORDINATOR):
        entry.sign(part)
    assert morning(14) == []


def test_schools_are_not_reminded_in_their_holidays(town_a: Place) -> None:
    Entry()
    day = TODAY + timedelta(days=7)
    holidays = [{"label": "Essai", "starts_on": str(day), "ends_on": str(day)}]
    with entered(replace(town_a, config={"calendar": {"holidays": holidays}})):
        assert morning(7) == []
    assert morning(8) == ["pathways.signature_reminder"]


def test_a_promise_is_said_on_its_day_and_each_week_after() -> None:
    entry, member = Entry(), making.user(Role.TEAM_MEMBER)
    decision = Decision.objects.latest("pk")
    promise = FollowUp.objects.create(
        decision=decision, what="Appeler", who="Moi", user=member, due_on=TODAY + timedelta(days=3)
    )
    assert morning(2) == []
    assert morning(3) == ["pathways.follow_up_due"]
    assert morning(5) == []
    decisions.finish_follow_up(follow_up=promise, by=member, at=NOW)
    assert [event for event in morning(10) if event == "pathways.follow_up_due"] == []
    assert entry.child is not None


def test_the_end_of_a_pathway_is_said_two_months_and_one_before_then_after() -> None:
    entry = Entry()
    for part in Part:
        entry.sign(part)
    assert Pathway.objects.get().planned_end_on == TODAY + timedelta(days=365)
    Review.objects.all().delete()  # which has reminders of its own
    assert morning(304) == []
    assert morning(305) == ["pathways.pathway_ending"]
    assert morning(330) == []
    assert morning(340) == ["pathways.pathway_ending"]
    assert morning(366) == ["pathways.pathway_overdue"]
    tell_all(NOW + timedelta(days=366))
    overdue = Notice.objects.filter(event="pathways.pathway_overdue")
    assert set(overdue.values_list("user", flat=True)) == {entry.coordinator.pk, entry.referent.pk}


def test_a_review_is_said_once_before_its_date_and_each_fortnight_after() -> None:
    entry = Entry()
    for part in Part:
        entry.sign(part)
    assert Review.objects.get().due_on == TODAY + timedelta(weeks=12)
    assert morning(68) == []
    assert morning(69) == ["pathways.review_due"]
    assert morning(84) == []
    tell_all(NOW + timedelta(days=69))
    due = Notice.objects.filter(event="pathways.review_due")
    assert set(due.values_list("user", flat=True)) == {entry.referent.pk}
    assert morning(85) == ["pathways.review_late"]
    assert morning(97) == []
    assert morning(98) == ["pathways.review_late"]
    tell_all(NOW + timedelta(days=98))
    late = Notice.objects.filter(event="pathways.review_late")
    assert set(late.values_list("user", flat=True)) == {entry.referent.pk, entry.coordinator.pk}
    reviews.cancel_planned(pathway=Pathway.objects.get(), because="Fin.", by=entry.referent, at=NOW)
    assert morning(112) == []


def test_an_agreement_that_expires_is_said_at_two_months_one_and_a_week() -> None:
    manager = making.user(Role.TOWN_ADMIN, signed=False)
    organisation = Organisation.objects.create(code="essai", name="Essai", kind="association")
    Agreement.objects.create(
        organisation=organisation, reference="A1", starts_on=TODAY, ends_on=TODAY + timedelta(days=90)
    )
    assert [morning(days) for days in (29, 30, 45, 60, 70, 84, 91)] == [
        [],
        ["partners.agreement_expiring"],
        [],
        ["partners.agreement_expiring"],
        [],
        ["partners.agreement_expiring"],
        [],
    ]
    tell_all(NOW + timedelta(days=84))
    told = Notice.objects.filter(event="partners.agreement_expiring", user=manager)
    assert told.count() == 3


def test_the_charter_is_asked_again_each_week_of_who_has_not_signed() -> None:
    late, signed = making.user(Role.REFERENT, signed=False), making.user(Role.REFERENT)
    for days in (0, 1, 7):
        reminders.remind(at=NOW + timedelta(days=days))
    tell_all()
    asked = Notice.objects.filter(event=CHARTER)
    assert set(asked.values_list("user", flat=True)) == {late.pk}
    assert asked.count() == 2
    assert signed.email not in [str(letter["To"]) for letter in letters()]


def test_an_address_that_refuses_is_said_once_to_the_coordination() -> None:
    coordinator = making.user(Role.COORDINATOR)
    RefusedAddress.objects.create(address="partie@exemple.test", refused_at=NOW)
    assert morning(0) == ["people.address_refused"]
    assert morning(1) == []
    tell_all()
    assert Notice.objects.get(event="people.address_refused").user == coordinator


def test_a_missing_roll_call_is_said_the_day_after_then_each_week_to_who_leads() -> None:
    coordinator, worker = making.user(Role.COORDINATOR), partners.worker(organisation := association())
    partners.worker(association())
    action = group(coordinator, organisation=organisation)
    guest(action, coordinator)
    found = session(action, coordinator)
    Agreement.objects.update(ends_on=None)
    assert morning(0) == []
    assert morning(1) == ["pathways.roll_call_missing"]
    assert morning(2) == []
    tell_all(NOW + timedelta(days=2))
    told = Notice.objects.filter(event="pathways.roll_call_missing")
    assert set(told.values_list("user", flat=True)) == {worker.pk}
    assert morning(7) == ["pathways.roll_call_missing"]
    there = action.participations.get()
    marks = {there.pk: Presence.PRESENT}
    sessions.call_roll(session=found, marks=marks, seen=0, by=worker, at=NOW)
    assert morning(14) == []
    session(action, coordinator, on=TODAY + timedelta(days=20))
    agreed = Agreement.objects.filter(organisation=organisation)
    agreed.update(ended_on=TODAY)
    assert morning(21) == ["pathways.roll_call_missing"]
    tell_all(NOW + timedelta(days=21))
    assert set(told.values_list("user", flat=True)) == {worker.pk, coordinator.pk}
