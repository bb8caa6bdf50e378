"""Every figure, defined once: dashboard, reports, yearly return, exports and national cells read it here.

Changing what an indicator counts raises its version and CATALOGUE: frozen figures keep the one they had.
"""

from core.reporting.indicators.children import CHILDREN
from core.reporting.indicators.doings import DOINGS
from core.reporting.indicators.entries import ENTRIES
from core.reporting.indicators.shapes import Indicator, Mean, Share

CATALOGUE = "2026.1"

THEMES: dict[str, str] = {
    "children": "Enfants et familles",
    "referrals": "Orientations",
    "pathways": "Parcours",
    "actions": "Objectifs et actions",
    "network": "Partenaires et réunions",
}

_ALL: tuple[Indicator | Share | Mean, ...] = (*CHILDREN, *ENTRIES, *DOINGS)

INDICATORS: dict[str, Indicator] = {one.code: one for one in _ALL if isinstance(one, Indicator)}
SHARES: dict[str, Share] = {one.code: one for one in _ALL if isinstance(one, Share)}
MEANS: dict[str, Mean] = {one.code: one for one in _ALL if isinstance(one, Mean)}


def of_theme(theme: str) -> list[Indicator | Share | Mean]:
    """In the order in which the pages show them."""
    return [one for one in _ALL if one.theme == theme]
