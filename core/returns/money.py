"""What is told of money in a return. No child stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.reporting.indicators import Period


@dataclass(frozen=True, slots=True)
class Said:
    text: str = ""
    detail: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Money:
    """By code of `core.exchange.sources`; what nobody noted is said by nothing."""

    by_code: Mapping[str, Said] = field(default_factory=dict)

    def said(self, code: str) -> Said:
        return self.by_code.get(code, Said())


def of_period(period: Period) -> Money:
    """Nothing yet: the town's conventions are not kept by the platform."""
    return Money()
