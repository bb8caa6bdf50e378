"""Who else is there for the child; and, for the coordination, by which profession people read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.access import Scope
from core.children.opening import child_page, open_child, signed_in
from core.notes import facets, permissions, reading, town
from core.notes.enums import NOTE_FACETS, Profession
from core.notes.forms.around import LastDayForm, OutsideForm
from core.notes.forms.notes import ProfessionForm
from core.notes.models import OutsidePerson, ProfessionHeld
from core.notes.operations import circle, professions
from core.notes.views.acting import Act, act_page
from core.people.access import roles_required
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import User
from core.ui.tables import Column

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@reading_or_writing
@child_page()
def add(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(
        request, pk, scope=Scope.FILE, may=lambda opened: permissions.can_note_circle(opened.reasons)
    )

    def run(data: dict[str, Any]) -> str:
        circle.add_person(child=opened.child, by=opened.user, at=opened.at, **data)
        return "C’est noté autour de l’enfant."

    lead = "Un éducateur de l’AEMO, le CMP, l’enseignante… Qui compte, et depuis quand."
    act = Act("Autour de l’enfant", "Noter", _file(pk), opened.child.full_name, lead)
    return act_page(request, OutsideForm(request.POST or None), act, run)


@reading_or_writing
@child_page()
def end(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(OutsidePerson.objects.visible_to(signed_in(request)), pk=pk)
    opened = open_child(
        request,
        person.child_id,
        scope=Scope.FILE,
        may=lambda opened: permissions.can_note_circle(opened.reasons),
    )

    def run(data: dict[str, Any]) -> str:
        circle.end_person(person=person, by=opened.user, at=opened.at, **data)
        return "C’est noté."

    act = Act(f"{person} n’est plus là", "Noter", _file(person.child_id), opened.child.full_name)
    return act_page(request, LastDayForm(request.POST or None), act, run)


@require_safe
@roles_required(Role.COORDINATOR)
def profession_list(request: HttpRequest) -> HttpResponse:
    """Names no child: who reads which facet, and by which profession."""
    day = timezone.localdate()
    held = {row.user_id: row for row in ProfessionHeld.objects.on(day)}
    people = User.objects.holding(*ROLES_UNDER_CHARTER, on=day).prefetch_related("assignments").by_name()
    overrides = town.settings().professions
    page = {
        "columns": (Column("Personne"), Column("Profession")),
        "people": [(person, held.get(person.pk)) for person in people],
        "professions": [
            (
                profession.label,
                [f.label for f in NOTE_FACETS if f in facets.of_profession(profession, overrides)],
            )
            for profession in Profession
        ],
        "ways": reading.table(town.settings().coordinator_reads_health),
        "health": town.health_allowed(),
        "facets": [facet.label for facet in NOTE_FACETS],
    }
    return render(request, "notes/professions.html", page)


@reading_or_writing
@roles_required(Role.COORDINATOR)
def set_profession(request: HttpRequest, pk: int) -> HttpResponse:
    day = timezone.localdate()
    person = get_object_or_404(User.objects.holding(*ROLES_UNDER_CHARTER, on=day), pk=pk)
    held = ProfessionHeld.objects.on(day).filter(user=person).first()
    form = ProfessionForm(request.POST or None, initial={"profession": held.profession if held else ""})

    def run(data: dict[str, Any]) -> str:
        wanted = Profession(data["profession"]) if data["profession"] else None
        professions.set_profession(
            user=person, profession=wanted, since_on=day, by=signed_in(request), at=timezone.now()
        )
        return f"La profession de {person.full_name} est notée."

    lead = "Elle ouvre, pour les enfants que cette personne suit ou voit en réunion, les notes de son métier."
    act = Act(person.full_name, "Enregistrer", reverse("notes:professions"), "Profession", lead)
    return act_page(request, form, act, run)


def _file(child_id: int) -> str:
    return reverse("children:file", args=[child_id])
