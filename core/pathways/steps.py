"""The open referrals that one handles, by what comes next: inbox and « Aujourd’hui » count alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from core.pathways.models import Referral
from core.pathways.workflow import ReferralState
from core.people.enums import Role
from core.people.models import User


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One step as the inbox offers it."""

    label: str
    url: str
    count: int
    current: bool


def _step(label: str, *states: str) -> Step:
    return Step(label, frozenset(states))


# By the word that stands in the address, in the order of the way.
STEPS: Mapping[str, Step] = {
    "joindre": _step("Famille à joindre", ReferralState.RECEIVED, ReferralState.NO_ANSWER),
    "reponse": _step("Réponse à noter", ReferralState.CONTACTED),
    "equipe": _step("Réunion à venir", ReferralState.AGREED),
    "reunion": _step("À l’ordre du jour", ReferralState.ON_AGENDA),
    "referent": _step("Référent à choisir", ReferralState.WAITING),
    "contrat": _step("Contrat à signer", ReferralState.ADMITTED),
    "refus": _step("Refus à clore", ReferralState.REFUSED),
}


def handled_by(user: User) -> "QuerySet[Referral]":
    """All of them for the coordinator; for others those whose first contact is theirs."""
    rows = Referral.objects.visible_to(user)
    return rows if user.has_role(Role.COORDINATOR) else rows.filter(contact_person=user)


def at_step(user: User, code: str) -> "QuerySet[Referral]":
    """Raises KeyError for a step that there is not."""
    return handled_by(user).filter(state__in=STEPS[code].states)


def choices(user: User, chosen: str) -> list[Chosen]:
    """Every step with its count, in one query; empty ones are left out, the chosen one never is."""
    counted = dict(handled_by(user).values_list("state").annotate(number=Count("pk")).order_by("state"))
    found = []
    for code, step in STEPS.items():
        number = sum(counted.get(state, 0) for state in step.states)
        if number or code == chosen:
            found.append(Chosen(step.label, f"?etape={code}", number, code == chosen))
    return found
