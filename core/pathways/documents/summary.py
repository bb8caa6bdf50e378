"""« Le parcours de … en une page »: what a family may stick on the fridge. Accessible PDF (PDF/UA-1).

No note, no promise of the team in its own words, nothing of a review but what the child said. Where an
adult's address is kept from another, or contact is forbidden, the sheet may be read in the other household:
no word of the child's is printed, and nothing of where, when and with whom the child will be.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from core.children import queries as children
from core.pathways import life
from core.pathways.enums import Standing, WishedBy
from core.pathways.known import Known
from core.pathways.life import ObjectiveBlock, PathwayPage
from core.pathways.models import Appointment, Pathway, Review, ReviewLine
from core.pathways.workflow import AppointmentState
from core.people.models import User
from core.ui.typography import clock, day, phone
from tenants import context

SOURCE = Path(__file__).with_name("summary.typ")
WISHED_BY = {
    WishedBy.CHILD: "C’est {first_name} qui le souhaite.",
    WishedBy.FAMILY: "C’est la famille qui le souhaite.",
    WishedBy.SCHOOL: "C’est l’école qui le souhaite.",
    WishedBy.TEAM: "C’est l’équipe qui le propose.",
}
OVER = frozenset({Standing.MET, Standing.LEFT})
MOST_DATES = 8
ALOUD = "Les rendez-vous vous sont dits de vive voix."
Dated = tuple[date, str, str]  # the day, the hour in words, what


def summary_pdf(pathway: Pathway, *, at: datetime) -> bytes:
    """Of a pathway that goes on, for its child's family."""
    pdf = typst.compile(
        SOURCE,
        sys_inputs={"data": json.dumps(summary_of(pathway, at=at), ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF.")
    return pdf


def summary_of(pathway: Pathway, *, at: datetime) -> dict[str, Any]:
    """What the page says; a constant number of queries."""
    today = timezone.localdate(at)
    child, page = pathway.child, life.pathway_page(Known(pathway), at=at)
    apart = bool(children.around(child, today).warnings)
    words = {} if apart else _words_of_the_child(pathway)
    blocks = [item for domain in page.domains for item in domain.objectives]
    found = [] if apart else [*_appointments(pathway), *_sessions(page)]
    return {
        "town": context.require().name,
        "child": child.full_name,
        "first_name": child.first_name,
        "on": day(today),
        "since": day(pathway.started_on),
        "until": day(pathway.planned_end_on),
        "objectives": [
            _objective(item, child.first_name, words.get(item.objective.pk, ""), named=not apart)
            for item in blocks
        ],
        "dates": _coming([*found, *_terms(pathway)], today),
        "aloud": ALOUD if apart else "",
        "who": _who(page.referent, page.contract.coordinator),
    }


def _words_of_the_child(pathway: Pathway) -> dict[int, str]:
    """By objective, what the child said of it at the last review."""
    last = Review.objects.held().filter(pathway=pathway).order_by("-held_on", "-pk")[:1]
    lines = ReviewLine.objects.filter(review__in=last.values("pk")).exclude(child_words="")
    return dict(lines.order_by("pk").values_list("objective", "child_words"))


def _objective(item: ObjectiveBlock, first_name: str, said: str, *, named: bool) -> dict[str, Any]:
    wished = WISHED_BY.get(WishedBy(item.objective.wished_by), "")
    return {
        "text": item.objective.text,
        "wished": wished.format(first_name=first_name),
        "said": " ".join(said.split()),
        "done": item.objective.standing in OVER,
        "standing": item.objective.get_standing_display(),
        "actions": [
            {"title": line.action.title, "who": line.who if named else ""}
            for line in item.actions
            if line.action.is_living
        ],
    }


def _appointments(pathway: Pathway) -> list[Dated]:
    found = []
    planned = Appointment.objects.filter(pathway=pathway, state=AppointmentState.PLANNED)
    for item in planned.select_related("user").order_by("at", "pk"):
        at = timezone.localtime(item.at)
        where = f" ({item.venue})" if item.venue else ""
        found.append((at.date(), f"à {clock(at)}", f"Rendez-vous avec {item.user.full_name}{where}"))
    return found


def _sessions(page: PathwayPage) -> list[Dated]:
    """The next one of each action."""
    blocks = [block for domain in page.domains for block in domain.objectives]
    found = []
    for line in (line for block in blocks for line in block.actions):
        if line.next_session is not None:
            hour = f"à {clock(line.next_session.starts_at)}" if line.next_session.starts_at else ""
            found.append((line.next_session.on, hour, line.action.title))
    return found


def _terms(pathway: Pathway) -> list[Dated]:
    """The review and the planned end."""
    found = [
        (review.due_on, "au plus tard", "Bilan : nous regardons ensemble où nous en sommes")
        for review in Review.objects.planned().filter(pathway=pathway)  # type: ignore[attr-defined]
    ]
    return [*found, (pathway.planned_end_on, "", "Fin prévue du parcours")]


def _coming(rows: list[Dated], today: date) -> list[dict[str, str]]:
    """Those to come, the first ones."""
    coming = sorted({row for row in rows if row[0] >= today})
    return [
        {"on": " ".join(filter(None, [day(on, weekday=True), hour])), "what": what}
        for on, hour, what in coming[:MOST_DATES]
    ]


def _who(referent: User | None, coordinator: User) -> list[str]:
    people = [(referent, "accompagne l’enfant")] if referent else []
    if referent != coordinator:
        people.append((coordinator, "coordonne le PRE"))
    return [f"{person.full_name} {does}{_number(person)}" for person, does in people]


def _number(person: User) -> str:
    return f", {phone(person.phone)}" if person.phone else ""
