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
        values["contracts"] = list(Contract.objects.filter(child=child).order_by("-pk"))
        values["referrals"] = list(
            Referral.objects.visible_to(user).filter(child=child, state__in=OPEN).by_waiting()
        )
    return [Panel("Où en est-on", "pathways/partials/_panel.html", values, order=10)]
