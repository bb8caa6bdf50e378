"""The form of those who have no account: a school, an association, where the town opens it a parent."""

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from core.pathways.forms.outside import OutsideForm
from core.pathways.models import Referral
from core.pathways.operations import outside
from core.pathways.operations.outside import Kept, LinkClosed, Written
from core.pathways.operations.referrals import IncompleteReferral
from core.people import letters
from core.ui import toasts
from core.ui.access import open_to_all
from tenants import context

# Counted in the town's own schema. Schools of a whole town may come from one address.
TRYING = {"outside_try": "240/h/ip"}
SENDING = {"outside_referral": "30/h/ip,300/d/key"}
TOO_MANY = (
    "Beaucoup d’envois sont arrivés en peu de temps : celui-ci n’est pas parti. Votre texte est encore ici ; "
    "réessayez dans une heure, ou écrivez à l’adresse que donne cette page."
)
A_PROGRAM = "Cet envoi ressemble à celui d’un automate. Si ce n’en est pas un, envoyez-le de nouveau."
OPENING = {"outside_resume": "60/h/ip"}
MAILING = {"outside_mail": "3/d/key,10/h/ip"}


@open_to_all
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Write, then send or put off."""
    return _page(request, token=None, draft=None)


@open_to_all
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """What was put off, to be gone on with. A link that is worth nothing says so, whatever the reason."""
    refusal = ratelimit.consume_or_429(request, action="outside_resume", config=OPENING, limit_get=True)
    if refusal:
        return refusal
    try:
        reads = outside.draft_of if request.method == "POST" else outside.open_draft
        draft = reads(token=token, at=timezone.now())
    except LinkClosed:
        return _closed_link(request)
    return _page(request, token=token, draft=draft)


@open_to_all
@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next; the page knows nothing of what was sent."""
    return render(request, "pathways/outside_sent.html", {"contact": _contact()})


@sensitive_variables()
def _page(request: HttpRequest, *, token: str | None, draft: Referral | None) -> HttpResponse:
    allowed = outside.who_may_refer()
    if not allowed:
        return render(request, "pathways/outside_closed.html", {"contact": _contact()})
    later = "later" in request.POST
    form = OutsideForm(request.POST or None, allowed=allowed, later=later, instance=draft)
    if request.method == "POST":
        refusal = ratelimit.consume_or_429(request, action="outside_try", config=TRYING)
        if refusal:
            return refusal
        if form.is_valid() and (answer := _taken(request, form, token, later=later)):
            return answer
    page = {"form": form, "contact": _contact(), **_link(token, draft)}
    return render(request, "pathways/outside_form.html", page)


def _taken(request: HttpRequest, form: OutsideForm, token: str | None, *, later: bool) -> HttpResponse | None:
    """The answer to a form that is in order; None when it has to be shown again, with nothing lost."""
    schema = context.require().schema
    if form.from_a_program:
        form.add_error(None, A_PROGRAM)
    elif ratelimit.consume_or_429(request, action="outside_referral", config=SENDING, key=schema):
        form.add_error(None, TOO_MANY)
    else:
        try:
            return _put_off(request, form, token) if later else _sent(form, token)
        except LinkClosed:
            return _closed_link(request)
        except IncompleteReferral as missing:
            form.add_error(None, str(missing))
    return None


def _sent(form: OutsideForm, token: str | None) -> HttpResponse:
    outside.send(written=_written(form), at=timezone.now(), token=token, key=form.cleaned_data["form_key"])
    return redirect("pathways:outside_sent")


def _put_off(request: HttpRequest, form: OutsideForm, token: str | None) -> HttpResponse:
    kept = outside.keep_draft(
        written=_written(form), at=timezone.now(), token=token, key=form.cleaned_data["form_key"]
    )
    mailed = _mail(request, kept, form.mail_address)
    toasts.done(
        request,
        "Votre texte est gardé. Le lien pour le reprendre est aussi parti à votre adresse."
        if mailed
        else "Votre texte est gardé. Notez le lien ci-dessous pour le reprendre.",
    )
    return redirect("pathways:outside_resume", kept.token)


def _mail(request: HttpRequest, kept: Kept, address: str) -> bool:
    """At most three a day to one address: nobody fills somebody else's mailbox from here."""
    if not address or ratelimit.consume_or_429(
        request, action="outside_mail", config=MAILING, key=address.lower()
    ):
        return False
    outside.send_link(kept=kept, to=address)
    return True


def _written(form: OutsideForm) -> Written:
    return Written(form.stated(), form.cleaned_data["motives"])


def _link(token: str | None, draft: Referral | None) -> dict[str, object]:
    if token is None or draft is None:
        return {"resume_url": "", "until": None}
    address = letters.address_of(reverse("pathways:outside_resume", args=[token]))
    return {"resume_url": address, "until": outside.expires_at(draft)}


def _closed_link(request: HttpRequest) -> HttpResponse:
    return render(request, "pathways/outside_link_closed.html", {"contact": _contact()}, status=404)


def _contact() -> str:
    """The address at which the programme answers."""
    return str(context.require().config.get("mail", {}).get("reply_to") or settings.DEFAULT_FROM_EMAIL)
