"""What a referral and a pathway open of a child's file, to whom, and from when to when."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.children.access import Grant, Reason, Scope
from core.pathways import workflow
from core.pathways.models import AfterExit, Pathway, ReferentLink, Referral
from core.people.models import User

REFERENT = Reason(
    "referent", "Référence de parcours", "Accompagner l’enfant et sa famille", Scope.FILE, edits=True
)
FIRST_CONTACT = Reason(
    "first_contact",
    "Premier contact",
    "Joindre la famille après une orientation",
    Scope.FILE,
    edits=True,
    before_agreement=True,
)
# Once the pathway has ended: who asks for news some months later, around that date (ADR 0012).
AFTER_EXIT = Reason(
    "after_exit",
    "Nouvelles après la sortie",
    "Demander des nouvelles après la fin du parcours",
    Scope.IDENTITY,
)


def grants(user: User, at: datetime) -> list[Grant]:
    """Dated links: the referent's, and the one of who is charged with the first contact."""
    day = timezone.localdate(at)
    links = ReferentLink.objects.in_force(day).filter(user=user)
    first = Referral.objects.filter(
        contact_person=user, child__isnull=False, state__in=workflow.OPEN - workflow.WITH_AGREEMENT
    )
    looks = AfterExit.objects.charged_with(user, day)  # type: ignore[attr-defined]
    return [
        Grant(REFERENT, links.values("child_id")),
        Grant(FIRST_CONTACT, first.values("child_id")),
        Grant(AFTER_EXIT, looks.values("exit__pathway__child_id")),
    ]


def before_agreement(at: datetime) -> "QuerySet[Any, Any]":
    """Children known by referrals alone, none of which the parents have agreed to: behind the gate."""
    referred = Referral.objects.filter(child__isnull=False)
    agreed = referred.filter(state__in=workflow.WITH_AGREEMENT)
    return (
        referred.exclude(child__in=agreed.values("child_id"))
        .exclude(child__in=Pathway.objects.values("child_id"))
        .values("child_id")
    )
