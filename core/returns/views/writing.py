"""What the coordination does with the yearly return: answer, explain, send, take back, ask the nation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children.opening import signed_in
from core.exchange import campaigning
from core.exchange.models import Campaign
from core.exchange.operations import returns
from core.exchange.operations.returns import ReturnError
from core.people.access import roles_required
from core.reporting import indicators
from core.returns import permissions, queries, showing
from core.returns.forms import AnswersForm, ExplanationsForm, MessageForm, SubmitForm
from core.returns.operations import answering, submitting
from core.returns.operations.answering import CannotWriteError
from core.returns.operations.submitting import CannotSubmitError
from core.returns.views.returns import crumbs
from core.ui import toasts

writers = roles_required(*permissions.WRITERS)


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, campaign: int) -> HttpResponse:
    found = get_object_or_404(Campaign, pk=campaign)
    written = queries.written(found)
    form = AnswersForm(
        request.POST or None,
        questions=campaigning.questions_of(found),
        answers=written.answers if written else {},
        comment=written.comment if written else "",
    )
    if request.method == "POST" and form.is_valid():
        try:
            answering.write_answers(
                campaign=found,
                answers=form.answers,
                comment=form.cleaned_data["comment"],
                by=signed_in(request),
                at=timezone.now(),
                read_again=form.cleaned_data["read_again"],
            )
        except CannotWriteError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "Vos réponses sont gardées.")
            return redirect("returns:detail", campaign)
    return render(request, "returns/answer.html", {"campaign": found, "form": form, "crumbs": crumbs(found)})


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest, campaign: int) -> HttpResponse:
    found = get_object_or_404(Campaign, pk=campaign)
    figures = indicators.compute(queries.period_of(found), at=timezone.localdate())
    filled, written = queries.of_campaign(found, figures), queries.written(found)
    form = ExplanationsForm(
        request.POST or None, checks=filled.checks, explanations=written.explanations if written else {}
    )
    if request.method == "POST" and form.is_valid():
        try:
            answering.explain_checks(
                campaign=found,
                explanations=form.explanations,
                by=signed_in(request),
                at=timezone.now(),
                read_again=form.cleaned_data["read_again"],
            )
        except CannotWriteError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "Vos explications sont gardées.")
            return redirect("returns:detail", campaign)
    return render(
        request,
        "returns/explain.html",
        {"campaign": found, "form": form, "crumbs": crumbs(found)},
    )


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, campaign: int) -> HttpResponse:
    """What leaves is shown before it does."""
    found = get_object_or_404(Campaign, pk=campaign)
    form = SubmitForm(request.POST or None, named=answering.named(queries.written(found)))
    if request.method == "POST" and form.is_valid():
        read_again = form.cleaned_data["read_again"]
        try:
            submitting.submit_return(
                campaign=found, by=signed_in(request), at=timezone.now(), read_again=read_again
            )
        except (CannotSubmitError, CannotWriteError) as refusal:
            toasts.refused(request, str(refusal))
        else:
            toasts.done(request, "Le retour est transmis. La nation l’accepte, ou vous pose une question.")
        return redirect("returns:detail", campaign)
    view = showing.now(found, timezone.localdate())
    if not view.can_write:
        return redirect("returns:detail", campaign)
    return render(request, "returns/submit.html", {"view": view, "form": form, "crumbs": crumbs(found)})


@writers
@require_POST
def withdraw(request: HttpRequest, campaign: int) -> HttpResponse:
    found = get_object_or_404(Campaign, pk=campaign)
    try:
        returns.withdraw_return(campaign=found, by=signed_in(request), at=timezone.now())
    except ReturnError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Le retour est repris. Corrigez, puis transmettez-le de nouveau.")
    return redirect("returns:detail", campaign)


@writers
@require_POST
def message(request: HttpRequest, campaign: int) -> HttpResponse:
    """A question, or an answer, to the nation."""
    found = get_object_or_404(Campaign, pk=campaign)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            returns.write_as_town(
                campaign=found, text=form.cleaned_data["text"], by=signed_in(request), at=timezone.now()
            )
        except ReturnError as refusal:
            form.add_error("text", str(refusal))
        else:
            toasts.done(request, "Votre message est envoyé.")
            return redirect(f"{reverse('returns:detail', args=[campaign])}#messages")
    return render(request, "returns/message.html", {"campaign": found, "form": form, "crumbs": crumbs(found)})
