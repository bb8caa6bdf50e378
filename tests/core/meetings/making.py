"""A meeting with what it needs; each test says what matters to it."""

from datetime import date, timedelta

from django.urls import set_urlconf

from core.meetings.drafts import Draft
from core.meetings.models import AgendaItem, Meeting, Team
from core.meetings.operations import agenda, live, planning, teams
from core.pathways.models import Referral
from core.people.enums import Role
from core.people.models import User
from tests.core.pathways import making
from tests.core.pathways.making import NOW

LONG_AGO = date(2020, 1, 1)


class Team1:
    """A coordinator, a member who signed the charter, and a meeting in two days."""

    def __init__(self, coordinator: User | None = None) -> None:
        self.coordinator: User = coordinator or making.user(Role.COORDINATOR)
        self.member: User = making.user(Role.TEAM_MEMBER)
        self.team: Team = teams.create_team(name="Équipe d’essai", by=self.coordinator, at=NOW)
        for user in (self.coordinator, self.member):
            teams.add_member(team=self.team, user=user, since_on=LONG_AGO, by=self.coordinator, at=NOW)
        self.meeting: Meeting = self.plan()

    def plan(self) -> Meeting:
        return planning.plan_meeting(
            team=self.team,
            starts_at=NOW + timedelta(days=2),
            place="Maison du peuple, salle 2",
            by=self.coordinator,
            at=NOW,
        )

    def referral(self, **names: str) -> Referral:
        child = making.child(**names)
        return making.agreed(child, self.coordinator, making.guardian(child))

    def item(self, referral: Referral | None = None) -> AgendaItem:
        return agenda.put_referral(
            meeting=self.meeting, referral=referral or self.referral(), by=self.coordinator, at=NOW
        )

    def convene(self) -> None:
        set_urlconf("reussite.urls_town")  # a request before this one took it away
        planning.convene(meeting=self.meeting, by=self.coordinator, at=NOW)
        self.meeting.refresh_from_db()

    def open(self) -> None:
        """Two days early, which the coordinator confirms: it is held today."""
        live.open_meeting(meeting=self.meeting, by=self.coordinator, at=NOW, held_on=making.TODAY)
        self.meeting.refresh_from_db()

    def draft(self, item: AgendaItem, **values: object) -> AgendaItem:
        item.refresh_from_db()
        return live.save_draft(
            item=item,
            version=item.version,
            draft=Draft(**values),  # type: ignore[arg-type]
            by=self.coordinator,
            at=NOW,
        )
