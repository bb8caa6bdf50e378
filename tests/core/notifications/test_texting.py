"""SMS: off by default; urgent ones alone, to mobiles alone, once, and parked when nobody knows."""

from typing import Any

import pytest

from core.notifications.models import Notice, OutgoingText
from core.notifications.operations import telling, texting
from core.people.enums import Role
from core.people.models import User
from integrations.sms.fake import FakeSms
from integrations.sms.types import LONGEST, NotNow, Refused, SmsError, Uncertain
from tenants.models import OutboxRow
from tenants.outbox import EffectDelayed
from tests.core.pathways import making
from tests.core.pathways.making import NOW

pytestmark = pytest.mark.usefixtures("in_town_a")
URGENT = "privacy.emergency_opened"
State = OutgoingText.State


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> FakeSms:
    fake = FakeSms()
    settings.SMS_SENDER = "integrations.sms.fake.FakeSms"
    monkeypatch.setattr(texting, "sender", lambda: fake)
    return fake


def coordinator(phone: str = "06 12 34 56 78") -> User:
    person = making.user(Role.COORDINATOR)
    person.phone = phone
    person.save()
    return person


def told(event: str = URGENT) -> OutgoingText | None:
    telling.tell(event=event, about=1, key=f"{event}:1:", at=NOW)
    return OutgoingText.objects.first()


def test_without_a_provider_nothing_is_asked(settings: Any) -> None:
    assert settings.SMS_SENDER == ""
    coordinator()
    assert told() is None
    assert Notice.objects.count() == 1


def test_an_urgent_message_goes_to_the_phone_too(provider: FakeSms) -> None:
    coordinator()
    text = told()
    assert text is not None
    row = OutboxRow.objects.get(kind="sms")
    assert row.payload == {"text_id": text.pk, "what": URGENT}
    for _ in range(2):
        texting.deliver(text_id=text.pk)
    ((number, words),) = provider.sent
    assert number == "33612345678"
    assert words.startswith("Alpha : Un dossier")
    assert len(words) <= LONGEST


@pytest.mark.parametrize(
    ("phone", "event"), [("05 63 00 00 00", URGENT), ("06 12 34 56 78", "pathways.referral_received")]
)
def test_no_landline_and_nothing_that_can_wait(provider: FakeSms, phone: str, event: str) -> None:
    coordinator(phone)
    assert told(event) is None


@pytest.mark.parametrize(
    ("failure", "state"), [(Refused("http_400"), State.REFUSED), (Uncertain("http_500"), State.UNCERTAIN)]
)
def test_what_becomes_of_a_failure(provider: FakeSms, failure: SmsError, state: str) -> None:
    coordinator()
    text = told()
    assert text is not None
    provider.failure = failure
    texting.deliver(text_id=text.pk)
    text.refresh_from_db()
    assert (text.state, text.error) == (state, str(failure))


def test_a_worker_that_lost_its_lease_hands_nothing_over(
    provider: FakeSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator()
    text = told()
    assert text is not None
    monkeypatch.setattr("tenants.outbox.still_ours", lambda: False)
    with pytest.raises(EffectDelayed, match="overtaken"):
        texting.deliver(text_id=text.pk)
    text.refresh_from_db()
    assert (text.state, provider.sent) == (State.WAITING, [])


def test_later_is_later_and_an_interruption_is_uncertain(provider: FakeSms) -> None:
    coordinator()
    text = told()
    assert text is not None
    provider.failure = NotNow("http_503")
    with pytest.raises(EffectDelayed):
        texting.deliver(text_id=text.pk)
    text.refresh_from_db()
    assert text.state == State.WAITING
    OutgoingText.objects.update(state=State.SENDING)  # the worker died with it in its hands
    provider.failure = None
    texting.deliver(text_id=text.pk)
    text.refresh_from_db()
    assert (text.state, provider.sent) == (State.UNCERTAIN, [])
