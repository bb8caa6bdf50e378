"""« Année prête »: all year, what the survey and DAUPHIN still lack, each line leading to its rows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.journal.reading import read_only
from core.people.access import roles_required
from core.reporting import choosing
from core.returns import permissions, queries, showing


@roles_required(*permissions.WRITERS)
@require_safe
@read_only
def ready(request: HttpRequest) -> HttpResponse:
    """Of the year that a campaign asks for, else of the one that runs; any other can be chosen."""
    today = timezone.localdate()
    wanted = queries.awaited()
    asked = [queries.period_of(wanted)] if wanted is not None else []  # may be no year of the town's own
    offered = [*asked, *(one for one in choosing.all_years(today) if one not in asked)]
    period = choosing.chosen(request.GET, offered, free=False)
    filled, campaign = queries.of_year(period, today)
    return render(
        request,
        "returns/ready.html",
        {
            "period": period,
            "choices": choosing.choices(offered, period),
            "filled": filled,
            "groups": showing.groups(filled.checks),
            "campaign": campaign,
            "is_over": period.last < today,
        },
    )
