"""The months after the signature: promises, appointments whose end is not told, reviews, ends, silences."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.children.models import Child
from core.notifications.today.entries import is_accompanied_by
from core.notifications.today.shapes import Call, Line, Press, Reader, Source
from core.pathways import reviewing, silence
from core.pathways.models import Appointment, FollowUp, Pathway, Review
from core.pathways.workflow import AppointmentState
from core.people.enums import Role
from core.ui.typography import clock, counted, day, days_away

FOLLOWING = (Role.COORDINATOR, Role.REFERENT)
PROMISED = timedelta(days=7)  # a promise is shown so long before its date
FOLLOW_UPS, OUTCOMES, SILENCES = "suites", "suites-de-rendez-vous", "silences"


# --- promises -----------------------------------------------------------------------------------
def _promised(reader: Reader) -> "QuerySet[FollowUp] | None":
    """One's own, due by the end of the week, and those without a date."""
    if not reader.has(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER):
        return None
    rows = FollowUp.objects.filter(user=reader.user, done_on=None, decision__cancelled_on=None)
    rows = rows.exclude(due_on__gt=reader.day + PROMISED).select_related("decision")
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def _promises(rows: Sequence[FollowUp], reader: Reader) -> list[Line]:
    """In the meeting's words; the child's name for who may still see it."""
    names = _names([row.decision.child_id for row in rows], reader)
    lines = []
    for row in rows:
        child_id = row.decision.child_id
        who = names.get(child_id, "")
        when = _by(row.due_on, reader) if row.due_on else "sans date"
        lines.append(
            Line(
                title=row.what,
                url=reverse("children:file", args=[child_id]) if who else "",
                detail=", ".join(part for part in (who, when) if part),
                late=bool(row.due_on and row.due_on < reader.day),
                child_id=child_id,
                presses=(Press("C’est fait", reverse("notifications:follow_up_done", args=[row.pk])),),
            )
        )
    return lines


def _by(due_on: date, reader: Reader) -> str:
    away = days_away(due_on, reader.day)
    near = "" if away.startswith("le ") else f" ({away})"
    return f"pour le {day(due_on, year=due_on.year != reader.day.year)}{near}"


def _names(ids: Iterable[int], reader: Reader) -> dict[int, str]:
    rows = Child.objects.visible_to(reader.user, at=reader.at).filter(pk__in=list(ids))
    return {child.pk: child.full_name for child in rows}


# --- appointments -------------------------------------------------------------------------------
def _without_outcome(reader: Reader) -> "QuerySet[Appointment] | None":
    """Of days gone by: one's own; the secretary's are everybody's."""
    if not reader.has(*FOLLOWING, Role.SECRETARY):
        return None
    rows = Appointment.objects.visible_to(reader.user).filter(
        state=AppointmentState.PLANNED, at__lt=reader.midnight
    )
    if not reader.has(Role.SECRETARY):
        rows = rows.filter(user=reader.user)
    return rows.select_related("pathway__child", "user").order_by("at", "pk")


def _outcomes(rows: Sequence[Appointment], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        at = timezone.localtime(row.at)
        by = "" if row.user_id == reader.user.pk else f", {row.user.full_name}"
        lines.append(
            Line(
                title=row.pathway.child.full_name,
                url=reverse("children:file", args=[row.pathway.child_id]),
                detail=f"rendez-vous {days_away(at.date(), reader.day)} à {clock(at)}{by}",
                late=True,
                child_id=row.pathway.child_id,
                presses=outcome_presses(row.pk),
            )
        )
    return lines


def outcome_presses(pk: int) -> tuple[Press, ...]:
    url = reverse("notifications:outcome", args=[pk])
    return (
        Press("A eu lieu", url, "suite", "keep"),
        Press("Personne n’est venu", url, "suite", "miss"),
    )


# --- pathways -----------------------------------------------------------------------------------
def _silent(reader: Reader) -> "QuerySet[Pathway] | None":
    if not reader.has(*FOLLOWING):
        return None
    rows = silence.silent(reader.day)
    return rows if reader.coordinates else rows.filter(child__in=is_accompanied_by(reader))


def _silences(rows: Sequence[Any], reader: Reader) -> list[Line]:
    return [
        _line(
            row,
            "Prendre un rendez-vous",
            reverse("pathways:new_appointment", args=[row.pk]),
            f"pas de nouvelles de la famille depuis "
            f"{counted((reader.day - row.heard_on).days // 7, 'semaine')}",
            call=Call(reverse("notifications:call_pathway", args=[row.pk]), f"appel-parcours-{row.pk}"),
        )
        for row in rows
    ]


def _line(pathway: Pathway, do: str, do_url: str, detail: str, **more: Any) -> Line:
    return Line(
        title=pathway.child.full_name,
        url=reverse("pathways:pathway", args=[pathway.pk]),
        detail=detail,
        do=do,
        do_url=do_url,
        child_id=pathway.child_id,
        **more,
    )


def _due_reviews(reader: Reader) -> "QuerySet[Review] | None":
    """As the list of reviews shows them: late, or soon due by the town's reminder."""
    return reviewing.due_reviews(reader.user, reader.day) if reader.has(*FOLLOWING) else None


def _reviews(rows: Sequence[Review], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        do = "Reprendre le bilan" if row.draft else "Faire le bilan"
        when = f"à faire avant le {day(row.due_on, year=row.due_on.year != reader.day.year)}"
        page = reverse("pathways:review", args=[row.pk])
        lines.append(_line(row.pathway, do, page, when, late=row.is_late(reader.day)))
    return lines


def _review_list(reader: Reader) -> str:
    return reverse("pathways:reviews")


SOURCES = (
    Source(FOLLOW_UPS, "Suites promises en réunion", "list-checks", 28, _promised, _promises),
    Source(OUTCOMES, "Rendez-vous passés, suite à noter", "calendar-check", 26, _without_outcome, _outcomes),
    Source("bilans", "Bilans à faire", "clipboard-check", 32, _due_reviews, _reviews, _review_list),
    Source(
        SILENCES, "Familles silencieuses", "message-circle-off", 60, _silent, _silences,
        hint="Rien n’est venu d’elles depuis longtemps : un appel suffit souvent.",
    ),
)  # fmt: skip
