"""Protecting a child: numbers first, then what was seen, then how it left. With its own log."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms as django_forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children import access
from core.children.models import Child
from core.journal import operations as journal
from core.journal.reading import reads_children
from core.people.access import charter_required, roles_required
from core.people.enums import ROLES_UNDER_CHARTER
from core.people.models import User
from core.protection import documents, permissions, town, words
from core.protection.enums import Danger, ParentsTold, Result, SentHow
from core.protection.forms import (
    ComplementForm,
    ConcernForm,
    DayForm,
    MemberForm,
    ResultForm,
    RewriteForm,
    SendForm,
)
from core.protection.models import Concern, ConcernMember
from core.protection.operations import concerns
from core.protection.operations.concerns import CannotProtect, Told
from core.ui import toasts
from core.ui.typography import day as said_day

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


def circle_page(view: View) -> View:
    """For whoever is under the charter; the line goes to this app's own log, never to the file's."""
    guarded: View = reads_children(view)  # type: ignore[assignment]
    return roles_required(*ROLES_UNDER_CHARTER)(charter_required(guarded))


@require_safe
@circle_page
def home(request: HttpRequest) -> HttpResponse:
    user, at = _user(request), timezone.now()
    concerns.read(concern=None, page="list", by=user, at=at)
    rows = Concern.objects.visible_to(user, at=at).select_related("author").latest_first()
    waiting = set(Concern.objects.waiting(timezone.localdate(at)).values_list("pk", flat=True))
    page = {"concerns": [(row, row.pk in waiting) for row in rows], **_contacts()}
    return render(request, "protection/home.html", page)


@reading_or_writing
@circle_page
def new(request: HttpRequest) -> HttpResponse:
    return _write(request, None)


@reading_or_writing
@circle_page
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """From a child's page: whoever sees the child."""
    user = _user(request)
    child = Child.objects.alone().filter(pk=pk).first()
    if child is None or not access.reasons_for(user, child):
        raise Http404
    return _write(request, child)


def _write(request: HttpRequest, child: Child | None) -> HttpResponse:
    user, at = _user(request), timezone.now()
    form = ConcernForm(request.POST or None, initial=_initial(user, child))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        key = data.pop("form_key")
        try:
            pk, _ = journal.once(
                key=key,
                at=at,
                make=lambda: concerns.write_concern(told=_told(data), child=child, by=user, at=at),
            )
        except CannotProtect as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "C’est écrit. Il reste à la transmettre.")
            return redirect("protection:detail", pk)
    if request.method != "POST":
        concerns.read(concern=None, page="form", by=user, at=at)
    back = reverse("children:file", args=[child.pk]) if child else reverse("protection:home")
    return render(request, "protection/write.html", {"form": form, "back": back, **_contacts()})


@require_safe
@circle_page
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "detail")
    day = timezone.localdate()
    page = {
        "concern": concern,
        "members": list(
            concern.members.filter(ended_at=None).select_related("user", "added_by").order_by("pk")
        ),
        "complements": list(concern.complements.select_related("by").order_by("at", "pk")),
        "lines": [
            (words.LINES.get(line.act, line.act), line)
            for line in concern.lines.select_related("actor").order_by("-at", "-pk")[:50]
        ],
        "may_rewrite": permissions.can_rewrite(user, concern),
        "may_follow": permissions.can_follow(user, concern),
        "now": concern.danger == Danger.NOW,
        "late": _late(concern, day),
        **_contacts(),
    }
    return render(request, "protection/detail.html", page)


@require_safe
@circle_page
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    _, concern = _open(request, pk, "pdf")
    response = HttpResponse(documents.concern_pdf(concern), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="information-{concern.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@reading_or_writing
@circle_page
def rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "rewrite", may=permissions.can_rewrite)
    names = [name for name in ConcernForm.base_fields if name != "form_key"]
    form = RewriteForm(request.POST or None, initial={name: getattr(concern, name) for name in names})

    def run(data: dict[str, Any]) -> str:
        concerns.rewrite_concern(concern=concern, told=_told(data), by=user, at=timezone.now())
        return "Le texte est repris."

    return _act(request, concern, form, "Reprendre le texte", "Enregistrer", run)


@reading_or_writing
@circle_page
def send(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "send", may=permissions.can_follow)
    seen = request.GET.get("lu") or concern.text_digest
    initial = {"to": town.settings().crip_name or "", "seen": seen}
    form = SendForm(request.POST or None, initial=initial)

    def run(data: dict[str, Any]) -> str:
        data["how"] = SentHow(data["how"])
        concerns.send_concern(concern=concern, by=user, at=timezone.now(), **data)
        return "La transmission est notée. La coordination est prévenue, sans le nom de l’enfant."

    return _act(request, concern, form, "C’est transmis", "Noter la transmission", run)


@reading_or_writing
@circle_page
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "acknowledge", may=permissions.can_follow)

    def run(data: dict[str, Any]) -> str:
        concerns.acknowledge(concern=concern, on=data["on"], by=user, at=timezone.now())
        return "L’accusé de réception est noté."

    return _act(request, concern, DayForm(request.POST or None), "Le département l’a reçue", "Noter", run)


@reading_or_writing
@circle_page
def result(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "result", may=permissions.can_follow)

    def run(data: dict[str, Any]) -> str:
        concerns.note_result(
            concern=concern, result=Result(data["result"]), on=data["on"], by=user, at=timezone.now()
        )
        return "La suite est notée."

    return _act(request, concern, ResultForm(request.POST or None), "La suite donnée", "Noter la suite", run)


@reading_or_writing
@circle_page
def complement(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "complement")

    def run(data: dict[str, Any]) -> str:
        key = data.pop("form_key")
        journal.once(
            key=key,
            at=timezone.now(),
            make=lambda: concerns.add_complement(concern=concern, by=user, at=timezone.now(), **data),
        )
        return "Le complément est noté. Transmettez-le aussi au département."

    return _act(
        request, concern, ComplementForm(request.POST or None), "Ajouter un complément", "Ajouter", run
    )


@reading_or_writing
@circle_page
def let_in(request: HttpRequest, pk: int) -> HttpResponse:
    user, concern = _open(request, pk, "circle", may=permissions.can_follow)

    def run(data: dict[str, Any]) -> str:
        concerns.let_in(concern=concern, by=user, at=timezone.now(), **data)
        return f"{data['user'].full_name} peut lire cette information."

    form = MemberForm(request.POST or None, concern=concern)
    return _act(request, concern, form, "Qui d’autre doit savoir", "Donner accès", run)


@require_POST
@circle_page
def let_out(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    user, concern = _open(request, pk, "circle", may=permissions.can_follow)
    found = get_object_or_404(ConcernMember, concern=concern, pk=member)
    concerns.let_out(member=found, by=user, at=timezone.now())
    toasts.done(request, f"{found.user.full_name} ne lit plus cette information.")
    return redirect("protection:detail", pk)


def _act(
    request: HttpRequest,
    concern: Concern,
    form: django_forms.Form,
    title: str,
    submit: str,
    run: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            said = run(dict(form.cleaned_data))
        except CannotProtect as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, said)
            return redirect("protection:detail", concern.pk)
    page = {"concern": concern, "form": form, "title": title, "submit": submit}
    return render(request, "protection/act.html", page)


def _open(
    request: HttpRequest, pk: int, page: str, *, may: Callable[[User, Concern], bool] | None = None
) -> tuple[User, Concern]:
    """404 outside of the circle, as if there were nothing; 403 for who may read it and not do this."""
    user, at = _user(request), timezone.now()
    rows = Concern.objects.visible_to(user, at=at).select_related("author", "sent_by")
    concern = get_object_or_404(rows, pk=pk)
    if may is not None and not may(user, concern):
        raise PermissionDenied
    if request.method in ("GET", "HEAD"):
        concerns.read(concern=concern, page=page, by=user, at=at)
    return user, concern


def _told(data: dict[str, Any]) -> Told:
    return Told(**{**data, "danger": Danger(data["danger"]), "parents": ParentsTold(data["parents"])})


def _initial(user: User, child: Child | None) -> dict[str, str]:
    said = ""
    if child is not None:
        born = f", né·e le {said_day(child.birth_on)}" if child.birth_on else ""
        said = f"{child.full_name}{born}"
    return {"child_said": said, "author_function": user.function}


def _late(concern: Concern, day: Any) -> str:
    if concern.state == "written":
        return ""
    if concern.state == "sent" and concern.acknowledgement_due_on and concern.acknowledgement_due_on < day:
        return "L’accusé de réception n’est pas arrivé : rappelez le service."
    if concern.state != "answered" and concern.answer_due_on and concern.answer_due_on < day:
        return "La réponse attendue n’est pas arrivée : demandez au service où en est l’évaluation."
    return ""


def _contacts() -> dict[str, Any]:
    return {"numbers": town.NUMBERS, "contact": town.settings()}


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
