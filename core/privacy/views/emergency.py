"""Opening a file in an emergency, and reviewing afterwards."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.models import Child
from core.children.opening import child_page, note_list, open_child, signed_in
from core.journal.reading import read_only
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.privacy import permissions
from core.privacy.forms import EmergencyForm, EmergencyReasonForm, ReviewForm
from core.privacy.models import EmergencyAccess
from core.privacy.operations import emergency as operations
from core.privacy.operations.emergency import CannotOpenEmergencyError, CannotReviewError
from core.privacy.permissions import EMERGENCY_ROLES
from core.ui import toasts
from core.ui.refusals import tell
from core.ui.tables import Column, listing

COLUMNS = [Column("Ouvert"), Column("Par"), Column("Enfant"), Column("Pourquoi"), Column("Revue")]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*EMERGENCY_ROLES)
@charter_required
@read_only
def emergency(request: HttpRequest) -> HttpResponse:
    """For a child whom one may not see: named exactly, with the birth date."""
    user, at = signed_in(request), timezone.now()
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            child = operations.find_child(
                by=user,
                at=at,
                first_name=data["first_name"],
                last_name=data["last_name"],
                birth_on=data["birth_on"],
            )
            return _open(request, user, child, data["reason"])
        except CannotOpenEmergencyError as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            tell(form, refused)
    return render(request, "privacy/emergency.html", {"form": form, "minutes": _minutes()})


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(*EMERGENCY_ROLES)
def emergency_child(request: HttpRequest, pk: int) -> HttpResponse:
    """For a child of whom one sees the identity."""
    opened = open_child(
        request, pk, may=lambda opened: permissions.can_open_emergency(opened.user, opened.at)
    )
    form = EmergencyReasonForm(request.POST or None)
    if form.is_valid():
        try:
            return _open(request, opened.user, opened.child, form.cleaned_data["reason"])
        except CannotOpenEmergencyError as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            tell(form, refused)
    return render(
        request,
        "privacy/emergency_child.html",
        {"form": form, "child": opened.child, "minutes": _minutes()},
    )


def _open(request: HttpRequest, user: User, child: Child, reason: str) -> HttpResponse:
    access = operations.open_emergency(by=user, at=timezone.now(), child=child, reason=reason)
    toasts.done(request, "Le dossier est ouvert. La coordination est prévenue.")
    return redirect("children:file", access.child_id)


@require_POST
@roles_required(*EMERGENCY_ROLES)
@charter_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    user, at = signed_in(request), timezone.now()
    access = get_object_or_404(EmergencyAccess.objects.filter(user=user), pk=pk)
    operations.close_emergency(by=user, at=at, access=access)
    toasts.done(request, "L’accès d’urgence est terminé.")
    return redirect("children:list")


@require_safe
@child_page(Role.COORDINATOR)
def emergencies(request: HttpRequest) -> HttpResponse:
    user = _reviewer(request)
    rows = EmergencyAccess.objects.filter(child__in=Child.objects.visible_to(user))
    page = listing(rows.select_related("user", "child", "reviewed_by").latest_first(), COLUMNS, request.GET)
    note_list(request, [access.child_id for access in page.rows])
    return render(request, "privacy/emergency_list.html", {"listing": page})


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(Role.COORDINATOR)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    user = _reviewer(request)
    rows = EmergencyAccess.objects.filter(child__in=Child.objects.visible_to(user))
    access = get_object_or_404(rows.select_related("user", "child", "reviewed_by"), pk=pk)
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        try:
            operations.review_emergency(by=user, at=timezone.now(), access=access, **form.cleaned_data)
        except CannotReviewError as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "C’est noté.")
            return redirect("privacy:emergencies")
    note_list(request, [access.child_id])
    return render(request, "privacy/emergency_review.html", {"access": access, "form": form})


def _reviewer(request: HttpRequest) -> User:
    user = signed_in(request)
    if not permissions.can_review_emergency(user):
        raise PermissionDenied
    return user


def _minutes() -> int:
    return int(operations.minutes_allowed().total_seconds() // 60)
