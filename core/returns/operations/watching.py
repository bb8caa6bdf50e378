"""What the nation writes in shared rows reaches the town here: the nation's role reaches no town.

Said once for each turn: a second run says nothing new.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.exchange import campaigning
from core.exchange.campaigning import Standing
from core.exchange.enums import Side
from core.exchange.models import Campaign
from core.exchange.workflow import CampaignState, ReturnState
from core.journal.announcing import announce
from core.returns import queries
from core.returns.operations import submitting
from tenants import context

DUE_BEFORE = (7, 30)  # days before the due date
LOOKED_BACK = timedelta(days=400)  # older campaigns are over


@transaction.atomic
def watch(*, at: datetime) -> int:
    """Answers with how many things were looked at to be said."""
    today, looked_at = timezone.localdate(at), 0
    recent = Campaign.objects.filter(due_on__gte=today - LOOKED_BACK).order_by("pk")
    for campaign in recent:
        standing = queries.standing(campaign)
        for event, turn in due(campaign, standing, today):
            announce(event, about=campaign, turn=turn)
            looked_at += 1
        if standing.accepted is not None:
            submitting.pass_official_cells(campaign=campaign, at=at)
    return looked_at


def due(campaign: Campaign, standing: Standing, today: date) -> Iterator[tuple[str, str]]:
    """(event, turn) of a campaign for the entered town."""
    if campaign.state == CampaignState.OPEN and standing.is_being_written:
        yield "returns.campaign_opened", "opened"
        left = (campaign.due_on - today).days
        step = next((one for one in DUE_BEFORE if 0 <= left <= one), None)
        if step is not None:
            yield "returns.return_due", f"{campaign.due_on}-{step}"
        for reminder in campaign.reminders.filter(on__gte=today - timedelta(days=7)).order_by("pk"):
            yield "returns.return_due", f"asked-{reminder.on}"
    if standing.was_sent_back and standing.step is not None:
        yield "returns.return_sent_back", f"{standing.step.pk}"
    if standing.state == ReturnState.ACCEPTED and standing.step is not None:
        yield "returns.return_accepted", f"{standing.step.pk}"
    for message in campaigning.thread(campaign, context.require().schema):
        if message.side == Side.NATION and timezone.localdate(message.at) >= today - timedelta(days=7):
            yield "returns.question_asked", f"{message.pk}"
