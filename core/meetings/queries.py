"""Reads behind the pages of meetings: dataclasses out, a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.children import queries as children
from core.children.models import Child
from core.meetings.drafts import RATIFY, RATIFY_LABEL, Draft
from core.meetings.enums import SITTING
from core.meetings.models import AgendaItem, Meeting, Team, TeamMembership
from core.meetings.workflow import MeetingState
from core.partners.models import Organisation
from core.pathways.enums import DecisionKind, PathwayState
from core.pathways.models import Decision, Pathway, Referral
from core.pathways.workflow import ReferralState
from core.people import queries as people
from core.people.models import User
from core.ui.shapes import Meaning

MEANINGS: dict[str, Meaning] = {
    MeetingState.PLANNED: "attention",
    MeetingState.CONVENED: "info",
    MeetingState.OPEN: "attention",
    MeetingState.CLOSED: "attention",
    MeetingState.APPROVED: "done",
    MeetingState.CANCELLED: "neutral",
}
SOON = timedelta(days=60)  # a pathway that ends by then is due for a look


@dataclass(frozen=True, slots=True)
class Seat:
    """One member of a team, as convening sees her or him."""

    membership: TeamMembership
    user: User
    organisation: str
    may_come: bool


def seats(team: Team, *, at: datetime) -> list[Seat]:
    """Who sits in the team that day; without a charter in force, or gone, nobody is invited."""
    day = timezone.localdate(at)
    members = (
        TeamMembership.objects.in_force(day)
        .filter(team=team)
        .select_related("user")
        .order_by("user__sort_name", "pk")
    )
    ready = {
        line.person.pk
        for line in people.people_lines(at)
        if line.charter_signed and line.state not in ("gone", "suspended") and set(line.roles) & set(SITTING)
    }
    known = list(members)
    organisations = organisation_names(member.user for member in known)
    return [
        Seat(
            member, member.user, organisations.get(member.user.organisation_code, ""), member.user_id in ready
        )
        for member in known
    ]


def organisation_names(users: Iterable[User]) -> dict[str, str]:
    codes = {user.organisation_code for user in users if user.organisation_code}
    return dict(Organisation.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def meetings_of(user: User, *, past: bool) -> "QuerySet[Meeting]":
    """Those to come and those that wait for an approval; or those that are over."""
    over = [MeetingState.APPROVED, MeetingState.CANCELLED]
    rows = Meeting.objects.visible_to(user).select_related("team")
    rows = rows.filter(state__in=over) if past else rows.exclude(state__in=over)
    return rows.annotate(situations=Count("agenda"))


@dataclass(frozen=True, slots=True)
class Situation:
    """One line of an agenda: `name` is the label where names are not to be shown."""

    item: AgendaItem
    name: str
    detail: str
    drafted: bool
    decided: str  # what would be recorded if the meeting closed now
    urgent: bool = False  # the child came in by an urgent decision, which this meeting is to ratify


def situations(meeting: Meeting, user: User) -> tuple[list[Situation], int]:
    """What `user` may see of the agenda, and how many lines are hidden."""
    items = list(
        AgendaItem.objects.visible_to(user)
        .filter(meeting=meeting)
        .select_related("child", "referral", "referral__source", "pathway", "decision")
        .in_order()
    )
    hidden = AgendaItem.objects.filter(meeting=meeting).count() - len(items)
    to_ratify = Decision.objects.filter(urgent=True, ratified_on=None, cancelled_on=None)
    referrals = [item.referral_id for item in items]
    urgent = set(to_ratify.filter(referral__in=referrals).values_list("referral_id", flat=True))
    return [situation(item, meeting, urgent=item.referral_id in urgent) for item in items], hidden


def situation(item: AgendaItem, meeting: Meeting, *, urgent: bool = False) -> Situation:
    name = item.label if meeting.pseudonymous else item.child.full_name
    if item.pathway_id:
        detail = "Parcours à revoir"
    elif item.referral is not None and item.referral.source is not None:
        detail = f"Orientation : {item.referral.source.label}"
    else:
        detail = "Orientation"
    if not meeting.pseudonymous:
        detail = f"{item.label} – {detail}"
    draft = Draft.of(item.draft)
    decided = RATIFY_LABEL if draft.kind == RATIFY else dict(DecisionKind.choices).get(draft.kind, "")
    return Situation(item, name, detail, bool(draft), str(decided), urgent)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What waits for a meeting."""

    referrals: list[Referral]
    urgent: list[Referral]
    pathways: list[Pathway]

    def __bool__(self) -> bool:
        return bool(self.referrals or self.urgent or self.pathways)

    def child_ids(self) -> list[int]:
        rows = [*self.referrals, *self.urgent, *self.pathways]
        return [row.child_id for row in rows if row.child_id]


def candidates(meeting: Meeting) -> Candidates:
    """Agreed referrals, urgent entries to ratify, pathways due; the longest wait first."""
    day = timezone.localdate(meeting.starts_at)
    here = meeting.agenda.values("child_id")
    referrals = (
        Referral.objects.filter(child__isnull=False).exclude(child__in=here).select_related("child", "source")
    )
    to_ratify = Decision.objects.filter(
        referral=OuterRef("pk"), urgent=True, ratified_on=None, cancelled_on=None
    )
    waiting = [ReferralState.WAITING, ReferralState.ADMITTED, ReferralState.ENTERED]
    look = Decision.objects.filter(child=OuterRef("child"), next_look_on__lte=day, cancelled_on=None)
    later = Decision.objects.filter(child=OuterRef("child"), next_look_on__gt=day, cancelled_on=None)
    pathways = (
        open_pathways()
        .exclude(child__in=here)
        .filter(Q(planned_end_on__lte=day + SOON) | Exists(look) & ~Exists(later))
    )
    return Candidates(
        referrals=list(referrals.filter(state=ReferralState.AGREED).by_waiting()),
        urgent=list(referrals.filter(Exists(to_ratify), state__in=waiting).by_waiting()),
        pathways=list(pathways.order_by("planned_end_on", "pk")[:50]),
    )


def open_pathways() -> "QuerySet[Pathway]":
    return Pathway.objects.exclude(state=PathwayState.ENDED).select_related("child")


def found_pathways(meeting: Meeting, text: str) -> list[Pathway]:
    """Open pathways by name of the child, for free adding."""
    if len(text.strip()) < 2:
        return []
    matching = children.search(Child.objects.all(), text)
    here = meeting.agenda.values("child_id")
    rows = open_pathways().exclude(child__in=here).filter(child__in=matching.order_by().values("pk"))
    return list(rows.order_by("child__sort_name", "pk")[:20])
