"""The questions of a campaign that is being prepared: added, changed, moved, removed."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import signed_in
from core.exchange import campaigning, sources
from core.exchange.models import Campaign
from core.exchange.operations import campaigns
from core.exchange.operations.campaigns import CampaignError
from core.exchange.questionnaire import Question, Questionnaire, QuestionnaireError
from core.exchange.workflow import CampaignState
from core.journal.reading import read_only
from core.national import permissions
from core.national.forms import QuestionForm
from core.national.views.campaigns import crumbs, surveying, surveyors
from core.ui import toasts
from core.ui.shapes import Crumb


@surveyors
@require_safe
@read_only
def listing(request: HttpRequest, campaign: int) -> HttpResponse:
    found = get_object_or_404(Campaign, pk=campaign)
    can_run = permissions.can_run_survey(signed_in(request))
    questions = campaigning.questions_of(found)
    return render(
        request,
        "national/questions.html",
        {
            "campaign": found,
            "sections": [
                (section, [(one, sources.name_of(one.source)) for one in section.questions])
                for section in questions.sections
            ],
            "can_edit": can_run and found.state == CampaignState.DRAFT,
            "crumbs": crumbs(found),
        },
    )


@surveyors
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, campaign: int) -> HttpResponse:
    surveying(request)
    found = get_object_or_404(Campaign, pk=campaign)
    questions = campaigning.questions_of(found)
    form = QuestionForm(
        request.POST or None, questions=questions, code=f"q-{uuid4().hex[:8]}", initial={"position": 1}
    )
    return _answered(request, found, questions, form)


@surveyors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, campaign: int, code: str) -> HttpResponse:
    surveying(request)
    found = get_object_or_404(Campaign, pk=campaign)
    questions = campaigning.questions_of(found)
    question = _question(questions, code)
    form = QuestionForm(
        request.POST or None, questions=questions, code=code, initial=_initial(questions, question)
    )
    return _answered(request, found, questions, form, question)


def _question(questions: Questionnaire, code: str) -> Question:
    question = questions.question(code)
    if question is None:
        raise Http404
    return question


def _initial(questions: Questionnaire, question: Question) -> dict[str, Any]:
    section = questions.section_of(question.code)
    assert section is not None  # noqa: S101  # it was found in one
    return {
        "label": question.label,
        "help": question.help,
        "section": section.code,
        "position": section.questions.index(question) + 1,
        "kind": question.kind,
        "source": question.source,
        "choices": "\n".join(question.choices),
        "unit": question.unit,
        "required": question.required,
    }


def _answered(
    request: HttpRequest,
    campaign: Campaign,
    questions: Questionnaire,
    form: QuestionForm,
    question: Question | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = questions.with_question(
                form.question, section=data["section"], position=data["position"]
            )
            campaigns.set_questions(
                campaign=campaign, questions=changed, by=signed_in(request), at=timezone.now()
            )
        except (CampaignError, QuestionnaireError) as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "La question est gardée.")
            return redirect("national:questions", campaign.pk)
    listed = Crumb("Questions", reverse("national:questions", args=[campaign.pk]))
    values = {
        "form": form,
        "campaign": campaign,
        "question": question,
        "crumbs": [*crumbs(campaign), listed],
    }
    return render(request, "national/question.html", values)


@surveyors
@require_POST
def remove(request: HttpRequest, campaign: int, code: str) -> HttpResponse:
    surveying(request)
    found = get_object_or_404(Campaign, pk=campaign)
    questions = campaigning.questions_of(found)
    _question(questions, code)
    try:
        campaigns.set_questions(
            campaign=found, questions=questions.without(code), by=signed_in(request), at=timezone.now()
        )
    except (CampaignError, QuestionnaireError) as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "La question est retirée.")
    return redirect("national:questions", campaign)
