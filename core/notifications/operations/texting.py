"""Urgent messages by SMS too, where the installation has a provider (SMS_KEY) and the person a mobile."""

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from core.notifications.catalogue import CATALOGUE
from core.notifications.models import Notice, OutgoingText
from integrations.sms.types import LONGEST, NotNow, Refused, Sms, SmsSender, Uncertain
from tenants import context, outbox
from tenants.models import Effect
from tenants.outbox import EffectDelayed

KIND = "sms"
State = OutgoingText.State


def is_on() -> bool:
    return bool(settings.SMS_SENDER)


@transaction.atomic
def ask_text(*, notice: Notice) -> None:
    """Keep the message for the worker; nothing where there is no provider or no mobile."""
    if not is_on() or not has_mobile(notice.user.phone):
        return
    text = OutgoingText.objects.create(notice=notice)
    outbox.put(kind=KIND, key=str(text.pk), payload={"text_id": text.pk, "what": notice.event}, urgency=1)


def has_mobile(phone: str) -> bool:
    try:
        Sms(phone, "").number()
    except Refused:
        return False
    return True


def deliver(*, text_id: int) -> None:
    """Hand one message to the provider, once. One that may have left is parked for a person.

    Raises EffectDelayed. What a person asks for again after it was parked is sent again.
    """
    text = OutgoingText.objects.select_related("notice__user").get(pk=text_id)
    if text.state == State.SENT:
        return
    if text.state == State.SENDING:
        _end(text, State.UNCERTAIN, error="interrupted")
        return
    _take(text)
    sms = Sms(text.notice.user.phone, words(text.notice), str(text.pk))
    try:
        number = sender().send(sms)
    except NotNow as error:
        text.state = State.WAITING
        text.save(update_fields=["state"])
        raise EffectDelayed(str(error)) from None
    except Refused as error:
        _end(text, State.REFUSED, error=str(error))
    except Uncertain as error:
        _end(text, State.UNCERTAIN, error=str(error))
    else:
        text.provider_id = number
        _end(text, State.SENT)


def _take(text: OutgoingText) -> None:
    """Write that the provider is about to be given it, unless somebody else took it: raises EffectDelayed."""
    with transaction.atomic():
        as_read = OutgoingText.objects.filter(pk=text.pk, state=text.state)
        if not outbox.still_ours() or not as_read.update(state=State.SENDING):
            raise EffectDelayed("overtaken")
    text.state = State.SENDING


def words(notice: Notice) -> str:
    """The town and the line of the catalogue, as in the mail: nobody is named."""
    message = CATALOGUE[notice.event]
    return f"{context.require().name} : {message.line}. Connectez-vous pour lire la suite."[:LONGEST]


def sender() -> SmsSender:
    made: SmsSender = import_string(settings.SMS_SENDER)(**settings.SMS_OPTIONS)
    return made


_EFFECTS = {State.SENT: Effect.DONE, State.REFUSED: Effect.REFUSED, State.UNCERTAIN: Effect.UNCERTAIN}


@transaction.atomic
def _end(text: OutgoingText, state: "OutgoingText.State", *, error: str = "") -> None:
    text.state, text.error = state, error
    text.save(update_fields=["state", "error", "provider_id"])
    outbox.settle(_EFFECTS[state], error=error)
