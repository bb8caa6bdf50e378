"""Group actions of the made-up town: a full workshop with who waits and two parents, an outing, a camp.

Through the operations that pages call, a few rows a town: a first start stays quick.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.children.models import Guardianship
from core.children.operations.files import ChildDetails
from core.pathways import holidays
from core.pathways.enums import ActionForm, GroupKind
from core.pathways.models import Action, Domain, Participation, WaitingLine
from core.pathways.operations import actions, guests, parents, places, series
from core.pathways.operations.actions import ActionDetails, Permission
from core.pathways.operations.guests import Asked
from core.pathways.operations.series import Rhythm
from core.people.models import User

WAITING = ("Maë", "Ismaël", "Jade")
FAMILY = "Bruyère-Fictif"
CAMP_DAYS = 5


def gather(*, workshop: Action, worker: User, by: User, at: datetime) -> None:
    """In the entered town, around a workshop that runs, led by `worker`."""
    _Groups(workshop, worker, by, at).go()


class _Groups:
    def __init__(self, workshop: Action, worker: User, by: User, at: datetime) -> None:
        self.workshop, self.worker, self.by, self.at = workshop, worker, by, at
        self.today = timezone.localdate(at)

    def go(self) -> None:
        self._sessions_to_come()
        self._waiting()
        self._parents()
        self._outing()
        self._camp()

    def _sessions_to_come(self) -> None:
        first = self.today + timedelta(days=14)
        rhythm = Rhythm(first_on=first, last_on=first + timedelta(days=70))
        series.plan_series(
            action=self.workshop, rhythm=rhythm, minutes=90, starts_at=time(14), by=self.by, at=self.at
        )

    def _waiting(self) -> None:
        """As many places as children; three wait, one was proposed a place that was given up."""
        there = Participation.objects.current().filter(action=self.workshop)
        places.set_places(action=self.workshop, places=there.count(), parent_places=4, by=self.by, at=self.at)
        for number, first_name in enumerate(WAITING):
            self._welcome(self.workshop, first_name, asked_at=self.at - timedelta(days=9 - number))
        leaving = there.filter(objective=None).order_by("pk").first()
        if leaving is not None:
            actions.leave_now(participation=leaving, by=self.by, at=self.at)
        asked = Asked(
            first_name="Nour",
            last_name=FAMILY,
            birth_on=self.today - timedelta(days=3300),
            authorised_by="Le père",
            authorised_on=self.today - timedelta(days=1),
            safety="Repart avec sa tante.",
        )
        guests.ask_place(action=self.workshop, asked=asked, by=self.worker, at=self.at)

    def _welcome(self, action: Action, first_name: str, **more: object) -> Participation | WaitingLine:
        return guests.welcome_guest(
            action=action,
            child=None,
            details=ChildDetails(
                first_name=first_name, last_name=FAMILY, birth_on=self.today - timedelta(days=3500)
            ),
            distinct_from=(),
            authorised_by="La mère",
            authorised_on=self.today - timedelta(days=10),
            safety="Le grand frère vient à 15 h 30.",
            may_wait=True,
            by=self.by,
            at=self.at,
            **more,  # type: ignore[arg-type]
        )

    def _parents(self) -> None:
        children = Participation.objects.current().filter(action=self.workshop).values("child")
        ships = Guardianship.objects.on(self.today).in_family().filter(child__in=children)
        known = ships.filter(contact_forbidden=False).select_related("guardian").order_by("pk").first()
        on = self.today - timedelta(days=7)
        if known is not None:
            parents.welcome_parent(
                action=self.workshop, guardian=known.guardian, on=on, by=self.by, at=self.at
            )
        parents.welcome_parent(action=self.workshop, first_name="Ana", on=on, by=self.by, at=self.at)

    def _outing(self) -> None:
        """Next Saturday, with three of the workshop's children: the parents' permission is to be asked."""
        saturday = self.today + timedelta(days=(5 - self.today.weekday()) % 7 or 7)
        outing = self._open("Sortie au musée", GroupKind.OUTING, saturday, saturday, places=12)
        series.plan_series(
            action=outing,
            rhythm=Rhythm(first_on=saturday, last_on=saturday, skip_holidays=False),
            minutes=240,
            starts_at=time(13, 30),
            venue="Départ de la maison de quartier",
            by=self.by,
            at=self.at,
        )
        told = Participation.objects.current().filter(action=self.workshop, objective__isnull=False)
        for number, item in enumerate(told.select_related("objective").order_by("pk")[:3]):
            if item.objective is None:
                continue
            found = actions.join(
                action=outing, objective=item.objective, on=self.today, by=self.by, at=self.at
            )
            if number == 0:
                allowed = Permission(by="La mère", on=self.today)
                actions.note_permission(participation=found, permission=allowed, by=self.by, at=self.at)
        self._welcome(outing, "Élio")

    def _camp(self) -> None:
        """Five days of the next holidays, with a session a day."""
        first = self._next_holidays()
        last = first + timedelta(days=CAMP_DAYS - 1)
        camp = self._open("Séjour à la montagne", GroupKind.CAMP, first, last, places=8)
        series.plan_series(
            action=camp,
            rhythm=Rhythm(first_on=first, last_on=last, every=1, skip_holidays=False),
            minutes=600,
            starts_at=time(9),
            by=self.by,
            at=self.at,
        )
        for first_name in ("Anouk", "Bilal"):
            self._welcome(camp, first_name, authorised_until=last)

    def _open(self, title: str, kind: GroupKind, first: date, last: date, *, places: int) -> Action:
        domain = Domain.objects.filter(national="culture", active=True).order_by("pk").first()
        details = ActionDetails(
            title=title,
            form=ActionForm.GROUP,
            kind=kind,
            domain=domain or self.workshop.domain,
            planned_from=first,
            planned_until=last,
            wording="Préparée avec les enfants.",
            organisation=self.workshop.organisation,
            agreement=self.workshop.agreement,
            venue="Musée de la ville" if kind == GroupKind.OUTING else "Centre de montagne",
            places=places,
        )
        return actions.open_action(details=details, by=self.by, at=self.at)

    def _next_holidays(self) -> date:
        """The first Monday of holidays to come; in two months where the town's file says none."""
        days = [self.today + timedelta(days=number) for number in range(7, 120)]
        mondays = [one for one in days if one.weekday() == 0]
        return next((one for one in mondays if holidays.in_school_holidays(one)), mondays[7])
