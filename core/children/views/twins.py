"""Files that may be of one child: compared, united, told apart, separated again."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children import permissions, queries
from core.children.forms import MergeForm
from core.children.models import Child, DuplicateCheck, Merge
from core.children.opening import child_page, note_list, signed_in
from core.children.operations import merging
from core.children.operations.merging import CannotMergeError, CannotUnmergeError
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts
from core.ui.refusals import tell
from core.ui.tables import Column, listing


@require_safe
@child_page(Role.COORDINATOR)
def twin_list(request: HttpRequest) -> HttpResponse:
    _coordinator(request)
    page = listing(_open_checks(), [Column("Deux dossiers"), Column("Signalé le")], request.GET)
    shown = [pk for check in page.rows for pk in (check.child_id, check.other_id)]
    note_list(request, shown)
    return render(request, "children/twin_list.html", {"listing": page})


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(Role.COORDINATOR)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    user = _coordinator(request)
    check = get_object_or_404(_open_checks(), pk=pk)
    pair = [check.child, check.other]
    form = MergeForm(request.POST or None)
    form.choose_among([(child.pk, f"{child.full_name}, dossier n° {child.pk}") for child in pair])
    if form.is_valid():
        kept, merged = sorted(pair, key=lambda child: child.pk != form.cleaned_data["kept"])
        try:
            merge = merging.merge(
                by=user, at=timezone.now(), kept=kept, merged=merged, reason=form.cleaned_data["reason"]
            )
        except CannotMergeError as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "Les deux dossiers sont réunis.", undo_url=_separate_url(merge))
            return redirect("children:file", kept.pk)
    note_list(request, [child.pk for child in pair])
    day = timezone.localdate()
    sides = [{"child": child, "around": queries.around(child, day)} for child in pair]
    return render(request, "children/compare.html", {"check": check, "sides": sides, "form": form})


@require_POST
@child_page(Role.COORDINATOR)
def distinct(request: HttpRequest, pk: int) -> HttpResponse:
    user = _coordinator(request)
    check = get_object_or_404(_open_checks(), pk=pk)
    merging.settle_distinct(by=user, at=timezone.now(), check=check)
    toasts.done(request, "Ce sont deux enfants différents\u00a0: la question ne sera plus posée.")
    return redirect("children:twins")


@require_POST
@child_page(Role.COORDINATOR)
def separate(request: HttpRequest, pk: int) -> HttpResponse:
    user = _coordinator(request)
    visible = Child.objects.visible_to(user)
    merge = get_object_or_404(Merge.objects.filter(kept__in=visible), pk=pk)
    try:
        merging.unmerge(by=user, at=timezone.now(), merge=merge)
    except CannotUnmergeError as refused:
        toasts.refused(request, str(refused))
    else:
        toasts.done(request, "Les deux dossiers sont de nouveau séparés.")
    return redirect("children:file", merge.kept_id)


def _open_checks() -> "QuerySet[DuplicateCheck]":
    return queries.twins_to_check().select_related("child", "other").order_by("-found_at", "-pk")


def _separate_url(merge: Merge) -> str:
    return reverse("children:separate", args=[merge.pk])


def _coordinator(request: HttpRequest) -> User:
    user = signed_in(request)
    if not permissions.can_settle_sameness(user):
        raise PermissionDenied
    return user
