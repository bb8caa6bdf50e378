"""The rows of a list as the choices of its page narrow them: the page and the file made of it ask here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.pathways import queries, steps
from core.pathways.enums import ActionForm
from core.pathways.models import Action, Referral
from core.pathways.models.action import in_own_team
from core.people.enums import Role
from core.people.models import User


@dataclass(frozen=True, slots=True)
class Referrals:
    rows: "QuerySet[Referral]"
    handled: bool  # whether this person handles any: others read what became of what they sent
    closed: bool
    step: str


def referrals(user: User, params: Mapping[str, str]) -> Referrals:
    """`closes=1` those that are over, `etape` those at one step."""
    closed, step = params.get("closes") == "1", params.get("etape", "")
    step = step if step in steps.STEPS and not closed else ""
    rows = queries.inbox(user, closed=closed)
    handled = user.has_role(Role.COORDINATOR) or rows.filter(contact_person=user).exists()
    if step:
        rows = rows.filter(pk__in=steps.at_step(user, step).values("pk"))
    return Referrals(rows, handled, closed, step)


def actions(user: User, params: Mapping[str, str]) -> "QuerySet[Any, Any]":
    """`terminees=1` those that are over: the PRE's groups, and those that one leads oneself."""
    rows = Action.objects.visible_to(user).select_related("worker", "organisation").distinct()
    ended = params.get("terminees") == "1"
    rows = rows.exclude(pk__in=Action.objects.living().values("pk")) if ended else rows.living()
    if not user.has_role(Role.COORDINATOR) and in_own_team(user):
        own = Action.objects.in_charge_of(user).values("pk")
        rows = rows.filter(form=ActionForm.GROUP) | rows.filter(pk__in=own)
    return rows
