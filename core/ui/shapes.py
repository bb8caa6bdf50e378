"""What views hand to components: small, frozen, without SQL behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from core.ui import typography

Meaning = Literal["neutral", "info", "done", "attention", "danger"]
STATE_WORDS = {"done": "fait", "current": "en cours", "coming": "à venir"}


@dataclass(frozen=True, slots=True)
class Crumb:
    """The page itself is the last one, without address."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """What must never be missed about a person: address to be kept secret, contact forbidden."""

    label: str
    meaning: Meaning = "danger"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: Literal["done", "current", "coming"]
    detail: str = ""

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Event:
    at: date | datetime
    title: str
    text: str = ""
    by: str = ""
    url: str = ""
    icon: str = "circle"
    meaning: Meaning = "neutral"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart of bars; `share` of the whole length, between 0 and 1."""

    label: str
    share: Decimal
    text: str

    @property
    def width(self) -> str:
        return f"{float(self.share) * 100:.2f}%"

    @classmethod
    def of(cls, label: str, part: int, whole: int) -> "Bar":
        share = Decimal(part) / whole if whole else Decimal(0)
        return cls(label, share, f"{typography.number(part)} ({typography.rate(part, whole)})")


@dataclass(frozen=True, slots=True)
class PairedBar:
    """One line of a chart that compares two series; without the second one, of a plain chart.

    `first` and `second` are lengths, between 0 and 1. `url` leads to what the first one counts.
    """

    label: str
    first: Decimal
    first_text: str
    second: Decimal | None = None
    second_text: str = ""
    url: str = ""

    @property
    def first_width(self) -> str:
        return f"{float(self.first) * 100:.2f}%"

    @property
    def second_width(self) -> str:
        return f"{float(self.second or 0) * 100:.2f}%"
