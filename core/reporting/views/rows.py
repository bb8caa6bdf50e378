"""Which children stand behind a number: a list with its read line, as long as the number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children.opening import child_page, note_list, signed_in
from core.reporting import choosing, permissions, rows_shown
from core.reporting.indicators import DIMENSIONS, INDICATORS
from core.ui.shapes import Crumb
from core.ui.tables import Column, listing

COLUMNS = (Column("Qui, quoi"), Column("Précision"))


@require_safe
@child_page(*permissions.SEE_ROWS)
def rows(request: HttpRequest, indicator: str) -> HttpResponse:
    one = INDICATORS.get(indicator)
    breakdown = rows_shown.breakdown_from(one, request.GET) if one and rows_shown.has_rows(one) else None
    if one is None or breakdown is None:
        raise Http404
    today = timezone.localdate()
    period = choosing.chosen(request.GET, choosing.all_years(today), free=True)
    found, hidden = rows_shown.rows_behind(one, breakdown, period, today, signed_in(request))
    page = listing(found, COLUMNS, request.GET)
    lines = [rows_shown.tell(one, row) for row in page.rows]
    note_list(request, [line.child.pk for line in lines if line.child is not None])
    said = [
        f"{DIMENSIONS[code].name}\u00a0: {DIMENSIONS[code].label(value)}" for code, value in breakdown.items()
    ]
    back = f"{reverse('reporting:dashboard')}?periode={period.code}"
    return render(
        request,
        "reporting/rows.html",
        {
            "indicator": one,
            "said": said,
            "period": period,
            "listing": page,
            "lines": lines,
            "hidden": hidden,
            "crumbs": [Crumb("Chiffres", back), Crumb(one.name)],
        },
    )
