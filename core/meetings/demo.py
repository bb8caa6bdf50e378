"""Meetings for the demonstration: one approved, one to approve, one convened for next week, one planned.

They go through the operations that pages call. People and their charter are of the day on which the
demonstration was made, so the two past meetings are held then and their list is filled today, as a town
does that begins with the platform between two meetings.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.meetings import queries
from core.meetings.drafts import RATIFY, Draft, Line
from core.meetings.enums import SITTING, Attendance
from core.meetings.models import AgendaItem, Meeting, Team
from core.meetings.operations import agenda, attending, closing, live, planning, teams
from core.pathways.enums import DecisionKind
from core.pathways.models import Decision, Pathway, Referral
from core.pathways.operations import decisions
from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.people.models import User
from tenants import context

HOUR = time(14, 0)
TUESDAY = 1
# A meeting sees an urgent entry within this time; older ones of the demonstration are ratified already.
NEXT_MEETING = timedelta(days=14)


def populate(*, at: datetime) -> int:
    """Fill the entered town, once, after its people and children. Returns how many meetings there are now.

    Raises NotADemonstration.
    """
    if not settings.DEMO:
        raise NotADemonstration
    coordinators = User.objects.holding(Role.COORDINATOR, on=timezone.localdate(at)).order_by("pk")
    if Meeting.objects.exists() or not coordinators:
        return 0
    with transaction.atomic():
        _Diary(coordinators[0], at).fill()
    return Meeting.objects.count()


class _Diary:
    """The team of a town, and its four meetings."""

    def __init__(self, coordinator: User, at: datetime) -> None:
        self.by, self.at, self.today = coordinator, at, timezone.localdate(at)
        self.team = self._team()

    def fill(self) -> None:
        self._ratify_old_ones()
        self._plan(self._tuesday(32), self.at)
        past, coming = self._tuesday(-35), self._plan(self._tuesday(4), self.at)
        recent = self._tuesday(-12)
        pathways = self._pathways(4)
        approved = self._hold(past, pathways[:2], [], [])
        closing.approve(meeting=approved, by=self.by, at=past + timedelta(days=3))
        agreed, urgent = self._waiting(coming)
        before = [row for row in agreed if row.received_on and row.received_on < recent.date()][:2]
        seen = [row for row in urgent if row.received_on and row.received_on < recent.date()][:1]
        self._hold(recent, pathways[2:], before, seen)
        agreed, urgent = self._waiting(coming)
        for referral in [*agreed[:5], *urgent[:1]]:
            agenda.put_referral(meeting=coming, referral=referral, by=self.by, at=self.at)
        if any(seat.may_come for seat in queries.seats(self.team, at=self.at)):
            planning.convene(meeting=coming, by=self.by, at=self.at)

    def _waiting(self, meeting: Meeting) -> tuple[list[Referral], list[Referral]]:
        found = queries.candidates(meeting)
        return found.referrals, found.urgent

    def _team(self) -> Team:
        team = teams.create_team(name=f"Équipe de {context.require().name}", by=self.by, at=self.at)
        sitting = User.objects.holding(*SITTING, on=self.today).filter(joined_at__isnull=False)
        for user in sitting.order_by("pk"):
            teams.add_member(team=team, user=user, since_on=self.today, by=self.by, at=self.at)
        return team

    def _tuesday(self, days: int) -> datetime:
        """The first Tuesday from `days` days away."""
        day = self.today + timedelta(days=days)
        day += timedelta(days=(TUESDAY - day.weekday()) % 7)
        return timezone.make_aware(datetime.combine(day, HOUR))

    def _on_pathways(self) -> list[Draft]:
        return [
            Draft(
                kind=DecisionKind.RENEW,
                reason="Les progrès sont là, la confiance aussi. Continuer encore un peu.",
                lines=(Line("Préparer l’avenant avec la famille", self.by.full_name, "dans 2 semaines"),),
            ),
            Draft(
                kind=DecisionKind.ADJUST,
                reason="Passer de deux séances à une, et ajouter un temps à la médiathèque.",
            ),
        ]

    def _on_referrals(self) -> list[Draft]:
        return [
            Draft(
                kind=DecisionKind.ENTRY,
                reason="Un soutien en lecture, et une place au centre de loisirs le mercredi.",
                lines=(
                    Line("Rencontrer la famille", self.by.full_name, "dans 1 semaine"),
                    Line("Dire à l’école ce qui se met en place", self.by.full_name, "dans 2 semaines"),
                ),
            ),
            Draft(kind=DecisionKind.MORE, reason="Voir d’abord avec l’enseignante ce qui se fait en classe."),
        ]

    def _plan(self, starts_at: datetime, at: datetime) -> Meeting:
        return planning.plan_meeting(
            team=self.team, starts_at=starts_at, place="Salle des Tilleuls, 1 rue fictive", by=self.by, at=at
        )

    def _pathways(self, count: int) -> list[Pathway]:
        """The oldest that go on."""
        begun = Pathway.objects.filter(started_on__lte=self.today - timedelta(days=90))
        return list(begun.exclude(state="ended").select_related("child").order_by("started_on", "pk")[:count])

    def _hold(
        self, starts_at: datetime, pathways: list[Pathway], referrals: list[Referral], urgent: list[Referral]
    ) -> Meeting:
        """A past meeting, held and closed: its papers wait to be read over."""
        meeting = self._plan(starts_at, starts_at - timedelta(days=20))
        drafts: list[tuple[AgendaItem, Draft]] = []
        for pathway, draft in zip(pathways, self._on_pathways(), strict=False):
            put = agenda.put_pathway(meeting=meeting, pathway=pathway, by=self.by, at=starts_at)
            drafts.append((put, draft))
        decided = [*self._on_referrals()[: len(referrals)], *[Draft(kind=RATIFY)] * len(urgent)]
        for referral, draft in zip([*referrals, *urgent], decided, strict=True):
            item = agenda.put_referral(meeting=meeting, referral=referral, by=self.by, at=starts_at)
            drafts.append((item, draft))
        live.open_meeting(meeting=meeting, by=self.by, at=starts_at)
        for item, draft in drafts:
            live.save_draft(item=item, version=item.version, draft=draft, by=self.by, at=starts_at)
        self._attend(meeting)
        return closing.close_meeting(meeting=meeting, by=self.by, at=starts_at + timedelta(hours=2))

    def _attend(self, meeting: Meeting) -> None:
        """Everybody who signed came, but one who was excused."""
        seats = [seat for seat in queries.seats(self.team, at=self.at) if seat.may_come]
        for number, seat in enumerate(seats):
            presence = planning.invite(meeting=meeting, user=seat.user, by=self.by, at=self.at)
            excused = number == 3
            attending.note_attendance(
                presence=presence,
                attendance=Attendance.EXCUSED if excused else Attendance.PRESENT,
                organisation=presence.organisation,
                by=self.by,
                at=self.at,
            )

    def _ratify_old_ones(self) -> None:
        """Children who came in before the platform: a meeting of their time confirmed it."""
        urgent = Decision.objects.filter(urgent=True, ratified_on=None)
        for decision in urgent.filter(decided_on__lte=self.today - NEXT_MEETING).order_by("pk"):
            day = decision.decided_on + NEXT_MEETING
            decisions.ratify(decision=decision, on=day, by=self.by, at=self.at)
