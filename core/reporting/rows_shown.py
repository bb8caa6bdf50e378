"""Which children, or what else, stand behind a number: the engine's own rows, told in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core.children.models import Child
from core.people.models import User
from core.reporting.indicators import DIMENSIONS, Indicator, Period
from core.reporting.indicators.moment import moment_of
from core.reporting.indicators.rows import ROWS
from core.reporting.indicators.rows.source import BY
from core.ui import typography

IN_DISTRICT = ("residence", "in_district")


@dataclass(frozen=True, slots=True)
class Row:
    """`child` leads to its file; `url_name` and `pk` to something else."""

    label: str
    detail: str = ""
    child: Child | None = None
    url_name: str = ""
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    related: tuple[str, ...]
    order: tuple[str, ...]
    tell: Callable[[Any], Row]


def _of(child: Child | None, detail: str = "", label: str = "") -> Row:
    return Row(child.full_name if child else label, detail, child)


def _stretch(first: Any, last: Any) -> str:
    return (
        f"du {typography.day(first)} au {typography.day(last)}"
        if last
        else f"depuis le {typography.day(first)}"
    )


TELLINGS: Mapping[str, Telling] = {
    "children": Telling((), ("sort_name", "pk"), _of),
    **dict.fromkeys(
        ("referrals", "motives", "waits"),
        Telling(
            ("child",),
            ("received_on", "pk"),
            lambda row: _of(
                row.child,
                f"orientation reçue le {typography.day(row.received_on)}",
                row.stated_name or f"Orientation {row.pk}",
            ),
        ),
    ),
    **dict.fromkeys(
        ("pathways", "mistakes"),
        Telling(
            ("child",),
            ("started_on", "pk"),
            lambda row: _of(row.child, f"parcours {_stretch(row.started_on, row.ended_on)}"),
        ),
    ),
    "outcomes": Telling(
        ("exit__pathway__child", "objective"),
        ("exit__on", "pk"),
        lambda row: _of(
            row.exit.pathway.child, f"{row.objective.text}\u00a0: {row.get_outcome_display().lower()}"
        ),
    ),
    "reviews": Telling(
        ("pathway__child",),
        ("due_on", "pk"),
        lambda row: _of(row.pathway.child, f"bilan à faire avant le {typography.day(row.due_on)}"),
    ),
    "objectives": Telling(
        ("pathway__child",), ("since_on", "pk"), lambda row: _of(row.pathway.child, row.text)
    ),
    "encounters": Telling(
        ("pathway__child",),
        ("on", "pk"),
        lambda row: _of(row.pathway.child, f"{row.get_kind_display()}, {typography.day(row.on)}"),
    ),
    "presences": Telling(
        ("participation__child", "session__action"),
        ("session__on", "pk"),
        lambda row: _of(
            row.participation.child, f"{row.session.action.title}, {typography.day(row.session.on)}"
        ),
    ),
    "situations": Telling(
        ("child", "meeting"),
        ("meeting__starts_at", "pk"),
        lambda row: _of(row.child, f"réunion du {typography.moment(row.meeting.starts_at)}"),
    ),
    "actions": Telling(
        (), ("started_on", "pk"), lambda row: Row(row.title, url_name="pathways:action", pk=row.pk)
    ),
    "sessions": Telling(
        ("action",),
        ("on", "pk"),
        lambda row: Row(
            row.action.title, typography.day(row.on), url_name="pathways:action", pk=row.action_id
        ),
    ),
    "partners": Telling(
        (), ("name", "pk"), lambda row: Row(row.name, url_name="partners:organisation", pk=row.pk)
    ),
    "meetings": Telling(
        (),
        ("starts_at", "pk"),
        lambda row: Row(
            f"Réunion du {typography.moment(row.starts_at)}", url_name="meetings:detail", pk=row.pk
        ),
    ),
}


def has_rows(indicator: Indicator) -> bool:
    """A duration is not a number of rows."""
    return indicator.rows in TELLINGS and indicator.measure == "rows"


def breakdown_from(indicator: Indicator, params: Mapping[str, str]) -> dict[str, str] | None:
    """What an address asks for: a crossing of the catalogue, or None when it asks for something else."""
    asked = {code: params[code] for code in DIMENSIONS if params.get(code)}
    wanted = tuple(sorted(asked))
    return asked if wanted in {tuple(sorted(table)) for table in indicator.breakdowns} else None


def rows_behind(
    indicator: Indicator, breakdown: Mapping[str, str], period: Period, at: Any, user: User
) -> "tuple[QuerySet[Any], int]":
    """The rows that `user` may see, in their order, and how many may not be seen."""
    source = ROWS[indicator.rows]
    rows = source.query(moment_of(period, at))
    for column, values in indicator.where:
        rows = rows.filter(**{f"{BY}{column}__in": values})
    for code, value in breakdown.items():
        if code == "residence":
            apart = [other for other in DIMENSIONS["residence"].codes if other != "in_district"]
            rows = (
                rows.exclude(by_district__in=apart)
                if (code, value) == IN_DISTRICT
                else rows.filter(by_district=value)
            )
        else:
            rows = rows.filter(**{f"{BY}{code}": value})
    telling = TELLINGS[indicator.rows]
    pks = rows.values("pk")
    found = rows.model._base_manager.filter(pk__in=pks).select_related(*telling.related)
    seen = found
    if source.child:
        visible = Q(**{f"{source.child}__in": Child.objects.visible_to(user).values("pk")})
        if source.child == "child":
            visible |= Q(child=None)
        seen = found.filter(visible)
    return seen.order_by(*telling.order), found.count() - seen.count()


def tell(indicator: Indicator, row: Any) -> Row:
    return TELLINGS[indicator.rows].tell(row)
