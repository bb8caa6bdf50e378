"""The attendance sheet of a group action: first names, what safety requires, boxes, a signature. PDF/UA-1."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst
from django.utils import timezone

from core.pathways.groups import short_names
from core.pathways.life import who_of
from core.pathways.models import Action, ParentParticipation, Participation, Session
from core.pathways.models.action import allowed_on
from core.pathways.workflow import SessionState
from core.people.models import User
from core.ui.typography import day
from tenants import context

_SHEET = Path(__file__).with_name("sheet.typ")
COLUMNS = 8  # sessions on one page
LONGEST = 40
EMPTY_LINES = 3  # for who comes unannounced


@dataclass(frozen=True, slots=True)
class Sheet:
    pdf: bytes
    shown: list[int]


def sheet_pdf(action: Action, user: User, sessions: Sequence[Session] | None) -> Sheet:
    """Of the given sessions, or of all that are to come; the names that `user` may see."""
    today = timezone.localdate()
    if sessions is None:
        coming = action.sessions.filter(state=SessionState.PLANNED, on__gte=today)
        sessions = list(coming.by_day()[:LONGEST])  # type: ignore[attr-defined]
    people = _people(action, user, sessions)
    expected = _expected(action, sessions).count()
    names = short_names(people)
    adults = ParentParticipation.objects.current().filter(action=action)
    parents = sorted(item.called for item in adults.visible_to(user).select_related("guardian"))
    data = {
        "town": context.require().name,
        "title": action.title,
        "kind": action.get_kind_display() or action.get_form_display(),
        "who": who_of(action),
        "venue": (sessions[0].venue if len(sessions) == 1 else "") or action.venue,
        "rhythm": action.rhythm,
        "when": _when(sessions),
        "single": len(sessions) == 1,
        "blocks": [
            [f"{one.on:%d/%m}" for one in sessions[start : start + COLUMNS]]
            for start in range(0, len(sessions), COLUMNS)
        ]
        or [[""] * COLUMNS],
        "children": [{"name": names[item.pk], "safety": item.safety} for item in people],
        "parents": parents,
        "hidden": expected - len(people),
        "empty": EMPTY_LINES,
        "printed": day(today),
    }
    pdf = typst.compile(
        _SHEET,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF.")
    return Sheet(pdf, [item.child_id for item in people])


def _when(sessions: Sequence[Session]) -> str:
    if len(sessions) == 1:
        hour = f", {sessions[0].starts_at:%H:%M}" if sessions[0].starts_at else ""
        return day(sessions[0].on, weekday=True) + hour
    if sessions:
        return f"du {day(sessions[0].on)} au {day(sessions[-1].on)}"
    return ""


def _expected(action: Action, sessions: Sequence[Session]) -> "object":
    if len(sessions) == 1:
        return Participation.objects.on_the_day_of(sessions[0])
    return Participation.objects.current().filter(allowed_on(timezone.localdate()), action=action)


def _people(action: Action, user: User, sessions: Sequence[Session]) -> list[Participation]:
    rows = _expected(action, sessions).visible_to(user)
    return list(rows.select_related("child").order_by("child__first_name", "pk"))
