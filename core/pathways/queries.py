"""Reads behind the pages of referrals: dataclasses out, a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core.children.models import Guardian
from core.pathways import versions, workflow
from core.pathways.enums import ContractKind, Part, Way
from core.pathways.models import (
    Contract,
    Decision,
    ParentalAgreement,
    ReferentLink,
    Referral,
    Signature,
    SigningLink,
)
from core.pathways.signers import guardians_who_may_sign, signing_age
from core.pathways.workflow import ReferralState
from core.people.enums import Role
from core.people.models import User
from core.ui.shapes import Event, Meaning, Step

MEANINGS: dict[str, Meaning] = {
    ReferralState.RECEIVED: "attention",
    ReferralState.CONTACTED: "info",
    ReferralState.AGREED: "info",
    ReferralState.NO_ANSWER: "attention",
    ReferralState.REFUSED: "neutral",
    ReferralState.ON_AGENDA: "info",
    ReferralState.WAITING: "attention",
    ReferralState.ADMITTED: "attention",
    ReferralState.ENTERED: "done",
    ReferralState.CLOSED: "neutral",
}
NEXT_STEP = {
    ReferralState.RECEIVED: "Joindre la famille",
    ReferralState.CONTACTED: "Noter la réponse des parents",
    ReferralState.NO_ANSWER: "Rappeler la famille",
    ReferralState.AGREED: "Mettre à l’ordre du jour",
    ReferralState.ON_AGENDA: "La décision de l’équipe",
    ReferralState.WAITING: "Choisir la ou le référent",
    ReferralState.ADMITTED: "Le contrat et ses quatre signatures",
    ReferralState.REFUSED: "Clore l’orientation",
}


@dataclass(frozen=True, slots=True)
class InboxLine:
    referral: Referral
    child_id: int | None
    name: str
    meaning: Meaning
    waiting_days: int
    missing: tuple[str, ...]


def inbox(user: User, *, closed: bool) -> "QuerySet[Referral]":
    """Open referrals that `user` may see (or the closed and entered ones), the longest wait first."""
    rows = Referral.objects.visible_to(user).select_related("child", "contact_person")
    ended = [ReferralState.CLOSED, ReferralState.ENTERED]
    if user.has_role(Role.COORDINATOR):
        rows = rows.filter(state__in=ended) if closed else rows.exclude(state__in=ended)
    answers = ParentalAgreement.objects.filter(referral=OuterRef("pk"))
    return rows.annotate(has_answer=Exists(answers)).by_waiting()  # type: ignore[attr-defined,no-any-return]


def handles(user: User, row: Any) -> bool:
    return user.has_role(Role.COORDINATOR) or row.contact_person_id == user.pk


def inbox_lines(rows: Iterable[Any], user: User, *, on: date) -> list[InboxLine]:
    return [
        InboxLine(
            referral=row,
            child_id=row.child_id,
            # Who does not handle it reads what was written, never what the file says.
            name=str(row.child) if row.child_id and handles(user, row) else row.stated_name,
            meaning=MEANINGS.get(row.state, "neutral"),
            waiting_days=row.waiting_days(on),
            missing=_missing(row),
        )
        for row in rows
    ]


def _missing(referral: Any) -> tuple[str, ...]:
    """What stands between the referral and its next step, as the inbox says it."""
    missing = []
    if referral.state in workflow.OPEN:
        if referral.child_id is None:
            missing.append("le dossier de l’enfant")
        if referral.contact_person_id is None and referral.state == ReferralState.RECEIVED:
            missing.append("qui joint la famille")
        if not referral.has_answer:
            missing.append("la réponse des parents")
    if referral.state == ReferralState.WAITING:
        missing.append("la ou le référent")
    if referral.state == ReferralState.ADMITTED:
        missing.append("le contrat signé")
    return tuple(missing)


def referral_page(referral: Referral, user: User, *, on: date) -> dict[str, Any]:
    """Everything that the page of one referral shows."""
    link = None
    if referral.child_id:
        links = ReferentLink.objects.in_force(on).filter(child_id=referral.child_id)
        link = links.select_related("user").order_by("-pk").first()
    return {
        "referral": referral,
        "meaning": MEANINGS.get(ReferralState(referral.state), "neutral"),
        "next_step": NEXT_STEP.get(ReferralState(referral.state), ""),
        "motives": list(referral.motives.order_by("order", "pk")),
        "events": events_of(referral),
        "steps": steps(referral),
        "referent": link.user if link else None,
        "contract": Contract.objects.filter(referral=referral).exclude(state="void").order_by("-pk").first(),
        "siblings": list(
            Referral.objects.visible_to(user)
            .filter(together=referral.together)
            .exclude(pk=referral.pk)
            .select_related("child")
            .order_by("pk")
        ),
        "decides": user.has_role(Role.COORDINATOR),
        "waiting_days": referral.waiting_days(on),
    }


def events_of(referral: Referral) -> list[Event]:
    """What was done since the referral came, the latest first."""
    contacts = referral.contacts.select_related("by").order_by("-on", "-pk")
    agreements = referral.agreements.select_related("noted_by").order_by("-pk")
    taken = Decision.objects.filter(referral=referral).select_related("by").order_by("-pk")
    events = [
        Event(item.on, item.get_kind_display(), item.note, item.by.full_name, icon="phone")
        for item in contacts
    ]
    events += [
        Event(
            item.said_on,
            f"{item.get_kind_display()}, par {item.said_by}",
            item.note,
            item.noted_by.full_name,
            icon="handshake",
            meaning="done" if item.kind in ("oral", "written") else "attention",
        )
        for item in agreements
    ]
    events += [
        Event(
            item.decided_on,
            item.get_kind_display() + (" (en urgence)" if item.urgent else ""),
            item.reason,
            item.by.full_name,
            icon="users-round",
            meaning="done",
        )
        for item in taken
    ]
    return sorted(events, key=lambda event: str(event.at), reverse=True)


WAY = [
    (
        "Reçue",
        {ReferralState.RECEIVED, ReferralState.CONTACTED, ReferralState.NO_ANSWER, ReferralState.REFUSED},
    ),
    ("Accord des parents", {ReferralState.AGREED}),
    ("Équipe", {ReferralState.ON_AGENDA}),
    ("Référent", {ReferralState.WAITING}),
    ("Contrat", {ReferralState.ADMITTED}),
    ("Parcours", {ReferralState.ENTERED}),
]


def steps(referral: Referral) -> list[Step]:
    """Where the referral stands on its way to a pathway."""
    here = next((index for index, (_, states) in enumerate(WAY) if referral.state in states), 0)
    if referral.state == ReferralState.ENTERED:
        here = len(WAY)
    elif referral.state == ReferralState.AGREED:
        here = 2  # the agreement is there: the team comes next
    return [
        Step(label, "done" if index < here else "current" if index == here else "coming")
        for index, (label, _) in enumerate(WAY)
    ]


@dataclass(frozen=True, slots=True)
class PartLine:
    """One of the four parts on the contract's page."""

    part: Part
    who: str
    signature: Signature | None
    ways: tuple[Way, ...]
    by_another: bool  # on screen only the professional's own account signs
    nobody: bool  # no adult is known to exercise parental authority


def contract_page(contract: Contract, user: User) -> dict[str, Any]:
    """Everything that the page of one contract shows."""
    signatures = {item.part: item for item in contract.signatures.order_by("pk")}
    names = {
        Part.CHILD: contract.child.full_name,
        Part.FAMILY: "La mère, le père ou qui exerce l’autorité parentale",
        Part.COORDINATOR: contract.coordinator.full_name,
        Part.REFERENT: contract.referent.full_name,
    }
    today = timezone.localdate()
    grown = contract.child.is_adult_on(today)
    professionals = {Part.COORDINATOR: contract.coordinator_id, Part.REFERENT: contract.referent_id}
    parts = [
        PartLine(
            part=part,
            who=names[part],
            signature=signatures.get(part),
            ways=(Way.SCREEN, Way.PAPER, *((Way.MARK, Way.SPOKEN) if _is_young(contract, part) else ())),
            by_another=professionals.get(part, user.pk) != user.pk,
            nobody=part == Part.FAMILY and not grown and not guardians_who_may_sign(contract, today),
        )
        for part in Part
    ]
    return {
        "contract": contract,
        "objectives": list(contract.objectives.select_related("domain").order_by("order", "pk")),
        "sharings": list(contract.sharings.select_related("organisation").order_by("pk")),
        "parts": parts,
        "signed_count": len(signatures),
        "standing": versions.standing(contract),
        "missing": missing_parts(contract, on=timezone.localdate()) if contract.state == "draft" else [],
        "home": home_signing_of(contract, timezone.now()) if Part.FAMILY not in signatures else None,
    }


def missing_parts(contract: Contract, *, on: date) -> list[str]:
    """What a contract needs before it can be sealed, in French."""
    missing = []
    if not contract.objectives.exists():
        missing.append("au moins un objectif")
    if contract.planned_end_on <= on:
        missing.append("une fin prévue à venir")
    texts = {
        "ce à quoi l’équipe s’engage": contract.team_commitment,
        "ce à quoi la famille s’engage": contract.family_commitment,
        "le droit d’arrêter": contract.right_to_stop,
    }
    missing += [name for name, text in texts.items() if not text.strip()]
    if contract.kind != ContractKind.INITIAL and not versions.changes_of(contract):
        missing.append(versions.NOTHING_CHANGES)
    return missing


@dataclass(frozen=True, slots=True)
class HomeSigning:
    """Links that wait for a guardian, and the guardians to whom one can be sent."""

    links: list[SigningLink]
    guardians: list[Guardian]


def home_signing_of(contract: Contract, at: datetime) -> HomeSigning | None:
    """None where the family's part is not signed by a guardian now."""
    on = timezone.localdate(at)
    if contract.state != "sealed" or contract.child.is_adult_on(on):
        return None
    waiting = contract.signing_links.filter(used_at=None, cancelled_at=None, expires_at__gt=at)
    links = list(waiting.select_related("guardian").order_by("pk"))
    sent_to = {link.guardian_id for link in links}
    return HomeSigning(
        links=links,
        guardians=[
            adult
            for adult in guardians_who_may_sign(contract, on)
            if adult.email and adult.email_confirmed_at and adult.pk not in sent_to
        ],
    )


def _is_young(contract: Contract, part: Part) -> bool:
    age = contract.child.age_on(timezone.localdate())
    return part == Part.CHILD and age is not None and age < signing_age()


def objectives_as_written(contract: Contract) -> list[dict[str, Any]]:
    return [
        {"domain": item.domain_id, "text": item.text, "wished_by": item.wished_by}
        for item in contract.objectives.order_by("order", "pk")
    ]


def sharings_as_written(contract: Contract) -> list[dict[str, Any]]:
    return [
        {"organisation": item.organisation_id, "what": item.what} for item in contract.sharings.order_by("pk")
    ]
