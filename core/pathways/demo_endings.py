"""Some of the made-up pathways end, each for another reason; one pauses, one is about to change hands.

Through the operations that pages call, a handful a town. Pathways that `demo_life` enlivened are left alone.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from core.children.models import Guardianship
from core.partners.access import under_agreement
from core.pathways import lasting
from core.pathways.demo_life import LIVING
from core.pathways.enums import AskedBy, ContactKind, NationalExit, Outcome, RelayState, ToRead
from core.pathways.models import Pathway, ReferentLink
from core.pathways.operations import ending, pausing, referents
from core.pathways.operations.ending import Became, Ending, Relay
from core.pathways.operations.referents import MustRead
from core.people.enums import Role
from core.people.models import User

STRENGTHS = "Aime raconter des histoires.\nAide les plus petits de sa classe."
WORDS = "Une belle année. La lecture est devenue un plaisir."


def end_some(*, by: User, at: datetime) -> None:
    """In the entered town, once its pathways are there and some of them live."""
    _Endings(by, at).go()


class _Endings:
    """Days are counted back from today; a pathway too young for them ends on its first day or later."""

    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at, self.today = by, at, timezone.localdate(at)
        rows = Pathway.objects.filter(ended_on=None).select_related("child")
        self.pathways = list(rows.order_by("pk")[LIVING : LIVING + 9])
        self.network = list(under_agreement(self.today).order_by("pk")[:2])

    def go(self) -> None:
        acts = (
            self._hand_over,
            self._withdraw,
            self._relayed,
            self._moved,
            self._suspend,
            self._goals_met,
            self._declined,
            self._end_of_term,
        )
        for pathway, act in zip(self.pathways, acts, strict=False):
            act(pathway)

    def _close(self, pathway: Pathway, national: NationalExit, days: int, **values: object) -> None:
        on = self._day(pathway, days)
        outcomes = [Outcome.MET, Outcome.PARTLY, Outcome.NOT_MET]
        if national != NationalExit.GOALS_MET:
            outcomes.reverse()
        aims = pathway.objectives.filter(dropped_on=None).order_by("pk")
        told = Ending(
            on=on,
            national=national,
            reason=ending.word_for(national),
            outcomes={aim.pk: Became(outcomes[number % 3]) for number, aim in enumerate(aims)},
            **{"asked_by": AskedBy.TEAM, "strengths": STRENGTHS, "words": WORDS, **values},  # type: ignore[arg-type]
        )
        ending.close_pathway(pathway=pathway, ending=told, by=self.by, at=self._noted(on))

    def _goals_met(self, pathway: Pathway) -> None:
        self._close(pathway, NationalExit.GOALS_MET, 3, relay=self._relay(0, RelayState.ACCEPTED))

    def _relayed(self, pathway: Pathway) -> None:
        """A month and a half ago, and the relay has not answered."""
        self._close(pathway, NationalExit.EXISTING_SCHEMES, 45, relay=self._relay(-1, RelayState.PROPOSED))

    def _declined(self, pathway: Pathway) -> None:
        self._close(pathway, NationalExit.CARE, 60, relay=self._relay(0, RelayState.DECLINED))

    def _moved(self, pathway: Pathway) -> None:
        """Half a year ago: news are due."""
        self._close(pathway, NationalExit.MOVED, 190, asked_by=AskedBy.EVENT)

    def _end_of_term(self, pathway: Pathway) -> None:
        self._close(pathway, NationalExit.END_OF_TERM, 20, asked_by=AskedBy.EVENT)

    def _relay(self, number: int, state: RelayState) -> Relay:
        if not self.network:
            return Relay(words="Le centre de loisirs du quartier", state=state)
        return Relay(organisation=self.network[number], state=state)

    def _withdraw(self, pathway: Pathway) -> None:
        on = self._day(pathway, 1)
        adult = Guardianship.objects.on(on).filter(child=pathway.child_id).select_related("guardian").first()
        ending.withdraw(
            pathway=pathway,
            said_by=str(adult.guardian) if adult else "La famille",
            said_how=ContactKind.CALL,
            words="Les journées sont trop remplies.",
            on=on,
            by=self.by,
            at=self._noted(on),
        )

    def _suspend(self, pathway: Pathway) -> None:
        since = self._day(pathway, 70)
        pausing.suspend(
            pathway=pathway,
            since_on=since,
            expected_on=max(since, self.today - timedelta(days=4)),
            reason="Un séjour chez les grands-parents.",
            by=self.by,
            at=self._noted(since),
        )

    def _hand_over(self, pathway: Pathway) -> None:
        """Next week, to a colleague of the one who accompanies."""
        link = ReferentLink.objects.in_force(self.today).filter(child=pathway.child_id).first()
        colleagues = User.objects.holding(Role.REFERENT, on=self.today).filter(joined_at__isnull=False)
        to = colleagues.exclude(pk=link.user_id if link else None).order_by("pk").first()
        if to is None:
            return
        referents.hand_over(
            children=[pathway.child],
            to=to,
            on=self.today + timedelta(days=7),
            by=self.by,
            at=self.at,
            must_read=MustRead(
                note="La mère préfère être appelée le soir. Commencer par ce qui va bien en lecture.",
                sections=[ToRead.OBJECTIVES, ToRead.FAMILY],
            ),
        )

    def _day(self, pathway: Pathway, days: int) -> date:
        last = lasting.last_trace(pathway) or pathway.started_on
        return max(pathway.started_on, last, self.today - timedelta(days=days))

    def _noted(self, on: date) -> datetime:
        return self.at - timedelta(days=(self.today - on).days)
