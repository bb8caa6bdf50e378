"""The list of children: search, filters, what must never be missed on each line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children import access, permissions, queries
from core.children.enums import LEVEL_GROUPS, InDistrict, LevelGroup
from core.children.models import Address, Child, Enrolment
from core.children.opening import child_page, note_list, signed_in
from core.children.words import flags
from core.people.models import User
from core.sheets import lists
from core.ui.shapes import Flag
from core.ui.tables import Column, Listing, listing

BY_NAME = ("sort_name", "pk")
A_PAGE = 25  # what a thumb leafs through


@dataclass(frozen=True)
class Line:
    child: Child
    age: int | None
    enrolment: Enrolment | None
    flags: list[Flag]


@require_safe
@child_page()
def child_list(request: HttpRequest) -> HttpResponse:
    user, at = signed_in(request), timezone.now()
    day = timezone.localdate(at)
    text = request.GET.get("q", "").strip()[:100]
    children = filtered(Child.objects.visible_to(user, at=at), request.GET, day)
    order = BY_NAME
    if text:
        children = queries.search(children, text)
        order = ("-as_spelled", *BY_NAME) if "as_spelled" in children.query.annotations else BY_NAME
    page = listing(
        children.prefetch_related(schooling_on(day)), _columns(order), request.GET, per_page=A_PAGE
    )
    lines = _lines(page, day)
    note_list(request, [line.child.pk for line in lines])
    return render(
        request,
        "children/child_list.html",
        {
            "listing": page,
            "lines": lines,
            "query": text,
            "filtered": bool(text or request.GET.get("niveau") or request.GET.get("quartier")),
            "filters": _filters(request.GET),
            "export_url": _export_url(request, user, day),
            "may_create": permissions.can_create_child(user, at),
            "may_move_up": permissions.can_move_up(user, at),
            "sees_all": _sees_all(user, at),
            "twins": queries.twins_to_check().count() if permissions.can_settle_sameness(user, at) else 0,
        },
    )


def _sees_all(user: User, at: datetime) -> bool:
    return any(isinstance(grant.children, access.Everyone) for grant in access.grants_for(user, at))


def _export_url(request: HttpRequest, user: User, day: date) -> str:
    """Where the list as it is now may be taken away; empty for those who may not."""
    return lists.address("children", user.roles_on(day), request.GET.dict())


def _columns(order: tuple[str, ...]) -> list[Column]:
    return [
        Column("Enfant", "nom", order),
        Column("Né·e le", "naissance", ("birth_on", *BY_NAME)),
        Column("Scolarité"),
        Column("À ne pas oublier"),
    ]


def schooling_on(day: date) -> "Prefetch[Any]":
    present = Enrolment.objects.on(day).select_related("school").order_by("-since_on", "-pk")
    return Prefetch("enrolments", queryset=present, to_attr="present_enrolments")


def _lines(page: "Listing[Child]", day: date) -> list[Line]:
    children = list(page.rows)
    warnings = queries.warnings_for(children, day)
    return [
        Line(
            child=child,
            age=child.age_on(day),
            enrolment=next(iter(child.present_enrolments), None),  # type: ignore[attr-defined]
            flags=flags(warnings[child.pk]),
        )
        for child in children
    ]


def filtered(children: "QuerySet[Child]", params: QueryDict, day: date) -> "QuerySet[Child]":
    group, district = params.get("niveau"), params.get("quartier")
    group = LevelGroup.UNKNOWN if group == "inconnu" else group or None
    if group in LevelGroup.values:
        levels = [level for level, its_group in LEVEL_GROUPS.items() if its_group == group]
        schooled = Enrolment.objects.on(day)
        if group == LevelGroup.UNKNOWN:
            children = children.exclude(pk__in=schooled.exclude(level__in=levels).values("child"))
        else:
            children = children.filter(pk__in=schooled.filter(level__in=levels).values("child"))
    if district in InDistrict.values:
        housed = Address.objects.on(day).filter(child__isnull=False)
        if district == InDistrict.UNKNOWN:
            known = housed.exclude(in_district=InDistrict.UNKNOWN)
            children = children.exclude(pk__in=known.values("child"))
        else:
            children = children.filter(pk__in=housed.filter(in_district=district).values("child"))
    return children


def _filters(params: QueryDict) -> list[dict[str, Any]]:
    return [
        {
            "name": "niveau",
            "label": "Niveau scolaire",
            "every": "Tous",
            "choices": [(group.value or "inconnu", group.label) for group in LevelGroup],
            "chosen": params.get("niveau", ""),
        },
        {
            "name": "quartier",
            "label": "Quartier prioritaire",
            "every": "Tous",
            "choices": list(InDistrict.choices),
            "chosen": params.get("quartier", ""),
        },
    ]
