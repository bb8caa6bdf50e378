"""What families agreed to share with a partner's organisation: read as the contract says it, and no more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children.opening import child_page, signed_in
from core.journal import operations as journal
from core.pathways.groups import first_names
from core.pathways.models import ContractSharing
from core.people.enums import Role
from core.ui.tables import Column, listing

COLUMNS = [
    Column("Enfant", "prenom", ("contract__child__first_name", "pk")),
    Column("Ce que la famille partage avec vous"),
    Column("Qui l’accompagne"),
    Column("Prévu jusqu’au", "fin", ("contract__planned_end_on", "pk")),
]


@require_safe
@child_page(Role.PARTNER_WORKER)
def shared_with_us(request: HttpRequest) -> HttpResponse:
    """First names, told apart where two are the same: the rest is in the sentence that the family signed."""
    user, at = signed_in(request), timezone.now()
    rows = ContractSharing.objects.visible_to(user, at=at)
    rows = rows.select_related("contract__child", "contract__referent", "organisation")
    page = listing(rows, COLUMNS, request.GET)
    journal.read(
        actor=user,
        page="partages",
        at=at,
        reason="sharing",
        why="Contrat qui nomme son organisation",
        purpose="Savoir ce que la famille partage avec son organisation",
        shown=[row.contract.child_id for row in page.rows],
    )
    names = first_names(row.contract.child for row in rows)
    lines = [(row, names[row.contract.child_id]) for row in page.rows]
    return render(request, "pathways/sharing_list.html", {"listing": page, "lines": lines})
