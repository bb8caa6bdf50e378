"""States of a campaign and of a town's return, as data. The database holds the same by itself.

A return's state is nowhere stored: it is what the last submission's one step says. Nation and town read the
same rows, so they can't disagree.
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class CampaignState(TextChoices):
    DRAFT = "draft", "En préparation"
    OPEN = "open", "Ouverte"
    CLOSED = "closed", "Close"


class ReturnState(TextChoices):
    DRAFT = "draft", "À transmettre"
    SUBMITTED = "submitted", "Transmis"
    WITHDRAWN = "withdrawn", "Repris par la ville"
    SENT_BACK = "sent_back", "Renvoyé à la ville"
    ACCEPTED = "accepted", "Accepté"


class StepKind(TextChoices):
    """What ends a submission's wait; one a submission."""

    WITHDRAWN = "withdrawn", "Repris par la ville"
    SENT_BACK = "sent_back", "Renvoyé à la ville"
    ACCEPTED = "accepted", "Accepté"


NATIONS = (StepKind.SENT_BACK, StepKind.ACCEPTED)
BEING_WRITTEN = (ReturnState.DRAFT, ReturnState.WITHDRAWN, ReturnState.SENT_BACK)
ANSWERED = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Transition:
    name: str
    sources: tuple[str, ...]
    target: str


CAMPAIGN = (
    Transition("open", (CampaignState.DRAFT,), CampaignState.OPEN),
    Transition("close", (CampaignState.OPEN,), CampaignState.CLOSED),
)
RETURN = (
    Transition("submit", BEING_WRITTEN, ReturnState.SUBMITTED),
    Transition("withdraw", (ReturnState.SUBMITTED,), ReturnState.WITHDRAWN),
    Transition("send_back", (ReturnState.SUBMITTED,), ReturnState.SENT_BACK),
    Transition("accept", (ReturnState.SUBMITTED,), ReturnState.ACCEPTED),
)


def target(table: tuple[Transition, ...], name: str, source: str) -> str | None:
    """Where the act leads from there; None when it does not start there."""
    return next((one.target for one in table if one.name == name and source in one.sources), None)


def may_send(campaign: str, state: str) -> bool:
    """Whether a town in this state may write and send: while the campaign is open, or to end a correction.

    Closed, it takes what the nation sent back and what the town had taken back before.
    """
    begun = state in (ReturnState.SENT_BACK, ReturnState.WITHDRAWN)
    return state in BEING_WRITTEN and (
        campaign == CampaignState.OPEN or (campaign == CampaignState.CLOSED and begun)
    )
