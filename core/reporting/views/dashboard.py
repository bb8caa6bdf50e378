"""The town's figures on one page: a period, the one before, each number with its definition and its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children.opening import signed_in
from core.journal.reading import read_only
from core.people.access import roles_required
from core.reporting import boards, choosing, exporting, permissions, readers, rows_shown, steering
from core.reporting.forms import FreePeriodForm
from core.reporting.indicators import DIMENSIONS, INDICATORS, MEANS, SHARES, THEMES, Period, of_theme
from core.reporting.readers import Reader
from core.sheets import writing

readers_only = roles_required(*permissions.READERS)


@readers_only
@require_safe
@read_only
def dashboard(request: HttpRequest) -> HttpResponse:
    view = asked(request)
    form = FreePeriodForm(request.GET if request.GET.get("du") or request.GET.get("au") else None)
    if view.exact and form.is_bound and form.is_valid():
        return redirect(_address("reporting:dashboard", form.cleaned_data["period"]))
    reader, before = view.readers()
    rows_of = rows_at(view.period) if view.exact else boards.nowhere
    return render(
        request,
        "reporting/dashboard.html",
        {
            "board": boards.board_of(reader, before, rows_of=rows_of),
            "reader": reader,
            "before": before,
            "view": view,
            "choices": choosing.choices(view.offered, view.period),
            "form": form if view.exact else None,
            "exports": list(writing.LABELS.items()),
            "may_write": permissions.can_write_reports(signed_in(request)),
            "may_freeze": permissions.can_freeze(signed_in(request)) and view.may_be_frozen,
        },
    )


@readers_only
@require_safe
@read_only
def export(request: HttpRequest, format: str) -> HttpResponse:
    """What the page shows, for a spreadsheet: the same numbers, hidden ones included."""
    if format not in writing.CONTENT_TYPES:
        raise Http404
    reader, before = asked(request).readers()
    return exporting.response(reader, before, format)


@readers_only
@require_safe
@read_only
def definitions(request: HttpRequest) -> HttpResponse:
    themes = [(title, of_theme(theme)) for theme, title in THEMES.items()]
    found = {**INDICATORS, **SHARES, **MEANS}
    return render(
        request,
        "reporting/definitions.html",
        {"themes": themes, "number": len(found), "dimensions": DIMENSIONS.values()},
    )


@dataclass(frozen=True, slots=True)
class View:
    """A period as a person may see it. `exact` also means: any period, and the rows behind a number."""

    period: Period
    offered: list[Period]
    today: date
    exact: bool
    preview: bool

    def readers(self) -> tuple[Reader, Reader]:
        """The period, and the one before as far into it as this one is."""
        earlier = self.period.before()
        if not self.exact:
            return (
                readers.for_steering(self.period, today=self.today),
                readers.for_steering(earlier, today=self.today),
            )
        reader = readers.for_coordination(self.period, at=self.today)
        on = choosing.same_day_before(self.period, reader.figures.on)
        return reader, readers.for_coordination(earlier, at=on)

    @property
    def may_be_frozen(self) -> bool:
        return str(self.period.kind) == steering.own_kind() and self.period.last < self.today


def asked(request: HttpRequest) -> View:
    """`?vue=pilotage` shows who sees everything what those who steer see."""
    today = timezone.localdate()
    sees_all = permissions.can_see_exact_figures(signed_in(request))
    preview = sees_all and request.GET.get("vue") == "pilotage"
    exact = sees_all and not preview
    offered = choosing.all_years(today) if exact else choosing.own_years(today)
    return View(choosing.chosen(request.GET, offered, free=exact), offered, today, exact, preview)


def rows_at(period: Period) -> Callable[[str, dict[str, str]], str]:
    def rows_of(indicator: str, breakdown: dict[str, str]) -> str:
        if not rows_shown.has_rows(INDICATORS[indicator]):
            return ""
        return _address("reporting:rows", period, [indicator], **breakdown)

    return rows_of


def _address(name: str, period: Period, args: list[Any] | None = None, **params: str) -> str:
    return f"{reverse(name, args=args or [])}?{urlencode({'periode': period.code, **params})}"
