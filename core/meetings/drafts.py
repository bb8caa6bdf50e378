"""A decision as it is being typed: what the form holds, what may be chosen, what still lacks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from core.meetings.models import AgendaItem
from core.pathways.enums import DecisionKind, PathwayState
from core.pathways.models import Decision
from core.pathways.workflow import ReferralState
from core.ui import dates

RATIFY = "ratify"
RATIFY_LABEL = "Ratifier l’entrée décidée en urgence"
ON_A_REFERRAL = (DecisionKind.ENTRY, DecisionKind.REDIRECTION, DecisionKind.MORE, DecisionKind.REFUSAL)
ON_A_PATHWAY = (DecisionKind.ADJUST, DecisionKind.RENEW, DecisionKind.SUSPEND, DecisionKind.EXIT)


@dataclass(frozen=True, slots=True)
class Line:
    """Who does what by when, as typed."""

    what: str = ""
    who: str = ""
    due: str = ""

    def __bool__(self) -> bool:
        return bool(self.what or self.who or self.due)


@dataclass(frozen=True, slots=True)
class Draft:
    """Dates stay as typed until the meeting closes: nothing is lost for being unfinished."""

    kind: str = ""
    reason: str = ""
    redirected_to: str = ""
    next_look: str = ""
    lines: tuple[Line, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.kind or self.reason or self.redirected_to or self.next_look or self.lines)

    def to_store(self) -> dict[str, Any]:
        return asdict(self) if self else {}

    def mapped(self, change: Callable[[str], str]) -> "Draft":
        """The same with each text that people typed run through `change`."""
        return replace(
            self,
            reason=change(self.reason),
            redirected_to=change(self.redirected_to),
            lines=tuple(Line(change(line.what), change(line.who), line.due) for line in self.lines),
        )

    def restored(self, stored: "Draft", mask: Callable[[str], str]) -> "Draft":
        """Texts that are `stored` ones seen through `mask` become those again, with their names."""
        texts = [stored.reason, stored.redirected_to]
        texts += [text for line in stored.lines for text in (line.what, line.who)]
        known = {mask(text): text for text in texts if text}
        return self.mapped(lambda text: known.get(text, text))

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Draft":
        lines = tuple(line for line in (Line(**known) for known in stored.get("lines", ())) if line)
        texts = {name: stored.get(name, "") for name in ("kind", "reason", "redirected_to", "next_look")}
        return cls(**texts, lines=lines)


def choices(item: AgendaItem, urgent: Decision | None) -> list[tuple[str, str]]:
    """What the team may decide here and now."""
    if item.pathway is not None:
        if item.pathway.state == PathwayState.ENDED:
            return []
        return [(kind.value, str(kind.label)) for kind in ON_A_PATHWAY]
    if urgent is not None:
        return [(RATIFY, RATIFY_LABEL)]
    if item.referral is not None and item.referral.state == ReferralState.ON_AGENDA:
        return [(kind.value, str(kind.label)) for kind in ON_A_REFERRAL]
    return []


def problems(item: AgendaItem, draft: Draft, allowed: Iterable[tuple[str, str]], today: date) -> list[str]:
    """What keeps this draft from becoming a decision; empty when nothing does."""
    found = []
    if draft.kind and draft.kind not in {code for code, _ in allowed}:
        found.append("cette décision n’est plus possible : la situation a changé entre-temps")
    if draft.kind == DecisionKind.REDIRECTION and not draft.redirected_to:
        found.append("vers quel dispositif orienter la famille ?")
    if draft and not draft.kind:
        found.append("quelque chose est écrit, et la décision n’est pas choisie")
    for text in (draft.next_look, *(line.due for line in draft.lines)):
        if text and day_of(text, today) is None:
            found.append(f"« {text} » n’est pas une date")
    if any(not line.what for line in draft.lines):
        found.append("une suite à donner ne dit pas quoi faire")
    return found


def day_of(text: str, today: date) -> date | None:
    """What a typed date means; None when it means nothing, or nothing was typed."""
    if not text.strip():
        return None
    try:
        return dates.parse(text, today=today, lean="future", year_required=False)
    except dates.NotADateError:
        return None
