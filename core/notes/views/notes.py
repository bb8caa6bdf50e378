"""What is written around one child, and what is written from there in half a minute."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children import queries as children
from core.children import words
from core.children.models import Child
from core.children.opening import Opened, child_page, note_list, open_child, signed_in
from core.notes import facets, permissions, reach, sealing, surroundings, town
from core.notes.enums import Facet
from core.notes.forms.notes import PRIVATE, BecauseForm, CorrectionForm, NoteForm, RewriteForm
from core.notes.models import Note, PrivateNote
from core.notes.operations import notes, private
from core.notes.operations.notes import CannotNote, Written
from core.notes.views.acting import Act, act_page
from core.ui import toasts

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@child_page()
def around(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(request, pk)
    page = {
        "child": opened.child,
        "warnings": warnings_of(opened),
        "around": surroundings.around(opened.child, opened.user, opened.reasons, opened.at),
        "private": private.open_private(child=opened.child, reader=opened.user),
        "may_write": permissions.can_write_note(opened.user, opened.reasons, opened.at),
        "may_attach": permissions.can_attach(opened.user, opened.reasons, opened.at),
        "whole": opened.whole,
    }
    return render(request, "notes/around.html", page)


@require_safe
@child_page()
def mine(request: HttpRequest) -> HttpResponse:
    """Where one's own private notes are, the first to end first. Its line is that of any page of notes."""
    user, at = signed_in(request), timezone.now()
    rows = PrivateNote.objects.visible_to(user).filter(child__in=Child.objects.visible_to(user, at=at))
    found = list(rows.select_related("child").order_by("ends_on", "pk"))
    note_list(request, [row.child_id for row in found], page="notes:child")
    return render(request, "notes/mine.html", {"notes": found})


@reading_or_writing
@child_page()
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for what others read and for what one keeps for oneself: the log of readings tells neither."""
    opened = open_child(
        request, pk, may=lambda opened: permissions.can_write_note(opened.user, opened.reasons, opened.at)
    )
    form = NoteForm(
        request.POST or None,
        facets=reach.written_by(opened.user, opened.reasons, opened.at),
        private=_may_keep(opened),
    )
    form.fields["facet"].widget.hints = hints()  # type: ignore[attr-defined]

    def run(data: dict[str, Any]) -> str:
        if data["facet"] == PRIVATE:
            text = "\n\n".join(filter(None, (data["observation"], data["opinion"])))
            private.write_private(child=opened.child, text=text, by=opened.user, at=opened.at)
            return "C’est noté, pour vous seul·e."
        written = Written(**{**data, "facet": Facet(data["facet"])})
        notes.write_note(child=opened.child, written=written, by=opened.user, at=opened.at)
        return "C’est noté."

    act = Act(
        "Écrire une note",
        "Noter",
        back(pk),
        opened.child.full_name,
        template="notes/write.html",
        more=_said_before(opened),
    )
    return act_page(request, form, act, run)


@reading_or_writing
@child_page()
def rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    note, opened = open_note(request, pk)
    if not permissions.can_rewrite(opened.user, note, opened.at):
        raise PermissionDenied
    initial = {name: getattr(note, name) for name in ("facet", "on", "observation", "opinion")}
    form = RewriteForm(
        request.POST or None,
        initial=initial,
        facets=reach.written_by(opened.user, opened.reasons, opened.at) | {Facet(note.facet)},
    )

    def run(data: dict[str, Any]) -> str:
        written = Written(**{**data, "facet": Facet(data["facet"])})
        notes.rewrite_note(note=note, written=written, by=opened.user, at=opened.at)
        return "La note est reprise."

    lead = "Une note se reprend pendant un jour. Après, une correction la suit."
    act = Act("Reprendre la note", "Enregistrer", back(note.child_id), opened.child.full_name, lead)
    return act_page(request, form, act, run)


@reading_or_writing
@child_page()
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    note, opened = open_note(request, pk, amends=True)

    def run(data: dict[str, Any]) -> str:
        notes.correct_note(note=note, by=opened.user, at=opened.at, **data)
        return "La correction suit la note."

    act = Act(
        "Corriger la note",
        "Ajouter la correction",
        back(note.child_id),
        opened.child.full_name,
        more={"note": note},
        template="notes/amend.html",
    )
    return act_page(request, CorrectionForm(request.POST or None), act, run)


@reading_or_writing
@child_page()
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    note, opened = open_note(request, pk, amends=True)

    def run(data: dict[str, Any]) -> str:
        notes.strike_note(note=note, by=opened.user, at=opened.at, **data)
        return "La note est barrée. Elle reste lisible, avec la raison."

    act = Act(
        "Barrer la note",
        "Barrer",
        back(note.child_id),
        opened.child.full_name,
        "Elle ne s’efface pas : elle reste lisible, barrée, avec votre nom et la raison.",
        more={"note": note},
        template="notes/amend.html",
        danger=True,
    )
    return act_page(request, BecauseForm(request.POST or None), act, run)


@require_POST
@child_page()
def remove_private(request: HttpRequest, pk: int) -> HttpResponse:
    """Of its author alone; anybody else's does not exist."""
    user = signed_in(request)
    note = get_object_or_404(PrivateNote.objects.visible_to(user), pk=pk)
    try:
        private.remove_private(note=note, by=user, at=timezone.now())
    except CannotNote as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Votre note privée est effacée.")
    return redirect("notes:child", note.child_id)


def open_note(request: HttpRequest, pk: int, *, amends: bool = False) -> tuple[Note, Opened]:
    """404 for a note that one may not read; 403 for who may not act on it."""
    rows = Note.objects.visible_to(signed_in(request)).select_related("by", "child")
    note = get_object_or_404(rows, pk=pk)
    may = (
        (lambda opened: permissions.can_amend(opened.user, note, opened.reasons, opened.at))
        if amends
        else None
    )
    return note, open_child(request, note.child_id, may=may)


def warnings_of(opened: Opened) -> list[str]:
    found = children.around(opened.child, timezone.localdate(opened.at))
    return [words.sentence(warning) for warning in found.warnings]


def hints() -> dict[str, str]:
    """Who will read it, said where one chooses."""
    return {
        Facet.GENERAL: "Lue par la coordination, la ou le référent et qui appelle la famille.",
        Facet.SCHOOL: "Lue aussi par les professionnels de l’école présents en réunion.",
        Facet.SOCIAL: "Lue aussi par les travailleurs sociaux présents en réunion.",
        Facet.FAMILY: "Lue aussi par les travailleurs sociaux présents en réunion.",
        Facet.HEALTH: "Lue par les professionnels du soin"
        + (" et la coordination." if town.settings().coordinator_reads_health else " seuls."),
        PRIVATE: "Chiffrée. Personne d’autre ne la lit ici. Si la famille demande à lire son dossier, "
        "elle peut lui être due.",
    }


def _said_before(opened: Opened) -> dict[str, Any]:
    """Why nothing on health, and how long a private note lives: before one writes."""
    return {
        "no_health": reach.kept_from_writing(opened.user, opened.reasons, opened.at),
        "why_no_health": notes.NO_HOSTING,
        "months": town.settings().private_months if _may_keep(opened) else 0,
    }


def _may_keep(opened: Opened) -> bool:
    return sealing.available() and any(facets.keeps_own(reason.code) for reason in opened.reasons)


def back(child_id: int) -> str:
    return reverse("notes:child", args=[child_id])
