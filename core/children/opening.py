"""How a page opens a child's file: fetched within what the person may see, and written in the read log.

Apps above use it for their own pages about one child.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from core.children import access, permissions
from core.children.models import Child
from core.journal import operations as journal
from core.journal import reading
from core.journal.reading import reads_children
from core.people.access import charter_required, roles_required
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def child_page(*roles: Role) -> Callable[[View], View]:
    """A page that shows children: a role and a charter signature to enter, a read line, no other write."""

    def declare(view: View) -> View:
        guarded: View = reads_children(view)  # type: ignore[assignment]
        return roles_required(*(roles or ROLES_UNDER_CHARTER))(charter_required(guarded))

    return declare


@dataclass(frozen=True)
class Opened:
    """A child's file in the hands of a person, with every reason for which it is."""

    child: Child
    user: User
    at: datetime
    reasons: list[access.Reason]

    @property
    def scope(self) -> access.Scope:
        return self.reasons[0].scope

    @property
    def may_edit(self) -> bool:
        return permissions.can_edit(self.user, self.reasons, self.at)

    @property
    def may_edit_rights(self) -> bool:
        return permissions.can_edit_rights(self.reasons)

    @property
    def reaches(self) -> bool:
        """Phones, e-mails and addresses too: to look at a situation together nobody needs them."""
        return any(reason.reaches for reason in self.reasons)

    @property
    def whole(self) -> bool:
        """The file, and not the identity alone."""
        return self.scope >= access.Scope.FILE


def signed_in(request: HttpRequest) -> User:
    """The middleware let the person in; a page without one is no page."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def open_child(
    request: HttpRequest,
    pk: int,
    *,
    scope: access.Scope = access.Scope.IDENTITY,
    may: Callable[[Opened], bool] | None = None,
) -> Opened:
    """The child, if the person may see `scope` of it (else 404) and do what the page is for (else 403).

    A page that is read leaves its line.
    """
    user, at = signed_in(request), reading.now()
    child = Child.objects.alone().filter(pk=pk).first()
    reasons = access.reasons_for(user, child, at) if child is not None else []
    if child is None or not reasons or reasons[0].scope < scope:
        raise Http404
    opened = Opened(child, user, at, reasons)
    if may is not None and not may(opened):
        raise PermissionDenied
    if request.method in ("GET", "HEAD"):
        note_reading(request, opened)
    return opened


def note_reading(request: HttpRequest, opened: Opened) -> None:
    reason = opened.reasons[0]
    journal.read(
        actor=opened.user,
        page=_page(request),
        at=opened.at,
        reason=reason.code,
        why=reason.why,
        purpose=reason.purpose,
        child_id=opened.child.pk,
    )


def note_list(request: HttpRequest, shown: Iterable[int], *, page: str = "") -> None:
    """The line of a list of children; the widest reason of the person stands for all.

    `page` where the view's own name would tell too much.
    """
    user, at = signed_in(request), reading.now()
    reason = max(
        (grant.reason for grant in access.grants_for(user, at)),
        key=lambda reason: (reason.scope, reason.code),
        default=access.NO_LINK,
    )
    journal.read(
        actor=user,
        page=page or _page(request),
        at=at,
        reason=reason.code,
        why=reason.why,
        purpose=reason.purpose,
        shown=shown,
    )


def _page(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
