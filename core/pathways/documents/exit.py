"""The page that a family keeps at the end of a pathway: accessible PDF (PDF/UA-1), strengths first.

Where an adult's address is kept from another, or contact is forbidden, it names no place and quotes nobody,
as the page of a pathway that goes on: it may be read in the other household. What was written freely stays
out, strengths too: a line on a drawing class tells where the child is found. What a family said when it
stopped is not for paper either.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.db.models import Count, Q
from django.utils import timezone

from core.children import queries as children
from core.pathways.enums import NationalExit, Outcome, Presence, RelayState
from core.pathways.models import Exit, Participation
from core.people.enums import Role
from core.people.models import User
from core.ui.typography import day, phone
from tenants import context

SOURCE = Path(__file__).with_name("exit.typ")
RELAYED = {
    RelayState.PROPOSED: "Nous avons proposé à {to} de prendre le relais. Nous vous dirons sa réponse.",
    RelayState.ACCEPTED: "{to} prend le relais.",
}
RELAYED_APART = {
    RelayState.PROPOSED: "Nous avons proposé un relais : nous vous en parlons de vive voix.",
    RelayState.ACCEPTED: "Un relais est pris : nous vous en parlons de vive voix.",
}


def exit_pdf(ending: Exit) -> bytes:
    """Not after a death, a mistake, or towards child protection: the view refuses before."""
    pdf = typst.compile(
        SOURCE,
        sys_inputs={"data": json.dumps(exit_of(ending, on=timezone.localdate()), ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF.")
    return pdf


def exit_of(ending: Exit, *, on: date) -> dict[str, Any]:
    """What the page says, printed that day."""
    pathway = ending.pathway
    apart = bool(children.around(pathway.child, on).warnings)
    stopped = ending.national == NationalExit.FAMILY_STOPPED
    became = _became(ending, words=not apart)
    relayed = RELAYED_APART if apart else RELAYED
    return {
        "town": context.require().name,
        "child": pathway.child.full_name,
        "first_name": pathway.child.first_name,
        "since": day(pathway.started_on),
        "until": day(ending.on),
        "strengths": [] if apart else _paragraphs(ending.strengths),
        "met": became[Outcome.MET],
        "partly": became[Outcome.PARTLY],
        "left": [*became[Outcome.NOT_MET], *became[Outcome.NOT_STARTED]],
        "done": [] if apart else _done(ending),
        "words": [] if apart or stopped else _paragraphs(ending.words),
        "relay": relayed.get(RelayState(ending.relay_state), "").format(to=ending.relay_to),
        "turn_to": _turn_to(ending),
    }


def _became(ending: Exit, *, words: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in Outcome.values}
    for item in ending.outcomes.select_related("objective").order_by("objective_id"):
        shown = [item.objective.text, item.words if words else ""]
        found[item.outcome].append(", ".join(filter(None, shown)))
    return found


def _done(ending: Exit) -> list[dict[str, Any]]:
    """Each action of the pathway, and how often the child came."""
    came = Count("attendances", filter=Q(attendances__presence=Presence.PRESENT))
    rows = Participation.objects.filter(objective__pathway=ending.pathway_id).annotate(came=came)
    return [
        {"title": row.action.title, "came": row.came}
        for row in rows.select_related("action").order_by("since_on", "pk")
    ]


def _turn_to(ending: Exit) -> list[str]:
    """Who coordinates today, with the number that the programme gives to everybody."""
    today = timezone.localdate()
    named = ending.pathway.contract.coordinator
    people = User.objects.holding(Role.COORDINATOR, on=today)
    person = named if people.filter(pk=named.pk).exists() else people.by_name().first()
    if person is None:
        return [f"Projet de réussite éducative de {context.require().name}"]
    return [f"{person.full_name}, coordination du PRE", *filter(None, [phone(person.phone), person.email])]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
