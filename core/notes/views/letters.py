"""Letters and authorisations of one child: chosen, filled, previewed, printed; what came back signed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import Opened, child_page, open_child, signed_in
from core.journal import operations as journal
from core.notes import documents, filling, letter_texts, permissions
from core.notes.forms.around import LetterForm, ReturnForm
from core.notes.models import Letter
from core.notes.operations import letters
from core.notes.operations.letters import CannotSend, Returned
from core.notes.views.acting import Act, act_page
from core.notes.views.notes import warnings_of
from core.people.enums import Role
from core.ui import toasts

writers = child_page(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)
reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@writers
def letter_list(request: HttpRequest, pk: int) -> HttpResponse:
    opened = _open(request, pk)
    rows = Letter.objects.visible_to(opened.user, at=opened.at).filter(child=opened.child)
    page = {
        "child": opened.child,
        "warnings": warnings_of(opened),
        "templates": letter_texts.templates(),
        "letters": list(rows.select_related("by", "guardian", "scan").latest_first()),
        "today": timezone.localdate(opened.at),
    }
    return render(request, "notes/letter_list.html", page)


@reading_or_writing
@writers
def write(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The form; « Aperçu » shows the text on the same page, and what was typed stays."""
    opened, template = _open(request, pk), letter_texts.template(code)
    if template is None:
        raise Http404
    day = timezone.localdate(opened.at)
    adults = letters.may_be_written_to(opened.child, on=day)
    form = LetterForm(request.POST or None, template=template, child=opened.child, adults=adults, on=day)
    preview = ""
    if request.method == "POST" and form.is_valid():
        text = filling.text_of(
            template, opened.child, form.cleaned_data.get("guardian"), form.asked(), by=opened.user, on=day
        )
        if "apercu" in request.POST:
            preview = text
        else:
            return _kept(request, opened, form, template, text)
    page = {"child": opened.child, "form": form, "template": template, "preview": preview}
    return render(request, "notes/letter_write.html", {**page, "warnings": warnings_of(opened)})


def _kept(
    request: HttpRequest, opened: Opened, form: LetterForm, template: letter_texts.Template, text: str
) -> HttpResponse:
    try:
        journal.once(
            key=form.cleaned_data["form_key"],
            at=opened.at,
            make=lambda: letters.write_letter(
                child=opened.child,
                template=template,
                text=text,
                guardian=form.cleaned_data.get("guardian"),
                by=opened.user,
                at=opened.at,
            ),
        )
    except CannotSend as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Le courrier est prêt à imprimer.")
    return redirect("notes:letters", opened.child.pk)


@require_safe
@writers
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    letter, _ = _letter(request, pk)
    response = HttpResponse(documents.letter_pdf(letter), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="courrier-{letter.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@reading_or_writing
@writers
def note_return(request: HttpRequest, pk: int) -> HttpResponse:
    letter, opened = _letter(request, pk)
    form = ReturnForm(request.POST or None, request.FILES or None)

    def run(data: dict[str, Any]) -> str:
        returned = Returned(kind=form.kind(), **data)
        letters.note_return(letter=letter, returned=returned, by=opened.user, at=opened.at)
        return "Le retour est noté."

    back = reverse("notes:letters", args=[letter.child_id])
    act = Act(f"Retour : {letter.title}", "Noter le retour", back, opened.child.full_name)
    return act_page(request, form, act, run)


def _open(request: HttpRequest, pk: int) -> Opened:
    return open_child(request, pk, may=lambda opened: permissions.can_write_letters(opened.reasons))


def _letter(request: HttpRequest, pk: int) -> tuple[Letter, Opened]:
    rows = Letter.objects.visible_to(signed_in(request)).select_related("child", "guardian")
    letter = get_object_or_404(rows, pk=pk)
    return letter, _open(request, letter.child_id)
