"""Plain makers of what a referral needs; each test says what matters to it and leaves the rest."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.children.enums import Authority, Link
from core.children.models import Child, Guardian, Guardianship
from core.pathways.enums import AgreementKind, ContactKind, DecisionKind, Part, Way, WishedBy
from core.pathways.models import Contract, Domain, Referral, Signature, Term
from core.pathways.operations import contracts, decisions, referrals, signing
from core.pathways.operations.signing import Evidence, Signer
from core.people.enums import Role
from core.people.models import Charter, CharterSignature, RoleAssignment, User

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = date(2026, 11, 24)


def charter() -> Charter:
    found = Charter.objects.order_by("-version").first()
    return found or Charter.objects.create(
        version=1,
        title="Charte",
        text="Texte",
        text_sha256="0" * 64,
        in_force_on=date(2020, 1, 1),
        published_at=NOW,
    )


def user(*roles: Role, signed: bool = True, name: str = "Démonstration") -> User:
    number = next(_numbers)
    person = User.objects.create(
        email=f"personne{number}@exemple.test", first_name=f"P{number}", last_name=name, joined_at=NOW
    )
    for role in roles:
        RoleAssignment.objects.create(user=person, role=role, since_on=date(2020, 1, 1))
    if signed:
        text = charter()
        CharterSignature.objects.create(
            charter=text,
            user=person,
            name=person.full_name,
            signed_on=date(2021, 1, 1),
            how="screen",
            text_sha256=text.text_sha256,
            recorded_at=NOW,
            recorded_by=person,
        )
    return person


def child(birth_on: date = date(2016, 3, 9), **names: str) -> Child:
    made = Child(
        first_name=names.get("first_name", "Aïcha"),
        last_name=names.get("last_name", f"Exemple{next(_numbers)}"),
        birth_on=birth_on,
        created_at=NOW,
    )
    made.fold_names()
    made.save()
    return made


def guardian(of: Child, authority: Authority = Authority.JOINT, link: Link = Link.MOTHER) -> Guardian:
    adult = Guardian(first_name="Adulte", last_name=f"Exemple{next(_numbers)}")
    adult.fold_names()
    adult.save()
    Guardianship.objects.create(
        child=of, guardian=adult, link=link, authority=authority, starts_on=date(2016, 3, 9)
    )
    return adult


def term(kind: str, code: str, national: str) -> Term:
    return Term.objects.get_or_create(
        kind=kind, code=code, defaults={"label": code, "national": national, "order": 1}
    )[0]


def domain() -> Domain:
    return Domain.objects.get_or_create(
        code="educatif", defaults={"label": "Éducatif", "national": "education", "order": 1}
    )[0]


def received(of: Child | None, by: User) -> Referral:
    draft = referrals.draft_referral(
        by=by,
        at=NOW,
        motives=[term("motive", "apprentissages", "learning")],
        child=of,
        source=term("referral_source", "ecole", "school"),
        stated_first_name="Aïcha",
        stated_last_name="Exemple",
        facts="Fatigue en classe.",
    )
    return referrals.send_referral(referral=draft, by=by, at=NOW)


def agreed(of: Child, by: User, adult: Guardian) -> Referral:
    referral = received(of, by)
    referrals.record_agreement(
        referral=referral,
        kind=AgreementKind.ORAL,
        said_on=TODAY,
        said_by=adult.full_name,
        how=ContactKind.CALL,
        guardian=adult,
        by=by,
        at=NOW,
    )
    referral.refresh_from_db()
    return referral


class Entry:
    """A child admitted in urgency, with a drafted contract: one step before the signatures."""

    def __init__(
        self, *, birth_on: date = date(2016, 3, 9), sealed: bool = True, coordinator: User | None = None
    ) -> None:
        self.coordinator = coordinator or user(Role.COORDINATOR)
        self.referent = user(Role.REFERENT)
        self.child = child(birth_on)
        self.guardian = guardian(self.child)
        self.referral = agreed(self.child, self.coordinator, self.guardian)
        decisions.admit_in_urgency(
            referral=self.referral, reason="Rupture scolaire.", by=self.coordinator, at=NOW
        )
        decisions.name_referent(
            referral=self.referral, user=self.referent, since_on=TODAY, by=self.coordinator, at=NOW
        )
        self.contract: Contract = contracts.draft_contract(
            referral=self.referral,
            coordinator=self.coordinator,
            planned_end_on=TODAY + timedelta(days=365),
            by=self.coordinator,
            at=NOW,
        )
        contracts.correct_contract(
            contract=self.contract,
            objectives=[contracts.Objective(domain(), "Lire avec plaisir", WishedBy.CHILD)],
            by=self.coordinator,
            at=NOW,
        )
        if sealed:
            self.contract = contracts.seal_contract(contract=self.contract, by=self.coordinator, at=NOW)

    def signer(self, part: Part) -> Signer:
        return {
            Part.CHILD: Signer(self.child.full_name),
            Part.FAMILY: Signer(self.guardian.full_name, guardian=self.guardian),
            Part.COORDINATOR: Signer(self.coordinator.full_name, user=self.coordinator),
            Part.REFERENT: Signer(self.referent.full_name, user=self.referent),
        }[part]

    def sign(self, part: Part, *, on: date = TODAY, way: Way = Way.SCREEN, **evidence: Any) -> Signature:
        if way == Way.PAPER:
            evidence.setdefault("scan_hash", "f" * 64)
        return signing.sign(
            contract=self.contract,
            part=part,
            signer=self.signer(part),
            evidence=Evidence(way=way, signed_on=on, **evidence),
            by=self.signer(part).user or self.coordinator,
            at=NOW,
        )


def decide(entry_referral: Referral, kind: DecisionKind, by: User) -> None:
    decisions.decide_on_referral(referral=entry_referral, kind=kind, decided_on=TODAY, by=by, at=NOW)
