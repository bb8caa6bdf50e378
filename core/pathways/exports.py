"""The lists of pathways as files: what their pages show to that very reader. No note, no address."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from core.children.models import Child
from core.pathways import chosen, ending, groups, queries, reviewing
from core.pathways.models import Action, Appointment, Attendance
from core.people.enums import Role
from core.people.models import User
from core.sheets.lists import ListToExport, Taken
from core.sheets.shapes import Column, Value

TAKING = frozenset(map(str, (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)))
FOLLOWING = frozenset(map(str, (Role.COORDINATOR, Role.REFERENT)))
COORDINATING = frozenset({str(Role.COORDINATOR)})
CHILD = Column("Enfant", width=28)


# --- referrals ----------------------------------------------------------------------------------
def _referrals(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    lines = queries.inbox_lines(chosen.referrals(user, params).rows, user, on=timezone.localdate(at))
    rows = [
        (
            line.name,
            line.referral.received_on,
            line.referral.get_state_display(),
            line.waiting_days,
            ", ".join(line.missing),
        )
        if queries.handles(user, line.referral)
        else (line.name, line.referral.received_on, line.referral.status_for_referrer, None, None)
        for line in lines
    ]
    columns = (
        CHILD,
        Column("Reçue le", "date"),
        Column("Étape", width=28),
        Column("Attend depuis (jours)", "number"),
        Column("Il manque", width=40),
    )
    return Taken(columns, rows, [line.child_id for line in lines if line.child_id])


# --- actions ------------------------------------------------------------------------------------
def _actions(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    lines = groups.action_lines(
        chosen.actions(user, params).order_by("title", "pk"), on=timezone.localdate(at)
    )
    rows = [
        (
            line.action.title,
            line.action.get_form_display(),
            line.who,
            line.action.get_state_display(),
            line.next_on,
            line.taking_part,
            line.to_note,
        )
        for line in lines
    ]
    columns = (
        Column("Action", width=40),
        Column("Forme"),
        Column("Par", width=28),
        Column("État"),
        Column("Prochaine séance", "date"),
        Column("Participent", "number"),
        Column("Appels à faire", "number"),
    )
    return Taken(columns, rows)


def _attendance(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    """One row a child and session, of one action or of all; names as this reader sees them there."""
    rows = Attendance.objects.visible_to(user).filter(
        session__action__in=Action.objects.visible_to(user).values("pk")
    )
    if (action := params.get("action", "")).isdecimal() and len(action) < 10:
        rows = rows.filter(session__action=int(action))
    found = list(
        rows.select_related("session__action", "participation__child").order_by(
            "session__on", "session__action__title", "participation__child__sort_name", "pk"
        )
    )
    columns = (
        Column("Le", "date"),
        Column("Action", width=40),
        CHILD,
        Column("Présence"),
        Column("Durée prévue (minutes)", "number"),
    )
    told = [
        (
            item.session.on,
            item.session.action.title,
            item.participation.child.full_name,
            item.get_presence_display(),
            item.session.minutes,
        )
        for item in found
    ]
    return Taken(columns, told, [item.participation.child_id for item in found])


# --- appointments -------------------------------------------------------------------------------
def _appointments(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    """Of the week, or the day, that the calendar shows; one's own, or everybody's that one may see."""
    since, until = _span(params, timezone.localdate(at))
    rows = Appointment.objects.visible_to(user).filter(at__date__gte=since, at__date__lte=until)
    if params.get("tous") != "1" and not user.has_role(Role.SECRETARY):
        rows = rows.filter(user=user)
    found = list(rows.select_related("pathway__child", "user").order_by("at", "pk"))
    columns = (
        Column("Le", "date"),
        Column("À"),
        CHILD,
        Column("Avec", width=24),
        Column("Par", width=28),
        Column("État"),
    )
    told = [
        (
            timezone.localdate(item.at),
            f"{timezone.localtime(item.at):%H:%M}",
            item.pathway.child.full_name,
            item.get_with_whom_display(),
            item.user.full_name,
            item.get_state_display(),
        )
        for item in found
    ]
    return Taken(columns, told, [item.pathway.child_id for item in found])


FIRST_YEAR, LAST_YEAR = 2000, 2100  # a calendar has no other days


def _span(params: Mapping[str, str], today: date) -> tuple[date, date]:
    try:
        day = date.fromisoformat(params.get("jour", ""))
    except ValueError:
        day = today
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        day = today
    if params.get("vue") == "jour":
        return day, day
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


# --- reviews, relays ----------------------------------------------------------------------------
def _reviews(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    today = timezone.localdate(at)
    found = list(reviewing.due_reviews(user, today))
    rows = [
        (
            item.pathway.child.full_name,
            item.due_on,
            "en retard" if item.is_late(today) else "commencé" if item.draft else "bientôt",
        )
        for item in found
    ]
    columns = (CHILD, Column("À faire avant le", "date"), Column("Où en est-on"))
    return Taken(columns, rows, [item.pathway.child_id for item in found])


def _relays(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    """Those that were proposed a month ago or more and wait for an answer."""
    found = list(ending.relays_unanswered(user, timezone.localdate(at)))
    rows = [
        (
            item.pathway.child.full_name,
            item.on,
            item.reason_label,
            item.relay_to,
            item.relay_on,
            item.get_relay_state_display(),
        )
        for item in found
    ]
    columns = (
        CHILD,
        Column("Fin du parcours", "date"),
        Column("Motif", width=30),
        Column("Relais vers", width=34),
        Column("Proposé le", "date"),
        Column("Réponse"),
    )
    return Taken(columns, rows, [item.pathway.child_id for item in found])


def _hand_overs(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    """Announced passages to a colleague; a child whose file opens that day only is not named."""
    found = list(ending.hand_overs_coming(user, timezone.localdate(at)))
    ids = [item.new.child_id for item in found]
    named = set(Child.objects.visible_to(user, at=at).filter(pk__in=ids).values_list("pk", flat=True))
    rows: Sequence[Sequence[Value]] = [
        (
            item.on,
            item.new.child.full_name if item.new.child_id in named else "dossier à venir",
            item.former.user.full_name if item.former else "personne",
            item.new.user.full_name,
        )
        for item in found
    ]
    columns = (Column("Le", "date"), CHILD, Column("De", width=28), Column("Vers", width=28))
    return Taken(columns, rows, sorted(named))


LISTS = (
    ListToExport(
        "referrals", "Orientations", TAKING, _referrals, choices={"etape": "étape", "closes": "closes"}
    ),
    ListToExport(
        "actions", "Actions", TAKING, _actions, names_children=False, choices={"terminees": "terminées"}
    ),
    ListToExport("attendance", "Présences", TAKING, _attendance, choices={"action": "action n°"}),
    ListToExport(
        "appointments",
        "Rendez-vous de la semaine",
        TAKING,
        _appointments,
        choices={"jour": "jour", "vue": "vue", "tous": "toute l’équipe"},
    ),
    ListToExport("reviews", "Bilans à faire", FOLLOWING, _reviews),
    ListToExport("relays", "Relais sans réponse", COORDINATING, _relays),
    ListToExport("hand_overs", "Passages de relais prévus", FOLLOWING, _hand_overs),
)
