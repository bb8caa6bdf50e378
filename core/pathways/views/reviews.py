"""The review of a pathway: written on one page without losing a word, held, and read again."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import Opened, child_page, note_list, signed_in
from core.pathways import life, reviewing, schools
from core.pathways.documents.review import review_pdf
from core.pathways.forms.reviews import DepartureForm, NoteForm, ReviewForm
from core.pathways.known import Known
from core.pathways.models import Pathway, Review
from core.pathways.operations import reviews
from core.pathways.operations.reviews import WrittenMeanwhile
from core.pathways.operations.transitions import CannotMove
from core.pathways.reviewing import Trend, TrendFigure
from core.pathways.views.opening import Act, act_page, head_of, open_pathway, open_review
from core.pathways.workflow import ReviewState
from core.people.enums import Role
from core.sheets import lists
from core.ui import toasts, typography
from core.ui.tables import Column, listing

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])
COLUMNS = [Column("Enfant"), Column("À faire avant le"), Column("Où en est-on")]


@require_safe
@child_page(Role.COORDINATOR, Role.REFERENT)
def review_list(request: HttpRequest) -> HttpResponse:
    """The reviews that are late or soon due, of the files that are open to the person."""
    user, today = signed_in(request), timezone.localdate()
    page = listing(reviewing.due_reviews(user, today), COLUMNS, request.GET)
    rows = [(review, review.is_late(today)) for review in page.rows]
    note_list(request, [review.pathway.child_id for review, _ in rows])
    export_url = lists.address("reviews", user.roles_on(today), {})
    shown = {"listing": page, "rows": rows, "export_url": export_url}
    return render(request, "pathways/review_list.html", shown)


@require_POST
@child_page()
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """« Préparer le bilan »: the one to come, planned now where the night has not done it yet."""
    opened, pathway = open_pathway(request, pk, acts=True)
    try:
        review = reviews.plan_review(pathway=pathway, by=opened.user, at=opened.at)
    except CannotMove as refusal:
        toasts.refused(request, str(refusal))
        return redirect("pathways:pathway", pk)
    return redirect("pathways:review", review.pk)


@reading_or_writing
@child_page()
def departure(request: HttpRequest, pk: int) -> HttpResponse:
    """How it went at the start, by domain: what later reviews are compared with."""
    opened, pathway = open_pathway(request, pk, acts=True)
    form = DepartureForm(request.POST or None, trends=_trends(pathway))

    def run(_: dict[str, Any]) -> str:
        reviews.say_departure(pathway=pathway, marks=form.marks(), by=opened.user, at=opened.at)
        return "Le point de départ est noté."

    act = Act(
        "Le point de départ",
        "Noter le point de départ",
        reverse("pathways:pathway", args=[pk]),
        opened.child.full_name,
        "Avec la famille et l’enfant : comment ça va, aujourd’hui, dans chaque domaine du contrat ?",
    )
    return act_page(request, form, act, run)


@reading_or_writing
@child_page()
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """To be held: the page on which it is written. Held: what was said, and what follows."""
    if request.method == "POST":
        return _hold(request, *open_review(request, pk, acts=True))
    opened, found = open_review(request, pk)
    if found.state != ReviewState.PLANNED:
        return _held_page(request, opened, found, NoteForm())
    return _form_page(request, opened, found, _form(found))


@require_POST
@child_page()
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """JSON for a script, a page for a plain form; what another screen wrote is never replaced."""
    opened, found = open_review(request, pk, acts=True)
    form = _form(found, request.POST)
    scripted = request.headers.get("accept", "").startswith("application/json")
    outcome = _kept(opened, found, form)
    if scripted:
        return JsonResponse(outcome.state, status=outcome.status)
    if outcome.status == 200:
        toasts.done(request, "Le bilan est enregistré : vous pourrez le finir plus tard.")
        return redirect("pathways:review", pk)
    return _form_page(request, opened, found, form, other=outcome.state.get("other"))


@require_POST
@child_page()
def note(request: HttpRequest, pk: int) -> HttpResponse:
    opened, found = open_review(request, pk, acts=True)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _held_page(request, opened, found, form)
    try:
        reviews.add_note(review=found, text=form.cleaned_data["text"], by=opened.user, at=opened.at)
    except CannotMove as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "La note est ajoutée au bilan.")
    return redirect("pathways:review", pk)


@require_safe
@child_page()
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The held review in the family's words, to be printed and handed over."""
    opened, found = open_review(request, pk)
    if found.state != ReviewState.HELD:
        return redirect("pathways:review", pk)
    response = HttpResponse(review_pdf(found, opened.child), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bilan-{found.pk}.pdf"'
    return response


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a draft: 200, 409 with what the other screen wrote, 422 with what was wrong."""

    status: int
    state: dict[str, Any]


def _kept(opened: Opened, found: Review, form: ReviewForm) -> Outcome:
    if not form.is_valid():
        return Outcome(422, {"errors": [error for errors in form.errors.values() for error in errors]})
    try:
        saved = reviews.save_draft(
            review=found, version=form.version_typed(), draft=form.typed(), by=opened.user, at=opened.at
        )
    except WrittenMeanwhile as conflict:
        form.add_error(None, str(conflict))
        return Outcome(409, {"said": str(conflict), **_take_version(form, conflict.review)})
    except CannotMove as refusal:
        form.add_error(None, str(refusal))
        return Outcome(422, {"errors": [str(refusal)]})
    return Outcome(200, {"version": saved.version, "saved_at": _clock(saved)})


def _take_version(form: ReviewForm, other: Review) -> dict[str, Any]:
    """The form goes on over what the other screen wrote, which is shown beside it."""
    form.data = {**form.data.dict(), "version": str(other.version)}
    return {"version": other.version, "other": form.described(other.draft)}


def _hold(request: HttpRequest, opened: Opened, found: Review) -> HttpResponse:
    if found.state == ReviewState.HELD:  # pressed twice
        return redirect("pathways:review", found.pk)
    form = _form(found, request.POST, finishing=True)
    if not form.is_valid():
        return _form_page(request, opened, found, _saved_anyway(opened, found, form))
    try:
        reviews.hold_review(
            review=found, told=form.told(), version=form.version_typed(), by=opened.user, at=opened.at
        )
    except WrittenMeanwhile as conflict:
        form.add_error(None, str(conflict))
        other = _take_version(form, conflict.review)["other"]
        return _form_page(request, opened, found, form, other=other)
    except CannotMove as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, opened, found, _saved_anyway(opened, found, form))
    toasts.done(request, "Le bilan est fait.")
    return redirect("pathways:review", found.pk)


def _saved_anyway(opened: Opened, found: Review, form: ReviewForm) -> ReviewForm:
    """What lacks something is not lost for it: it is kept as a draft, where it can be."""
    as_draft = _form(found, form.data)
    outcome = _kept(opened, found, as_draft)
    if "version" in outcome.state and outcome.status == 200:
        form.data = {**form.data.dict(), "version": str(outcome.state["version"])}
    return form


def _form(found: Review, data: Any = None, *, finishing: bool = False) -> ReviewForm:
    objectives = found.pathway.objectives.in_force().select_related("domain").by_domain()
    known = list(objectives)
    trends = reviewing.trends(found.pathway, [objective.domain for objective in known])
    current = {objective.domain_id for objective in known}
    wanted = [trend for trend in trends if trend.domain.pk in current]
    return ReviewForm(data, review=found, objectives=known, trends=wanted, finishing=finishing)


def _trends(pathway: Pathway) -> list[Trend]:
    objectives = pathway.objectives.in_force().select_related("domain").by_domain()
    return reviewing.trends(pathway, [objective.domain for objective in objectives])


def _form_page(
    request: HttpRequest, opened: Opened, found: Review, form: ReviewForm, *, other: Any = None
) -> HttpResponse:
    today = timezone.localdate(opened.at)
    page = {
        **head_of(opened),
        "review": found,
        "form": form,
        "blocks": _blocks(form, found.pathway, opened),
        "late": found.is_late(today),
        "other": other,
        "saved_at": _clock(found),
        "school": reviewing.school_state(found, opened.at),
        "school_known": schools.school_of(found.pathway, today),
    }
    return render(request, "pathways/review_form.html", page)


def _blocks(form: ReviewForm, pathway: Pathway, opened: Opened) -> list[dict[str, Any]]:
    """By domain: its two places on the scale, and each objective with what is known and what is asked."""
    known = {
        item.objective.pk: item
        for block in life.pathway_page(Known(pathway), at=opened.at).domains
        for item in block.objectives
    }
    return [
        {
            "trend": trend,
            "before": form[f"before_{trend.domain.pk}"] if trend.before is None else None,
            "mark": form[f"mark_{trend.domain.pk}"],
            "objectives": [
                {
                    "objective": objective,
                    "known": known.get(objective.pk),
                    **{name: form[f"{name}_{objective.pk}"] for name in _ASKED},
                    "more": any(form[f"{name}_{objective.pk}"].value() for name in _MORE),
                }
                for objective in form.objectives
                if objective.domain_id == trend.domain.pk
            ],
        }
        for trend in form.trends
    ]


_MORE = ("judgement", "child", "family")
_ASKED = ("observed", "standing", "decision", *_MORE)


def _held_page(request: HttpRequest, opened: Opened, found: Review, form: NoteForm) -> HttpResponse:
    pathway = found.pathway
    head = head_of(opened)
    last = Review.objects.held().filter(pathway=pathway).order_by("-held_on", "-pk").first()
    page = {
        **head,
        "review": found,
        "domains": reviewing.held_domains(found),
        "figure": TrendFigure(reviewing.trends(pathway)),
        "school": reviewing.school_state(found, opened.at),
        "notes": list(found.notes.select_related("by").order_by("pk")),
        "form": form,
        "next": Review.objects.planned().filter(pathway=pathway).first(),
        "steps": reviewing.next_steps(Known(pathway), opened.user, may_follow=head["may_follow"])
        if last == found
        else [],
    }
    return render(request, "pathways/review_held.html", page)


def _clock(found: Review) -> str:
    return typography.clock(timezone.localtime(found.saved_at)) if found.saved_at else ""
