"""How each person wants to be told of what can wait."""

from collections.abc import Mapping

from django.core.signing import BadSignature
from django.db import transaction

from core.notifications import queries
from core.notifications.catalogue import CATALOGUE, may_choose
from core.notifications.enums import Channel
from core.notifications.models import Notice, Preference
from core.notifications.operations.telling import DIGESTS, UNSUBSCRIBE
from core.people.models import User
from tenants import tokens


class CannotChoose(Exception):
    """This kind of message can't be put off, or does not exist."""


class NotOurLink(Exception):
    """The link is forged, or of another town."""


@transaction.atomic
def choose(*, user: User, channels: Mapping[str, Channel]) -> None:
    """Keep what the person wants, by event. Raises CannotChoose."""
    for event, channel in channels.items():
        message = CATALOGUE.get(event)
        if message is None or not may_choose(message):
            raise CannotChoose(event)
        Preference.objects.update_or_create(user=user, event=event, defaults={"channel": channel})
        # What waits for a digest that is no longer wanted follows the new choice.
        if channel != Channel.NOW:
            waiting = Notice.objects.filter(user=user, event=event, mailed_at=None)
            waiting.filter(channel__in=[Channel.DAILY, Channel.WEEKLY]).update(channel=channel)


def named_by(token: str) -> tuple[int, str]:
    """Person and event, or digest, of an unsubscribe link. Raises NotOurLink."""
    try:
        user_id, _, event = str(tokens.unsign(token, purpose=UNSUBSCRIBE)).partition(":")
    except BadSignature:
        raise NotOurLink from None
    if event not in CATALOGUE and event not in DIGESTS:
        raise NotOurLink
    return int(user_id), event


@transaction.atomic
def unsubscribe(*, token: str) -> str:
    """No more e-mail of the kind, or in the digest, that the link names: answers with it. NotOurLink."""
    user_id, event = named_by(token)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotOurLink
    channels = queries.channels_of(user)
    ended = (
        [one for one, channel in channels.items() if channel == DIGESTS[event]]
        if event in DIGESTS
        else [event]
    )
    choose(user=user, channels=dict.fromkeys(ended, Channel.NONE))
    return event
