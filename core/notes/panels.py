"""What notes, documents and the circle add to a child's page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from core.children import access
from core.children.access import Scope
from core.children.models import Child
from core.children.panels import Panel
from core.notes import permissions, surroundings
from core.notes.models import OutsidePerson
from core.pathways.models import Contract, ContractSharing
from core.people.models import User

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody around the child; `told` is what the contract in force lets that house know."""

    person: OutsidePerson
    title: str
    detail: str
    told: str


def on_file(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    reasons = access.reasons_for(user, child, at)
    values = {
        "child": child,
        "around": surroundings.around(child, user, reasons, at, most=SHOWN),
        "may_write": permissions.can_write_note(user, reasons, at),
        "may_attach": permissions.can_attach(user, reasons, at),
        "may_send": permissions.can_write_letters(reasons),
    }
    found = [Panel("Notes et documents", "notes/partials/_panel.html", values, order=40)]
    if scope >= Scope.FILE:
        circle = {
            "child": child,
            "people": around(child, at),
            "may_note": permissions.can_note_circle(reasons),
        }
        found.append(Panel("Autour de l’enfant", "notes/partials/_circle.html", circle, order=45))
    return found


def around(child: Child, at: datetime) -> list[Outside]:
    day = timezone.localdate(at)
    rows = OutsidePerson.objects.on(day).filter(child=child).select_related("organisation")
    shared = dict(
        ContractSharing.objects.filter(
            contract__in=Contract.objects.in_force().filter(child=child).values("pk")
        )
        .order_by("pk")
        .values_list("organisation", "what")
    )
    return [_outside(row, shared.get(row.organisation_id)) for row in rows.order_by("kind", "pk")]


def _outside(row: OutsidePerson, what: str | None) -> Outside:
    house = str(row.organisation) if row.organisation else row.house
    title = row.name or house
    parts = [row.function, house if row.name else "", row.get_kind_display()]
    return Outside(row, title, ", ".join(part for part in parts if part), what or "")
