"""A return as a page shows it: live while it is written, as it was sealed once it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.exchange.campaigning import Standing, thread
from core.exchange.models import Campaign, ReturnMessage
from core.exchange.workflow import CampaignState, ReturnState, may_send
from core.reporting import indicators
from core.returns import filling, queries, sealing
from core.returns.checks import Check, CheckKind
from core.returns.filling import Part
from core.returns.models import Submission, YearlyReturn
from core.ui.shapes import Meaning
from core.ui.tables import Column
from tenants import context

MEANINGS: Mapping[str, Meaning] = {
    ReturnState.DRAFT: "info",
    ReturnState.SUBMITTED: "info",
    ReturnState.WITHDRAWN: "attention",
    ReturnState.SENT_BACK: "attention",
    ReturnState.ACCEPTED: "done",
}
COLUMNS = (Column("Question"), Column("Réponse"))


@dataclass(frozen=True, slots=True)
class Group:
    kind: CheckKind
    checks: list[Check]


def groups(checks: list[Check]) -> list[Group]:
    found = [Group(kind, [one for one in checks if one.kind == kind]) for kind in CheckKind]
    return [one for one in found if one.checks]


@dataclass(frozen=True, slots=True)
class Explained:
    """A check with what the coordination says of it."""

    title: str
    detail: str
    explanation: str
    url: str = ""
    action: str = ""
    blocks: bool = False

    @property
    def is_open(self) -> bool:
        return self.blocks or not self.explanation


@dataclass(frozen=True)
class View:
    """`is_sealed`: what was sent, which no longer moves; otherwise what would leave today."""

    campaign: Campaign
    standing: Standing
    parts: list[Part]
    checks: list[Explained]
    comment: str
    state_on: date
    is_sealed: bool
    sha256: str = ""
    thread: list[ReturnMessage] | None = None

    @property
    def columns(self) -> tuple[Column, Column]:
        return COLUMNS

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.standing.state]

    @property
    def is_ready(self) -> bool:
        return not any(one.is_open for one in self.checks)

    @property
    def can_write(self) -> bool:
        return may_send(self.campaign.state, self.standing.state)

    @property
    def can_withdraw(self) -> bool:
        return self.standing.state == ReturnState.SUBMITTED and self.campaign.state == CampaignState.OPEN


def now(campaign: Campaign, today: date) -> View:
    """The return as it stands: what was sent last where it waits or is accepted, else the live figures."""
    standing = queries.standing(campaign)
    if not standing.is_being_written:
        sent = Submission.objects.get(of__campaign=campaign.pk, number=standing.sent[-1].number)
        return sealed(campaign, sent, standing)
    figures = indicators.compute(queries.period_of(campaign), at=today)
    filled, written = queries.of_campaign(campaign, figures), queries.written(campaign)
    return View(
        campaign,
        standing,
        filled.parts,
        _explained(filled.checks, written),
        written.comment if written else "",
        figures.on,
        is_sealed=False,
        thread=thread(campaign, context.require().schema),
    )


def _explained(checks: list[Check], written: YearlyReturn | None) -> list[Explained]:
    said = written.explanations if written else {}
    return [
        Explained(one.title, one.detail, said.get(one.code, ""), one.url, one.action, one.blocks)
        for one in checks
    ]


def sealed(campaign: Campaign, submission: Submission, standing: Standing) -> View:
    """Raises AlteredError."""
    content = sealing.content_of(submission)
    return View(
        campaign,
        standing,
        filling.read(content["parts"]),
        [Explained(one["title"], one["detail"], one["explanation"]) for one in content["checks"]],
        content["comment"],
        date.fromisoformat(content["period"][1]),
        is_sealed=True,
        sha256=submission.sha256,
        thread=thread(campaign, context.require().schema),
    )
