"""The page that a family keeps at the end of a pathway: accessible PDF (PDF/UA-1), strengths first."""

import json
from pathlib import Path
from typing import Any

import typst
from django.db.models import Count, Q
from django.utils import timezone

from core.pathways.enums import Outcome, Presence, RelayState
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


def exit_pdf(ending: Exit) -> bytes:
    """Not after a death, a mistake, or towards child protection: the view refuses before."""
    pathway = ending.pathway
    became: dict[str, list[str]] = {name: [] for name in Outcome.values}
    for item in ending.outcomes.select_related("objective").order_by("objective_id"):
        shown = ", ".join(filter(None, [item.objective.text, item.words]))
        became[item.outcome].append(shown)
    data = {
        "town": context.require().name,
        "child": pathway.child.full_name,
        "first_name": pathway.child.usual_name or pathway.child.first_name,
        "since": day(pathway.started_on),
        "until": day(ending.on),
        "strengths": _paragraphs(ending.strengths),
        "met": became[Outcome.MET],
        "partly": became[Outcome.PARTLY],
        "left": [*became[Outcome.NOT_MET], *became[Outcome.NOT_STARTED]],
        "done": _done(ending),
        "words": _paragraphs(ending.words),
        "relay": RELAYED.get(RelayState(ending.relay_state), "").format(to=ending.relay_to),
        "turn_to": _turn_to(ending),
    }
    pdf = typst.compile(
        SOURCE,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF.")
    return pdf


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
