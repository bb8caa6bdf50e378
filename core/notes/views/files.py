"""Documents of a child: added, opened by a page that checks and leaves its line, removed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import child_page, open_child, signed_in
from core.notes import permissions, reach
from core.notes.enums import Facet
from core.notes.forms.notes import AttachmentForm, BecauseForm
from core.notes.models import Attachment
from core.notes.operations import attachments
from core.notes.views.acting import Act, act_page
from core.notes.views.notes import back, hints
from core.ui import files

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@reading_or_writing
@child_page()
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(
        request, pk, may=lambda opened: permissions.can_attach(opened.user, opened.reasons, opened.at)
    )
    form = AttachmentForm(
        request.POST or None,
        request.FILES or None,
        facets=reach.written_by(opened.user, opened.reasons, opened.at),
    )
    form.fields["facet"].widget.hints = {  # type: ignore[attr-defined]
        **hints(),
        Facet.PAPERS: "Ouverts aussi par le secrétariat : attestations, autorisations.",
    }

    def run(data: dict[str, Any]) -> str:
        data["facet"] = Facet(data["facet"])
        attachments.attach(child=opened.child, kind=form.kind(), by=opened.user, at=opened.at, **data)
        return "Le document est ajouté."

    lead = "Une photo perd le lieu et l’appareil avec lesquels elle a été prise."
    act = Act("Ajouter un document", "Ajouter", back(pk), opened.child.full_name, lead)
    return act_page(request, form, act, run)


@require_safe
@child_page()
def open_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever has the address and may not read the facet finds nothing, as does a removed file."""
    rows = Attachment.objects.visible_to(signed_in(request)).kept()
    found = get_object_or_404(rows, pk=pk)
    open_child(request, found.child_id)
    with found.file.open("rb") as kept:
        return files.handed_over(kept.read(), name=found.title, kind=found.kind)


@reading_or_writing
@child_page()
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Attachment.objects.visible_to(signed_in(request)).kept()
    found = get_object_or_404(rows, pk=pk)
    opened = open_child(
        request,
        found.child_id,
        may=lambda opened: permissions.can_remove(opened.user, found, opened.reasons, opened.at),
    )

    def run(data: dict[str, Any]) -> str:
        attachments.remove(attachment=found, by=opened.user, at=opened.at, **data)
        return "Le document est retiré."

    act = Act(
        "Retirer le document",
        "Retirer",
        back(found.child_id),
        opened.child.full_name,
        f"« {found.title} » quitte le serveur. Il reste noté qui l’a retiré, et pourquoi.",
        danger=True,
    )
    return act_page(request, BecauseForm(request.POST or None), act, run)
