"""Said once, after an act: what was done and, where it can be undone, how."""

from django.contrib import messages
from django.http import HttpRequest


def done(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """`undo_url` answers to POST alone and undoes this one act."""
    messages.success(request, text, extra_tags=undo_url)


def refused(request: HttpRequest, text: str) -> None:
    """The act was not done, and why not."""
    messages.warning(request, text)
