"""What referrals, contracts and pathways add to a child's page."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from core.children.access import Scope
from core.children.models import Child
from core.children.panels import Panel
from core.pathways import exits, families, permissions
from core.pathways.enums import PathwayState
from core.pathways.known import Known
from core.pathways.models import Contract, Pathway, ReferentLink, Referral
from core.pathways.workflow import OPEN
from core.people.models import User


def on_file(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    """Where the pathway stands; the referent's name alone for who sees no more than the identity."""
    links = ReferentLink.objects.in_force(timezone.localdate(at)).filter(child=child)
    link = links.select_related("user").first()
    values: dict[str, object] = {"referent": link.user if link else None, "whole": scope >= Scope.FILE}
    values |= {"child": child, "may_refer": _may_be_referred(user, child)}
    if scope >= Scope.FILE:
        values["pathways"] = list(Pathway.objects.filter(child=child).order_by("-started_on", "-pk"))
        values["contracts"] = _contracts(child)
        values["referrals"] = list(
            Referral.objects.visible_to(user).filter(child=child, state__in=OPEN).by_waiting()
        )
    return [
        *_relay(user, child, scope, at),
        Panel("Où en est-on", "pathways/partials/_panel.html", values, order=10),
    ]


def _relay(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    """What who takes over reads first, or that somebody is about to."""
    if scope < Scope.FILE:
        return []
    pathway = Pathway.objects.filter(child=child).exclude(state=PathwayState.ENDED).first()
    found = exits.standing(child, Known(pathway) if pathway else None, user, on=timezone.localdate(at))
    if found.to_read is None and found.coming is None and found.suspension is None:
        return []
    title = "Le relais" if found.suspension is None else "En ce moment"
    values = {"standing": found, "may_follow": False}
    return [Panel(title, "pathways/partials/_relay_panel.html", values, order=5)]


def on_family(user: User, child: Child, children: Sequence[Child], scope: Scope, at: datetime) -> list[Panel]:
    """What can be done for several children in one go, by who may."""
    if scope < Scope.FILE:
        return []
    day = timezone.localdate(at)
    files = families.open_files(child, user, at)
    values = {
        "child": child,
        "may_refer": permissions.can_refer(user),
        "to_visit": len(families.to_visit(files, user, day)),
        "to_answer": len(families.to_answer(files, user)),
        "to_sign": len(families.to_sign(files, user, day)),
    }
    return [Panel("Pour toute la famille", "pathways/partials/_family_panel.html", values, order=10)]


def _may_be_referred(user: User, child: Child) -> bool:
    """Offered while the child is neither accompanied nor about to be."""
    open_pathways = Pathway.objects.filter(child=child).exclude(state=PathwayState.ENDED)
    on_the_way = Referral.objects.filter(child=child, state__in=OPEN)
    return permissions.can_refer(user) and not open_pathways.exists() and not on_the_way.exists()


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
