"""In the demonstration alone: mail that would have left, so that its links can be followed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.people import mailbox as box
from core.ui.access import open_to_all


@open_to_all
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "people/mailbox.html", {"mails": box.mails()})


@open_to_all
@never_cache
@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    mail = box.mail_called(name)
    if mail is None:
        raise Http404
    return render(request, "people/mail.html", {"mail": mail})
