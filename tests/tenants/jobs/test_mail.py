"""What one delivery does to the row of the mail, call by call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings

from tenants import jobs, outbox, relay
from tenants.context import Place
from tenants.errors import NoPlaceError
from tenants.local import mail
from tenants.local.models import OutgoingMail, RefusedAddress
from tenants.outbox import EffectDelayed, EffectRefused, ServiceAway
from tests.tenants.jobs.rows import change, row_of
from tests.tenants.jobs.sink import Sink

State = OutgoingMail.State


@pytest.fixture
def server(sink_and_port: tuple[Sink, int], sink: Sink, settings: Settings) -> Sink:
    settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", sink_and_port[1]
    return sink


def written(*to: str, kind: str = "") -> OutgoingMail:
    headers = {mail.KIND_HEADER: kind} if kind else {}
    EmailMessage("Sujet", "Texte accentué", None, list(to), headers=headers).send()
    return OutgoingMail.objects.latest("pk")


def test_mail_belongs_to_a_town(db: None) -> None:
    with pytest.raises(NoPlaceError):
        EmailMessage("Sujet", "Texte", None, ["a@example.test"]).send()


def test_the_kind_decides_the_urgency_and_stays_here(in_town_a: Place) -> None:
    message = written("a@example.test", kind="may-come-twice")
    assert message.kind == "may-come-twice"
    assert mail.KIND_HEADER.encode() not in bytes(message.source)
    row = row_of(in_town_a, "mail", key=str(message.pk))
    assert row is not None
    assert row.urgency == 1
    assert row.payload == {"mail_id": message.pk, "what": "may-come-twice"}


def test_delivered_twice_is_sent_once(in_town_a: Place, server: Sink) -> None:
    message = written("a@example.test", "b@example.test")
    for _ in range(2):
        mail.deliver(mail_id=message.pk)
    ((recipients, received),) = server.received
    assert recipients == ["a@example.test", "b@example.test"]
    assert received.get_payload(decode=True).decode().strip() == "Texte accentué"  # type: ignore[union-attr]


def test_the_others_get_it_when_one_address_is_refused(in_town_a: Place, server: Sink) -> None:
    message = written("refused@example.test", "b@example.test")
    mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.refused) == (State.SENT, ["refused@example.test"])
    assert server.received[0][0] == ["b@example.test"]


@pytest.mark.parametrize(
    ("answer", "about_the_address"),
    [
        ("550 No such address", True),
        ("550 5.1.1 User unknown", True),
        ("553 Mailbox name not allowed", True),
        ("550 5.2.1 Mailbox disabled", True),
        ("554 5.1.1 User unknown", True),
        ("550 5.4.1 Recipient address rejected", True),
        ("550 5.7.1 Relaying denied", False),
        ("553 5.1.8 Sender's domain does not exist", False),
        ("554 5.7.1 Service unavailable; client host blocked", False),
        ("554 Transaction failed", False),
        ("530 5.7.0 Must issue a STARTTLS command first", False),
        ("530 Authentication required", False),
        ("552 5.2.2 Mailbox full", False),
        ("503 Bad sequence", False),
    ],
)
def test_only_what_is_said_of_an_address_is_held_against_it(
    in_town_a: Place, server: Sink, answer: str, about_the_address: bool
) -> None:
    server.says = answer
    message = written("told@example.test")
    if about_the_address:
        mail.deliver(mail_id=message.pk)
    else:
        with pytest.raises(EffectDelayed, match=f"smtp_{answer[:3]}"):
            mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert message.state == (State.REFUSED if about_the_address else State.WAITING)
    assert RefusedAddress.objects.exists() is about_the_address


def test_a_delivery_that_died_after_the_text_is_parked(in_town_a: Place, server: Sink) -> None:
    message = written("a@example.test")
    OutgoingMail.objects.update(state=State.SENDING)
    mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.error) == (State.UNCERTAIN, "interrupted")
    assert server.received == []
    # A person asks again.
    mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert len(server.received) == 1


def test_a_delivery_that_died_goes_on_where_twice_is_harmless(in_town_a: Place, server: Sink) -> None:
    message = written("a@example.test", kind="may-come-twice")
    OutgoingMail.objects.update(state=State.SENDING)
    mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert len(server.received) == 1


def begun(place: Place, message: OutgoingMail) -> outbox.Held:
    """A worker begins what lies in the outbox for this message, whoever had it before."""
    row = row_of(place, "mail", key=str(message.pk))
    assert row is not None
    change(row, due_at=timezone.now() - timedelta(seconds=1))
    (claimed,) = relay.claim(above=-1, upto=9, limit=9)
    held = outbox.begin(claimed.ticket)
    assert held is not None
    return held


@pytest.mark.parametrize("kind", ["", "may-come-twice"])
def test_a_worker_that_lost_its_lease_gives_nothing_to_the_server(
    in_town_a: Place, server: Sink, kind: str
) -> None:
    message = written("a@example.test", kind=kind)
    slow, quick = begun(in_town_a, message), begun(in_town_a, message)
    with outbox.holding(slow), pytest.raises(EffectDelayed, match="overtaken"):
        mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert (server.received, message.state, message.copies) == ([], State.WAITING, 0)
    with outbox.holding(quick):
        mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert (len(server.received), message.state, message.copies) == (1, State.SENT, 1)


def test_a_message_that_somebody_took_meanwhile_is_left_to_them(
    in_town_a: Place, server: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = written("a@example.test", kind="may-come-twice")
    introduced = mail._introduce

    def slowly(smtp: Any) -> None:
        OutgoingMail.objects.update(state=State.SENDING, copies=1)
        introduced(smtp)

    monkeypatch.setattr(mail, "_introduce", slowly)
    with pytest.raises(EffectDelayed, match="overtaken"):
        mail.deliver(mail_id=message.pk)
    assert server.received == []


def test_nobody_there_is_for_later_and_says_no_address(in_town_a: Place, settings: Settings) -> None:
    settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", 9
    message = written("a@example.test")
    with pytest.raises(ServiceAway, match=r"^ConnectionRefusedError$"):
        mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.copies) == (State.WAITING, 0)


def test_a_server_that_wants_nothing_of_us_counts_no_try(in_town_a: Place, server: Sink) -> None:
    server.greets = "451 Not now"
    message = written("a@example.test")
    with pytest.raises(ServiceAway, match="smtp_451"):
        mail.deliver(mail_id=message.pk)
    server.greets = "250 OK"
    mail.deliver(mail_id=message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_text_that_nobody_will_send_is_wiped_in_its_time(in_town_a: Place, server: Sink) -> None:
    parked, waiting = written("a@example.test"), written("b@example.test")
    sent, given = written("c@example.test"), written("d@example.test")
    mail.deliver(mail_id=sent.pk)
    OutgoingMail.objects.filter(pk=parked.pk).update(state=State.UNCERTAIN)
    OutgoingMail.objects.filter(pk=given.pk).update(state=State.SENDING)
    now = datetime.now(UTC)
    jobs.wipe_unsent_mail(due_at=now)
    parked.refresh_from_db()
    assert parked.source
    jobs.wipe_unsent_mail(due_at=now + timedelta(days=31))
    for message in (parked, waiting, given):
        message.refresh_from_db()
        assert (bytes(message.source), message.recipients) == (b"", [])
    sent.refresh_from_db()
    assert sent.state == State.SENT
    with pytest.raises(EffectRefused, match="wiped"):
        mail.deliver(mail_id=parked.pk)
