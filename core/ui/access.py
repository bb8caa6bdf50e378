"""What a view of this app declares about its openness; the sign-in middleware of `core.people` reads it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """No sign-in is asked: sign-in itself, a town's colours, a form for people without an account."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def open_in_demo(view: View) -> View:
    """Open to all on a demo, to whoever is signed in elsewhere: pages that help those who build."""
    if settings.DEMO:
        return open_to_all(view)
    view.any_signed_in = True  # type: ignore[attr-defined]
    return view
