"""What the end of a pathway needs to be said, with each test changing what matters to it."""

from datetime import date, timedelta
from typing import Any

from core.children.models import Child
from core.pathways.enums import AskedBy, NationalExit, Outcome
from core.pathways.models import Exit, HandOver, Pathway
from core.pathways.operations import ending, referents
from core.pathways.operations.ending import Became, Ending
from core.pathways.operations.referents import MustRead
from core.people.models import User
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

SOON = TODAY + timedelta(days=7)


def said(pathway: Pathway, outcome: Outcome = Outcome.MET, **values: Any) -> Ending:
    """An ending that may be written: goals met today, each objective with its outcome."""
    aims = pathway.objectives.filter(dropped_on=None)
    return Ending(
        **{
            "on": TODAY,
            "national": NationalExit.GOALS_MET,
            "asked_by": AskedBy.TEAM,
            "outcomes": {aim.pk: Became(outcome) for aim in aims},
            **values,
        }
    )


def close(life: Life, *, by: User | None = None, at: Any = NOW, **values: Any) -> Exit:
    return ending.close_pathway(
        pathway=life.pathway, ending=said(life.pathway, **values), by=by or life.coordinator, at=at
    )


def withdraw(life: Life, **values: Any) -> Exit:
    told = {"said_by": "La mère", "said_how": "call", "on": TODAY, "by": life.referent, "at": NOW, **values}
    return ending.withdraw(pathway=life.pathway, **told)


def hand_over(
    child: Child, to: User, *, by: User, on: date = SOON, at: Any = NOW, note: str = ""
) -> HandOver:
    return referents.hand_over(children=[child], to=to, on=on, by=by, at=at, must_read=MustRead(note=note))[0]
