"""What is counted, as rows: each source is one query whose rows carry the values they are counted by.

The engine groups them; a page that shows which children stand behind a number reads the same query, so
that numbers equal rows by construction. No source knows a worker, a referent or a user.
"""

from core.reporting.indicators.rows.children import CHILDREN
from core.reporting.indicators.rows.doings import (
    ACTIONS,
    ENCOUNTERS,
    OBJECTIVES,
    PARENTS,
    PRESENCES,
    SESSIONS,
)
from core.reporting.indicators.rows.entries import (
    MISTAKES,
    MOTIVES,
    OUTCOMES,
    PATHWAYS,
    REFERRALS,
    REVIEWS,
    WAITS,
)
from core.reporting.indicators.rows.network import MEETINGS, PARTNERS, SITUATIONS
from core.reporting.indicators.rows.source import Rows

ROWS: dict[str, Rows] = {
    one.code: one
    for one in (
        CHILDREN,
        REFERRALS,
        MOTIVES,
        WAITS,
        PATHWAYS,
        MISTAKES,
        OUTCOMES,
        REVIEWS,
        OBJECTIVES,
        ACTIONS,
        SESSIONS,
        PRESENCES,
        ENCOUNTERS,
        PARENTS,
        PARTNERS,
        MEETINGS,
        SITUATIONS,
    )
}

__all__ = ["ROWS", "Rows"]
