"""The sheet of a workshop, to be held in hand: of one day, or of the sessions to come."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.children.opening import child_page
from core.pathways import permissions
from core.pathways.documents.sheet import sheet_pdf
from core.pathways.views.actions import ACTING
from core.pathways.views.opening import note_action, open_action
from core.pathways.views.sessions import open_session


@never_cache
@require_safe
@child_page(*ACTING)
def session_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    user, session = open_session(request, pk)
    sheet = sheet_pdf(session.action, user, [session])
    note_action(request, session.action, sheet.shown)
    return _pdf(sheet.pdf, f"feuille-{session.on:%Y-%m-%d}")


@never_cache
@require_safe
@child_page(*ACTING)
def series_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A column for each session to come."""
    user, action = open_action(request, pk, may=permissions.can_run)
    sheet = sheet_pdf(action, user, None)
    note_action(request, action, sheet.shown)
    return _pdf(sheet.pdf, f"feuille-action-{action.pk}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    """Its name says no title: it stays in the list of downloads."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
