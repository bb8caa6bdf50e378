"""News of the children some months after the end, and relays that do not answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import child_page, note_list, open_child, signed_in
from core.pathways import ending
from core.pathways.forms.ending import NewsForm
from core.pathways.models import AfterExit
from core.pathways.operations import after_exit
from core.pathways.views.opening import Act, act_page
from core.people.enums import Role
from core.sheets import lists

ASKING = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)


@require_safe
@child_page(*ASKING)
def after_exits(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), timezone.localdate()
    looks = list(ending.after_exits_due(user, today)[:100])
    relays = list(ending.relays_unanswered(user, today)[:100])
    shown = [look.exit.pathway.child_id for look in looks] + [item.pathway.child_id for item in relays]
    note_list(request, shown)
    coordinates = user.has_role(Role.COORDINATOR)
    page = {"looks": looks, "relays": relays, "coordinates": coordinates, "today": today}
    page["export_url"] = lists.address("relays", user.roles_on(today), {})
    return render(request, "pathways/after_exit_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(*ASKING)
def after_exit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is needed to call, and one line: not the file, which the end of the pathway has closed."""
    user, today = signed_in(request), timezone.localdate()
    rows = AfterExit.objects.visible_to(user, on=today).select_related(
        "exit__pathway", "exit__relay_organisation"
    )
    look = get_object_or_404(rows, pk=pk)
    opened = open_child(request, look.exit.pathway.child_id)

    def run(data: dict[str, Any]) -> str:
        after_exit.note_after_exit(look=look, by=user, at=opened.at, **data)
        return "Les nouvelles sont notées."

    act = Act(
        f"Des nouvelles, {look.months} mois après",
        "Noter les nouvelles",
        reverse("pathways:after_exits"),
        opened.child.full_name,
    )
    more = {"look": look, "child": opened.child, "whole": opened.whole}
    return act_page(
        request, NewsForm(request.POST or None), act, run, template="pathways/after_exit.html", more=more
    )
