"""What a view declares about who may open it; SignInRequiredMiddleware reads and enforces it.

Each view declares exactly one of: `open_to_all` (core.ui.access), `any_signed_in`, `roles_required`.
A view that declares nothing is refused to everybody. `charter_required` comes on top, for views that show a
child's data. The declaration is an attribute of the view, so that a test can walk every URL.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from core.people.enums import Role

View = TypeVar("View", bound=Callable[..., Any])


def roles_required(*roles: Role | str) -> Callable[[View], View]:
    """Open to those who hold at least one of `roles` today; others get the 403 page.

    For a class: `roles_required(Role.COORDINATOR)(PageView.as_view())`.
    """
    if not roles:
        raise ValueError("Name at least one role, or declare any_signed_in.")
    wanted = frozenset(Role(role) for role in roles)

    def declare(view: View) -> View:
        view.required_roles = wanted  # type: ignore[attr-defined]
        return view

    return declare


def any_signed_in(view: View) -> View:
    """Open to whoever is signed in to this place, whatever their roles."""
    view.any_signed_in = True  # type: ignore[attr-defined]
    return view


def charter_required(view: View) -> View:
    """The page shows a child's data: without a charter signature in force, it leads to the charter."""
    view.charter_required = True  # type: ignore[attr-defined]
    return view


def before_second_factor(view: View) -> View:
    """Reachable while a second factor that the place requires is still to be set up."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def is_declared(view: Callable[..., Any]) -> bool:
    return bool(
        getattr(view, "open_to_all", False)
        or getattr(view, "any_signed_in", False)
        or getattr(view, "required_roles", None)
    )
