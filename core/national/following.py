"""How far a campaign is: which towns answered, in which state. No figure of a child."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.exchange import campaigning
from core.exchange.campaigning import Standing
from core.exchange.models import Campaign, ReturnInTransit
from core.exchange.workflow import ANSWERED, ReturnState
from core.ui.shapes import Meaning
from tenants import registry
from tenants.context import Place

MEANINGS: dict[str, Meaning] = {
    ReturnState.DRAFT: "neutral",
    ReturnState.SUBMITTED: "info",
    ReturnState.WITHDRAWN: "attention",
    ReturnState.SENT_BACK: "attention",
    ReturnState.ACCEPTED: "done",
}
WAITED_FOR = "Pas encore transmis"


@dataclass(frozen=True, slots=True)
class TownLine:
    place: Place
    standing: Standing

    @property
    def state(self) -> str:
        return WAITED_FOR if self.standing.state == ReturnState.DRAFT else self.standing.state.label

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.standing.state]


@dataclass(frozen=True, slots=True)
class Progress:
    """Active towns of the platform; those that answered are those whose return waits or is accepted."""

    lines: list[TownLine]

    @property
    def active(self) -> int:
        return len(self.lines)

    @property
    def answering(self) -> int:
        return sum(one.standing.state in ANSWERED for one in self.lines)

    @property
    def accepted(self) -> int:
        return Counter(one.standing.state for one in self.lines)[ReturnState.ACCEPTED]

    @property
    def sent_back(self) -> int:
        return Counter(one.standing.state for one in self.lines)[ReturnState.SENT_BACK]


def progress(campaign: Campaign) -> Progress:
    """Those whose return waits for the nation first."""
    towns = {one.schema: one for one in registry.places("town") if one.state == "active"}
    found = campaigning.standings(campaign, towns)
    order = list(ReturnState)
    first = [ReturnState.SUBMITTED, *(one for one in order if one != ReturnState.SUBMITTED)]
    lines = [TownLine(towns[schema], one) for schema, one in found.items()]
    return Progress(sorted(lines, key=lambda one: (first.index(one.standing.state), one.place.name)))


@dataclass(frozen=True, slots=True)
class Told:
    """What a sent return tells the nation: words, states of checks, numbers of no child."""

    answers: list[list[str]]
    numbers: list[list[Any]]
    checks: list[list[str]]
    comment: str
    asked: int
    answered: int


def told(sent: ReturnInTransit) -> Told:
    return Told(**json.loads(sent.text))
