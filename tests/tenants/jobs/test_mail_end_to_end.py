"""From the operation to the SMTP server, through real processes."""

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import transaction

from tenants import outbox
from tenants.context import Place, entered
from tenants.local.models import OutgoingMail
from tenants.models import Effect
from tests.tenants.jobs.processes import Processes, wait_for
from tests.tenants.jobs.rows import row_of
from tests.tenants.jobs.sink import Sink

# They share their processes, and so one process of the suite.
pytestmark = pytest.mark.xdist_group("jobs")
State = OutgoingMail.State


def write(town: Place, address: str, kind: str = "") -> int:
    with entered(town), transaction.atomic():
        EmailMessage(
            "Réunion", "Texte à garder", None, [address], headers={"Reussite-Kind": kind} if kind else {}
        ).send()
        return OutgoingMail.objects.latest("pk").pk


def mail(town: Place, pk: int) -> OutgoingMail:
    with entered(town):
        return OutgoingMail.objects.get(pk=pk)


def test_a_message_arrives_once_and_its_text_is_wiped(
    platform: Processes, fresh_town: Place, sink: Sink
) -> None:
    pk = write(fresh_town, "someone@example.test", kind="may-come-twice")
    row = wait_for(lambda: row_of(fresh_town, "mail", state=Effect.DONE), what="the row is done")
    (received,) = sink.to("someone@example.test")
    assert received["Message-ID"].endswith("@fresh.test>")
    assert received["Reussite-Kind"] is None
    assert (row.tries, row.urgency) == (1, 1)
    sent = mail(fresh_town, pk)
    assert (sent.state, bytes(sent.source), sent.recipients, sent.copies) == (State.SENT, b"", [], 1)
    assert sent.sent_at is not None


def test_an_operation_that_fails_sends_nothing(platform: Processes, fresh_town: Place, sink: Sink) -> None:
    with entered(fresh_town), pytest.raises(ZeroDivisionError), transaction.atomic():
        send_mail("Réunion", "Texte", None, ["someone@example.test"])
        raise ZeroDivisionError
    pk = write(fresh_town, "other@example.test")
    wait_for(lambda: mail(fresh_town, pk).state == State.SENT)
    assert sink.to("someone@example.test") == []


def test_a_server_that_says_later_gets_it_later(platform: Processes, fresh_town: Place, sink: Sink) -> None:
    pk = write(fresh_town, "later@example.test")
    row = wait_for(lambda: row_of(fresh_town, "mail", state=Effect.DONE), what="the second try")
    assert row.tries == 2
    assert len(sink.to("later@example.test")) == 1
    assert mail(fresh_town, pk).copies == 1


def test_a_refused_address_is_kept_for_the_coordinator(
    platform: Processes, fresh_town: Place, sink: Sink
) -> None:
    pk = write(fresh_town, "refused@example.test")
    row = wait_for(lambda: row_of(fresh_town, "mail", state=Effect.REFUSED))
    assert row.error == "recipients_refused"
    refused = mail(fresh_town, pk)
    assert (refused.state, refused.refused) == (State.REFUSED, ["refused@example.test"])
    assert sink.received == []


def test_a_connection_cut_after_the_text_is_for_a_person_to_decide(
    platform: Processes, fresh_town: Place, sink: Sink
) -> None:
    pk = write(fresh_town, "cut@example.test")
    row = wait_for(lambda: row_of(fresh_town, "mail", state=Effect.UNCERTAIN))
    assert mail(fresh_town, pk).state == State.UNCERTAIN
    assert len(sink.to("cut@example.test")) == 1
    assert outbox.replay([row.pk]) == 1
    wait_for(lambda: row_of(fresh_town, "mail", state=Effect.DONE), what="the replay")
    first, second = sink.to("cut@example.test")
    assert first["Message-ID"] == second["Message-ID"]
    assert mail(fresh_town, pk).copies == 2


def test_a_message_that_may_come_twice_is_sent_again(
    platform: Processes, fresh_town: Place, sink: Sink
) -> None:
    write(fresh_town, "cut-again@example.test", kind="may-come-twice")
    row = wait_for(lambda: row_of(fresh_town, "mail", state=Effect.DONE))
    assert row.tries == 2
    assert len({message["Message-ID"] for message in sink.to("cut-again@example.test")}) == 1
