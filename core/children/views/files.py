"""The child's file: who this is, who counts around, where the pathway stands, what comes next."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children import panels, permissions, queries, sameness, words
from core.children.access import Scope
from core.children.forms import ChildForm
from core.children.models import Child, Merge
from core.children.opening import Opened, child_page, note_list, open_child, signed_in
from core.children.operations import files
from core.children.operations.files import ChildDetails
from core.journal import operations as journal
from core.people.models import User
from core.ui import toasts
from core.ui.refusals import tell


@require_safe
@child_page()
def file(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(request, pk)
    day = timezone.localdate(opened.at)
    around = queries.around(opened.child, day)
    found = panels.panels_for(opened.user, opened.child, opened.scope, opened.at)
    family_ids = queries.family_ids(opened.child, day) - {opened.child.pk}
    return render(
        request,
        "children/child_file.html",
        {
            **frame(opened, around.warnings),
            "around": around,
            "siblings": Child.objects.visible_to(opened.user, at=opened.at)
            .filter(pk__in=family_ids)
            .by_name(),
            "family_size": len(family_ids) + 1,
            "main_panels": [panel for panel in found if not panel.beside],
            "side_panels": [panel for panel in found if panel.beside],
            "merges": _merges(opened),
            "hidden": 0 if opened.whole else hidden_count(opened.child),
        },
    )


def frame(opened: Opened, warnings: list[queries.Warning]) -> dict[str, Any]:
    """What the head of each page about one child shows, and which acts it may offer."""
    child, day = opened.child, timezone.localdate(opened.at)
    return {
        "child": child,
        "whole": opened.whole,
        "reaches": opened.reaches,
        "born": words.born(child.birth_on, child.age_on(day)),
        "is_adult": child.is_adult_on(day),
        "warnings": [words.sentence(warning) for warning in warnings],
        "reasons": opened.reasons,
        "may_edit": opened.may_edit,
        "may_edit_rights": opened.may_edit_rights,
        "may_see_log": permissions.can_see_access_log(opened.user, opened.at),
        "may_confirm_email": permissions.can_confirm_email(opened.user, opened.at),
    }


def hidden_count(child: Child) -> int:
    """What this app keeps from those who see the identity alone."""
    return int(bool(child.own_words))


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(request, pk, may=lambda opened: opened.may_edit)
    form = ChildForm(request.POST or None, instance=opened.child, whole=opened.whole)
    if form.is_valid():
        try:
            files.update_child(by=opened.user, at=opened.at, child=opened.child, details=form.details())
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "Le dossier est à jour.")
            return redirect("children:file", pk)
    shown = Child.objects.get(pk=pk)
    return render(request, "children/child_edit.html", {"child": shown, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(*permissions.CREATING)
def create(request: HttpRequest) -> HttpResponse:
    user, at = signed_in(request), timezone.now()
    if not permissions.can_create_child(user, at):
        raise PermissionDenied
    form = ChildForm(request.POST or None)
    seen: list[sameness.Match] = []
    if form.is_valid():
        details = form.details()
        distinct = {int(pk) for pk in request.POST.getlist("distinct_from") if pk.isdigit()}
        matches = _matches(details)
        seen = [match for match in _visible(matches, user) if match.child.pk not in distinct]
        if not seen:
            try:
                pk, _ = journal.once(
                    key=form.cleaned_data["form_key"],
                    at=at,
                    make=lambda: files.create_child(by=user, at=at, details=details, distinct_from=distinct),
                )
            except ValidationError as refused:
                tell(form, refused)
            else:
                toasts.done(request, _created(matches, distinct, user))
                return redirect("children:file", pk)
    note_list(request, [match.child.pk for match in seen])
    return render(request, "children/child_new.html", {"form": form, "matches": seen})


def _matches(details: ChildDetails) -> list[sameness.Match]:
    return sameness.likely_matches(
        details.first_name, details.last_name, details.usual_name, birth_on=details.birth_on
    )


def _visible(matches: list[sameness.Match], user: User) -> list[sameness.Match]:
    if not matches:
        return []
    may_see = set(
        Child.objects.visible_to(user)
        .filter(pk__in=[match.child.pk for match in matches])
        .values_list("pk", flat=True)
    )
    return [match for match in matches if match.child.pk in may_see]


def _created(matches: list[sameness.Match], distinct: set[int], user: User) -> str:
    if any(match.child.pk not in distinct for match in matches):
        return "Le dossier est ouvert. La coordination vérifiera qu’il n’existe pas déjà."
    if matches and not permissions.can_settle_sameness(user):
        return "Le dossier est ouvert. La coordination comparera les deux enfants."
    return "Le dossier est ouvert."


@require_safe
@child_page()
def family(request: HttpRequest, pk: int) -> HttpResponse:
    opened = open_child(request, pk)
    day = timezone.localdate(opened.at)
    shown = queries.family_of(opened.child, user=opened.user, at=opened.at, on=day)
    note_list(request, [child.pk for child in shown.children])
    warnings = queries.warnings_for(shown.children, day)
    lines = [
        {
            "child": child,
            "born": words.born(child.birth_on, child.age_on(day)),
            "flags": words.flags(warnings[child.pk]),
            "held": [ship for ship in shown.guardianships if ship.child_id == child.pk],
        }
        for child in shown.children
    ]
    own = queries.around(opened.child, day)
    found = panels.panels_for_family(opened.user, opened.child, shown.children, opened.scope, opened.at)
    context = {**frame(opened, own.warnings), "family": shown, "lines": lines, "panels": found}
    return render(request, "children/family.html", context)


def _merges(opened: Opened) -> list[Merge]:
    if not permissions.can_settle_sameness(opened.user, opened.at) or opened.scope < Scope.FILE:
        return []
    merges = Merge.objects.filter(kept=opened.child, undone_at=None).select_related("merged", "done_by")
    return list(merges.order_by("-done_at", "-pk"))
