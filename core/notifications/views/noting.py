"""The read line of pages that tell of one's day: a list, for whatever reason the reader has to see it."""

from collections.abc import Iterable

from django.http import HttpRequest

from core.children import access
from core.children.opening import note_list
from core.journal import operations as journal
from core.notifications.today import Reader


def note_day(request: HttpRequest, reader: Reader, shown: Iterable[int]) -> None:
    """By one's role or links; else by what one wrote or promised oneself, which opens no file."""
    children = list(shown)
    if not children or access.grants_for(reader.user, reader.at):
        note_list(request, children)
        return
    journal.read(
        actor=reader.user,
        page=request.resolver_match.view_name if request.resolver_match else "",
        at=reader.at,
        reason="own_work",
        why="Ce que cette personne a envoyé ou promis elle-même",
        purpose="Savoir ce qui l’attend",
        shown=children,
    )
