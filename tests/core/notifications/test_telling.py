"""Who is told of what, how, once; and what becomes of somebody who is gone, or who did it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.journal.announcing import announce, silently
from core.notifications import jobs, quiet
from core.notifications.catalogue import CATALOGUE
from core.notifications.enums import Channel
from core.notifications.models import Notice, Preference
from core.notifications.operations import digests, preferences, telling
from core.pathways.enums import DecisionKind, Part
from core.pathways.operations import decisions, referrals
from core.pathways.operations.decisions import Task
from core.people.enums import Role
from core.people.operations import charter as charters
from tenants.context import Place, entered
from tenants.models import OutboxRow
from tenants.outbox import EffectRefused
from tests.conftest import client_of
from tests.core.meetings.making import Team1
from tests.core.notifications.making import addressees, announced, letters, tell_all, text_of
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY, Entry

pytestmark = pytest.mark.usefixtures("in_town_a")


def told(event: str) -> list[int]:
    return list(Notice.objects.filter(event=event).order_by("user").values_list("user", flat=True))


def test_a_referral_reaches_the_coordination_and_not_who_sent_it() -> None:
    coordinator, other = making.user(Role.COORDINATOR), making.user(Role.COORDINATOR)
    making.user(Role.REFERENT)
    making.received(making.child(), coordinator)
    assert announced() == ["pathways.referral_received"]
    assert tell_all() == 1
    assert told("pathways.referral_received") == [other.pk]
    (letter,) = letters("notice:pathways.referral_received")
    assert letter["To"] == other.email
    assert letter["Subject"] == "Alpha : Une situation vous attend"
    assert "/orientations/" in text_of(letter)
    assert "<p>" in text_of(letter, "html")


def test_told_twice_is_told_once() -> None:
    making.user(Role.COORDINATOR)
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    assert [tell_all(), tell_all()] == [1, 0]
    assert len(letters("notice")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("is_active", False), ("left_on", TODAY - timedelta(days=1)), ("joined_at", None)],
    ids=["suspended", "gone", "invited only"],
)
def test_who_is_not_here_is_not_told(field: str, value: object) -> None:
    here, absent = making.user(Role.COORDINATOR), making.user(Role.COORDINATOR)
    setattr(absent, field, value)
    absent.save()
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    assert told("pathways.referral_received") == [here.pk]


def test_a_contract_is_asked_of_its_two_professionals_then_said_to_be_signed() -> None:
    entry = Entry()
    making.user(Role.REFERENT)
    tell_all()
    assert told("pathways.referent_named") == [entry.referent.pk]
    assert told("pathways.signature_asked") == [entry.referent.pk]  # the coordinator sealed it
    for part in Part:
        entry.sign(part)
    tell_all()
    signers = {entry.referent.pk, entry.coordinator.pk}
    (signed,) = told("pathways.contract_signed")
    assert signed in signers  # who signed last is not told of it


def test_a_first_contact_and_a_promise_are_told_to_who_is_charged() -> None:
    entry = Entry()
    caller = making.user(Role.SECRETARY)
    referrals.charge_first_contact(referral=entry.referral, person=caller, by=entry.coordinator, at=NOW)
    around = Team1(entry.coordinator)
    item = around.item()
    decisions.decide_on_referral(
        referral=item.referral,
        kind=DecisionKind.MORE,
        decided_on=TODAY,
        by=entry.coordinator,
        at=NOW,
        tasks=[Task("Appeler", "Moi", TODAY, around.member), Task("Écrire", "Quelqu’un")],
    )
    tell_all()
    assert told("pathways.first_contact_charged") == [caller.pk]
    assert told("pathways.follow_up_promised") == [around.member.pk]


def test_who_is_charged_anew_after_somebody_else_is_told_anew() -> None:
    entry = Entry()
    one, other = making.user(Role.TEAM_MEMBER), making.user(Role.TEAM_MEMBER)
    for minute, person in enumerate([one, one, other, one]):
        at = NOW + timedelta(minutes=minute)
        referrals.charge_first_contact(referral=entry.referral, person=person, by=entry.coordinator, at=at)
    tell_all()
    assert sorted(told("pathways.first_contact_charged")) == sorted([one.pk, other.pk, one.pk])


def test_a_convening_is_one_letter_with_its_calendar_entry_and_one_line() -> None:
    around = Team1()
    around.convene()
    tell_all()
    assert sorted(addressees("convening")) == sorted([around.coordinator.email, around.member.email])
    assert len(letters()) == 2
    assert [part.get_filename() for part in letters()[0].iter_attachments()] == ["reunion.ics"]
    assert told("meetings.convening") == sorted([around.coordinator.pk, around.member.pk])


def test_a_new_charter_is_asked_of_who_has_not_signed_it_and_not_at_night() -> None:
    making.charter()
    signer, steering = making.user(Role.REFERENT), making.user(Role.STEERING)
    charters.publish_charter(title="Nouvelle", text="Texte", in_force_on=TODAY, by=None, at=NOW)
    tell_all(NOW.replace(hour=23))
    assert told("people.charter_to_sign") == [signer.pk]
    assert steering.pk not in told("people.charter_to_sign")
    row = OutboxRow.objects.get(kind="mail")
    opens = (NOW + timedelta(days=1)).replace(hour=7, minute=30)
    assert opens <= row.due_at <= opens + quiet.SPREAD
    assert not CATALOGUE["people.charter_to_sign"].urgent  # no SMS either


def test_what_is_urgent_leaves_at_any_hour() -> None:
    making.user(Role.COORDINATOR)
    telling.tell(event="protection.information_sent", about=1, key="x", at=NOW.replace(hour=23))
    row = OutboxRow.objects.get(kind="mail")
    assert (row.due_at <= timezone.now(), row.urgency) == (True, 1)


def test_what_can_wait_leaves_in_the_morning() -> None:
    making.user(Role.COORDINATOR)
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all(NOW.replace(hour=23))
    row = OutboxRow.objects.get(kind="mail")
    opens = (NOW + timedelta(days=1)).replace(hour=7, minute=30)
    assert opens <= row.due_at <= opens + quiet.SPREAD


def test_a_preference_puts_off_or_ends_the_mail_and_never_the_line() -> None:
    daily, never, now = (making.user(Role.COORDINATOR) for _ in range(3))
    event = "pathways.referral_received"
    preferences.choose(user=daily, channels={event: Channel.DAILY})
    preferences.choose(user=never, channels={event: Channel.NONE})
    for _ in range(2):
        making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    assert set(told(event)) == {daily.pk, never.pk, now.pk}
    assert addressees("notice") == [now.email, now.email]
    assert digests.send_digests(channel=Channel.DAILY, at=NOW) == 1
    assert digests.send_digests(channel=Channel.DAILY, at=NOW) == 0
    (digest,) = letters("digest")
    assert digest["To"] == daily.email
    assert "Une situation vous attend (2 fois)" in text_of(digest)


def test_no_mail_is_no_digest_of_what_waited_either() -> None:
    user, event = making.user(Role.COORDINATOR), "pathways.referral_received"
    preferences.choose(user=user, channels={event: Channel.DAILY})
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    assert Notice.objects.for_digest(Channel.DAILY).count() == 1
    preferences.choose(user=user, channels={event: Channel.NONE})
    assert digests.send_digests(channel=Channel.DAILY, at=NOW) == 0
    assert Notice.objects.filter(user=user, event=event).count() == 1


def test_a_digest_that_was_missed_in_the_morning_does_not_leave_in_the_night(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    night, morning = NOW.replace(hour=23), (NOW + timedelta(days=1)).replace(hour=7, minute=30)
    monkeypatch.setattr(jobs.timezone, "now", lambda: night)
    user = making.user(Role.COORDINATOR)
    preferences.choose(user=user, channels={"pathways.referral_received": Channel.DAILY})
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    jobs.daily_digest(due_at=NOW.replace(hour=7, minute=20))
    row = OutboxRow.objects.get(kind="mail")
    assert morning <= row.due_at <= morning + quiet.SPREAD


def test_what_was_seen_is_not_digested() -> None:
    user = making.user(Role.COORDINATOR)
    preferences.choose(user=user, channels={"pathways.referral_received": Channel.DAILY})
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    telling.mark_read(notice=Notice.objects.get(), at=NOW)
    assert digests.send_digests(channel=Channel.DAILY, at=NOW) == 0


@pytest.mark.parametrize(
    "event", ["people.charter_to_sign", "privacy.emergency_opened", "meetings.convening"]
)
def test_what_is_urgent_or_binding_cant_be_switched_off(event: str) -> None:
    user = making.user(Role.COORDINATOR)
    with pytest.raises(preferences.CannotChoose):
        preferences.choose(user=user, channels={event: Channel.NONE})
    preferences.choose(user=user, channels={"pathways.contract_signed": Channel.NONE})


def test_a_reader_can_leave_the_digest_with_one_press(in_town_a: Place) -> None:
    user, event = making.user(Role.COORDINATOR), "pathways.referral_received"
    preferences.choose(user=user, channels={event: Channel.DAILY, "pathways.contract_signed": Channel.WEEKLY})
    for _ in range(2):
        making.received(making.child(), making.user(Role.PARTNER_WORKER))
        tell_all()
        if digests.send_digests(channel=Channel.DAILY, at=NOW):
            address = str(letters("digest")[0]["List-Unsubscribe"]).replace("\r\n", "").strip("<> ")
            page = client_of(in_town_a).post("/" + address.split("/", 3)[3].replace(" ", ""))
            assert "Récapitulatif" in page.text
    assert len(letters("digest")) == 1
    chosen = dict(Preference.objects.filter(user=user).values_list("event", "channel"))
    assert chosen == {event: Channel.NONE, "pathways.contract_signed": Channel.WEEKLY}


def test_a_reader_can_leave_one_kind_with_one_press() -> None:
    user = making.user(Role.COORDINATOR)
    for _ in range(2):
        making.received(making.child(), making.user(Role.PARTNER_WORKER))
        tell_all()
        if len(letters("notice")) == 1:
            header = letters("notice")[0]["List-Unsubscribe"]
            assert letters("notice")[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            token = str(header).replace("\r\n", "").strip("<>").rstrip("/").rpartition("/")[2]
            preferences.unsubscribe(token=token.strip())
    assert len(letters("notice")) == 1
    assert Notice.objects.filter(user=user).count() == 2


def test_a_link_of_another_town_ends_nothing_here(town_b: Place) -> None:
    user = making.user(Role.COORDINATOR)
    with entered(town_b, switching=True):
        header = telling.unsubscribe_headers(user, "pathways.referral_received")["List-Unsubscribe"]
    with pytest.raises(preferences.NotOurLink):
        preferences.unsubscribe(token=header.strip("<>").rstrip("/").rpartition("/")[2])


def test_an_event_that_nobody_knows_is_refused_and_a_known_one_is_not() -> None:
    making.user(Role.COORDINATOR)
    with pytest.raises(EffectRefused):
        telling.tell(event="pathways.nothing", about=1, key="x", at=NOW)
    assert telling.tell(event="pathways.referral_received", about=1, key="x", at=NOW) == 1


def test_history_tells_nobody() -> None:
    coordinator = making.user(Role.COORDINATOR)
    with silently():
        making.received(making.child(), coordinator)
    assert announced() == []
    making.received(making.child(), coordinator)
    assert announced() == ["pathways.referral_received"]


def test_what_is_rolled_back_was_never_said() -> None:
    coordinator = making.user(Role.COORDINATOR)

    def fail() -> None:
        with transaction.atomic():
            making.received(making.child(), coordinator)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    assert announced() == []


def test_the_outbox_holds_ids_alone() -> None:
    coordinator = making.user(Role.COORDINATOR)
    child = making.child()
    with transaction.atomic():
        announce("pathways.referral_received", about=child, by=coordinator, to=[coordinator])
    payload = OutboxRow.objects.get(kind="event").payload
    assert payload == {
        "event": "pathways.referral_received",
        "about": child.pk,
        "key": f"pathways.referral_received:{child.pk}:",
        "by": coordinator.pk,
        "to": [coordinator.pk],
    }


def test_old_messages_go() -> None:
    making.user(Role.COORDINATOR)
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    assert telling.forget_notices(at=NOW + timedelta(days=100)) == 0
    telling.mark_read(notice=Notice.objects.get(), at=NOW)
    assert telling.forget_notices(at=NOW + timedelta(days=100)) == 1


def test_labels_are_each_their_own() -> None:
    labels = [message.label for message in CATALOGUE.values()]
    assert len(set(labels)) == len(labels)
