"""« Le mot de l’école »: what the referent asks, and the pages that the teacher's link opens."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import Opened, child_page, signed_in
from core.pathways import schools
from core.pathways.forms.home_signing import CodeForm
from core.pathways.forms.reviews import AskSchoolForm, SchoolWordForm
from core.pathways.models import Review, SchoolWord
from core.pathways.operations import school_words
from core.pathways.operations.school_words import Agreed, WordClosed
from core.pathways.operations.transitions import CannotMove
from core.pathways.signers import guardians_who_may_sign
from core.pathways.views.opening import head_of, open_review
from core.ui import toasts
from core.ui.access import open_to_all

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])
OPENING = {"school_word": "120/h/ip"}
TRYING = {"school_word_code": "10/h/key,20/h/ip"}
ASKING = {"school_word_ask": "30/h/key"}
ANSWERED = "answered"


@never_cache
@sensitive_variables()
@reading_or_writing
@child_page()
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is asked, by what right; then the link and its code, which are shown once."""
    opened, review = open_review(request, pk, acts=True)
    school = schools.school_of(review.pathway, timezone.localdate(opened.at))
    form = _ask_form(request, opened, review, school)
    if form is not None and request.method == "POST" and form.is_valid():
        refusal = ratelimit.consume_or_429(
            request, action="school_word_ask", config=ASKING, key=str(opened.user.pk)
        )
        if refusal:
            return refusal
        given = form.agreement()
        try:
            asked = school_words.ask_school(
                review=review,
                email=form.cleaned_data["email"],
                agreed=Agreed(*given) if given else None,
                by=opened.user,
                at=opened.at,
            )
        except CannotMove as refused:
            form.add_error(None, str(refused))
        else:
            page = {"asked": asked, "review": review, "child": opened.child}
            return render(request, "pathways/school_asked.html", page)
    page = {**head_of(opened), "review": review, "school": school, "form": form}
    return render(request, "pathways/school_ask.html", page)


@require_POST
@child_page()
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    words = SchoolWord.objects.visible_to(signed_in(request))
    word = get_object_or_404(words.select_related("review__pathway"), pk=pk)
    opened, _ = open_review(request, word.review_id, acts=True)
    school_words.cancel_word(word=word, by=opened.user, at=opened.at)
    toasts.done(request, "Le lien est annulé : il n’ouvre plus rien.")
    return redirect("pathways:review", word.review_id)


@open_to_all
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@reading_or_writing
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """A code first; then four questions about one first name. Whatever closes the link, the page is one."""
    refusal = ratelimit.consume_or_429(request, action="school_word", config=OPENING, limit_get=True)
    if refusal:
        return refusal
    at = timezone.now()
    try:
        word = school_words.word_of(token, at=at)
        if "code" in request.POST:
            return _enter(request, word, token)
        proof = str(request.session.get(_key(word), ""))
        opened = school_words.open_word(token=token, proof=proof, at=at) if proof else None
        if opened is None:
            return _code_page(request, word, CodeForm(), carried=_carried(request))
        return _questions(request, opened, token, proof)
    except WordClosed:
        if school_words.answered_word(token) in _answered_here(request):
            return redirect("pathways:school_word_sent")
        return render(request, "pathways/school_closed.html", status=404)


@open_to_all
@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """It knows nothing of what was answered."""
    return render(request, "pathways/school_sent.html")


def _ask_form(
    request: HttpRequest, opened: Opened, review: Review, school: schools.SchoolAsked | None
) -> AskSchoolForm | None:
    if school is None:
        return None
    today = timezone.localdate(opened.at)
    return AskSchoolForm(
        request.POST or None,
        named=school.named,
        grown=opened.child.is_adult_on(today),
        guardians=guardians_who_may_sign(school.contract, today),
        addresses=schools.addresses_of(school),
    )


def _enter(request: HttpRequest, word: SchoolWord, token: str) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, word, form)
    refusal = ratelimit.consume_or_429(request, action="school_word_code", config=TRYING, key=str(word.pk))
    if refusal:
        return refusal
    at = timezone.now()
    proof = school_words.enter_code(token=token, code=form.cleaned_data["code"], at=at)
    if proof:
        request.session.cycle_key()
        request.session[_key(word)] = proof
        carried = _carried(request)
        if carried:
            return _questions_page(request, word, SchoolWordForm(initial=carried))
        return redirect("pathways:school_word", token)
    word = school_words.word_of(token, at=at)
    form.add_error("code", "Ce n’est pas le bon code.")
    return _code_page(request, word, form, carried=_carried(request))


def _carried(request: HttpRequest) -> dict[str, str]:
    """What was written before the hour was over: handed back to the page, kept nowhere."""
    found = {name: request.POST.get(name, "") for name in SchoolWordForm.base_fields}
    return {name: text for name, text in found.items() if text}


def _code_page(
    request: HttpRequest, word: SchoolWord, form: CodeForm, *, carried: dict[str, str] | None = None
) -> HttpResponse:
    form.fields["code"].label = "Le code que l’on vous a dit, à six chiffres"
    tries_left = school_words.MOST_TRIES - word.tries
    page = {"form": form, "tries_left": tries_left, "carried": carried or {}}
    return render(request, "pathways/school_code.html", page)


def _questions(request: HttpRequest, word: SchoolWord, token: str, proof: str) -> HttpResponse:
    form = SchoolWordForm(request.POST or None)
    if form.is_valid():
        answered = school_words.answer(
            token=token,
            proof=proof,
            teacher=form.cleaned_data["teacher"],
            answers=form.answers(),
            at=timezone.now(),
        )
        if answered is None:
            return redirect("pathways:school_word", token)
        request.session[_key(word)] = ANSWERED
        return redirect("pathways:school_word_sent")
    return _questions_page(request, word, form)


def _questions_page(request: HttpRequest, word: SchoolWord, form: SchoolWordForm) -> HttpResponse:
    first_name = word.review.pathway.child.first_name
    page = {"form": form, "first_name": first_name, "asked_by": word.asked_by}
    return render(request, "pathways/school_form.html", page)


def _key(word: SchoolWord) -> str:
    return f"school_word:{word.pk}"


def _answered_here(request: HttpRequest) -> set[int]:
    """Requests that this very browser answered: a second press is thanked, and told nothing more."""
    return {
        int(name.rpartition(":")[2])
        for name, value in request.session.items()
        if name.startswith("school_word:") and value == ANSWERED
    }
