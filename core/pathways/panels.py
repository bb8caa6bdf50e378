"""What referrals, contracts and pathways add to a child's page."""

from datetime import datetime

from django.utils import timezone

from core.children.access import Scope
from core.children.models import Child
from core.children.panels import Panel
from core.pathways.models import Contract, Pathway, ReferentLink, Referral
from core.pathways.workflow import OPEN
from core.people.models import User


def on_file(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    """Where the pathway stands; the referent's name alone for who sees no more than the identity."""
    links = ReferentLink.objects.in_force(timezone.localdate(at)).filter(child=child)
    link = links.select_related("user").first()
    values: dict[str, object] = {"referent": link.user if link else None, "whole": scope >= Scope.FILE}
    if scope >= Scope.FILE:
        values["pathways"] = list(Pathway.objects.filter(child=child).order_by("-started_on", "-pk"))
        values["contracts"] = _contracts(child)
        values["referrals"] = list(
            Referral.objects.visible_to(user).filter(child=child, state__in=OPEN).by_waiting()
        )
    return [Panel("Où en est-on", "pathways/partials/_panel.html", values, order=10)]


def _contracts(child: Child) -> list[tuple[Contract, str]]:
    """Every version, the last first, with what each is worth today."""
    holding = set(Contract.objects.in_force().filter(child=child).values_list("of_pathway", "pk"))
    pathways = {pathway for pathway, _ in holding}
    found = Contract.objects.filter(child=child).select_related("opened_pathway").order_by("-pk")
    return [(contract, _worth(contract, holding, pathways)) for contract in found]


def _worth(contract: Contract, holding: set[tuple[int, int]], pathways: set[int]) -> str:
    opened = getattr(contract, "opened_pathway", None)
    pathway = contract.pathway_id or (opened.pk if opened else None)
    if not contract.is_complete or pathway not in pathways:
        return contract.get_state_display()
    return "En vigueur" if (pathway, contract.pk) in holding else "Remplacé, à relire"
