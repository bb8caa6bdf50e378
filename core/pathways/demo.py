"""Made-up children and their way into the PRE, for the demonstration: published shares, every state present.

First names are common, family names are trees and flowers marked « Fictif »: no real person is meant. It
goes through the same operations as pages do, so what they refuse cannot be shown.
"""

import random
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.children.enums import Authority, InDistrict, Level, Link, LivesWith
from core.children.models import Child, Guardian, PriorityDistrict, School
from core.children.operations import adults, files, homes, schooling
from core.journal.announcing import silently
from core.partners import access
from core.partners import demo as network
from core.partners.models import Organisation
from core.pathways import demo_endings, demo_life, demo_reviews
from core.pathways.enums import AgreementKind, ContactKind, Part, VocabularyKind, Way, WishedBy
from core.pathways.models import Contract, Domain, Referral, Term
from core.pathways.operations import contracts, decisions, referrals, signing
from core.pathways.operations.signing import Evidence, Signer
from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.people.models import User
from tenants import context

GIRLS = "Aïcha Lina Inès Jade Louise Emma Nour Chloé Salma Manon Léa Yasmine Anna Rose Zoé Maïssa".split()
BOYS = "Adam Noé Ilyes Hugo Yanis Gabriel Rayan Tom Mehdi Louis Enzo Sofiane Jules Amine Paul Kenzo".split()
PLANTS = (
    "Tilleul Noisetier Lilas Bruyère Mirabelle Érable Genêt Olivier Verveine Sureau Cèdre Pivoine Muguet "
    "Châtaignier Lavande Aubépine Figuier Jasmin Bouleau Romarin"
).split()
# Published for 2021: boys 58.2 %, girls 41.8 %; 2–5, 6–10, 11–16, 17 and over: 14.6, 52.4, 31.5, 1.5 %.
BOYS_SHARE = 0.582
BRACKETS = (((2, 5), 14.6), ((6, 10), 52.4), ((11, 16), 31.5), ((17, 17), 1.5))
# How far each referral has come, in a hundred.
STAGES = (
    ("received", 5),
    ("contacted", 4),
    ("no_answer", 3),
    ("refused", 3),
    ("closed", 4),
    ("agreed", 5),
    ("waiting", 3),
    ("admitted", 2),
    ("drafted", 2),
    ("signing", 4),
    ("entered", 65),
)
WITH_A_SIBLING = ("received", "signing", "entered")
LEVELS = (
    *(Level.TPS, Level.PS, Level.MS, Level.GS, Level.CP, Level.CE1, Level.CE2, Level.CM1, Level.CM2),
    *(Level.SIXTH, Level.FIFTH, Level.FOURTH, Level.THIRD, Level.SECOND, Level.FIRST, Level.FINAL),
)
FACTS = (
    "Fatigue en classe, ne finit pas ses exercices.",
    "Reste souvent à l’écart dans la cour.",
    "Beaucoup d’absences depuis la rentrée.",
    "Lit avec difficulté, se décourage vite.",
)
STRENGTHS = (
    "Aime dessiner.",
    "Aide volontiers les autres.",
    "Très à l’aise à l’oral.",
    "Court vite, aime le sport.",
)
TRIED = ("Aide aux devoirs deux soirs par semaine.", "Rendez-vous avec l’enseignante.", "Rien encore.")
SHARED = "Le prénom, les jours de venue et les présences."
OBJECTIVES = (
    "Retrouver le plaisir de lire",
    "Venir en classe chaque jour",
    "Se faire des amis",
    "Oser parler en groupe",
)


def populate(*, count: int, at: datetime) -> int:
    """Fill the entered town, once: where a child is known already nothing is added. Returns how many came.

    Raises NotADemonstration.
    """
    if not settings.DEMO:
        raise NotADemonstration
    if Child.objects.exists():
        return 0
    chance = random.Random(context.require().slug)  # noqa: S311 (the same children at each start)
    with transaction.atomic(), silently():
        maker = _Maker(chance, at)
        made = number = 0
        while made < count:
            made += maker.one(number, alone=made + 1 == count)
            number += 1
        network.tell_places(by=maker.coordinator, at=at, chance=chance)
        demo_life.enliven(by=maker.coordinator, at=at, chance=chance)
        demo_reviews.review_some(by=maker.coordinator, at=at, chance=chance)
        demo_endings.end_some(by=maker.coordinator, at=at)
    return count


class _Maker:
    """What every made-up child needs to hand."""

    def __init__(self, chance: random.Random, at: datetime) -> None:
        self.chance, self.at, self.today = chance, at, timezone.localdate(at)
        people = User.objects.order_by("pk")
        self.coordinator = people.holding(Role.COORDINATOR, on=self.today)[0]
        self.referents = list(people.holding(Role.REFERENT, on=self.today).filter(joined_at__isnull=False))
        self.partners = list(
            people.holding(Role.PARTNER_WORKER, on=self.today).filter(joined_at__isnull=False)
        )
        self.sources = list(
            Term.objects.filter(kind=VocabularyKind.REFERRAL_SOURCE, active=True).order_by("pk")
        )
        self.motives = list(Term.objects.filter(kind=VocabularyKind.MOTIVE, active=True).order_by("pk"))
        self.domains = list(Domain.objects.filter(active=True).order_by("order", "pk"))
        self.network = list(access.under_agreement(self.today).order_by("pk"))
        self.schools = list(School.objects.order_by("pk"))
        self.districts = list(PriorityDistrict.objects.order_by("pk"))
        ages = context.require().config.get("ages", {})
        self.youngest, self.oldest = int(ages.get("youngest", 2)), int(ages.get("oldest", 17))

    def one(self, number: int, *, alone: bool) -> int:
        """A child, the adults around, and a referral as far as its stage; returns how many children came."""
        stage = self.chance.choices([name for name, _ in STAGES], [share for _, share in STAGES])[0]
        if number < len(STAGES):
            stage = STAGES[number][0]  # every state is there, in the smallest town too
        received = self.at - timedelta(days=self.chance.randint(3, 40 if stage != "entered" else 420))
        child = self._child(received)
        mother = self._adults(child, received)
        way = _Way(self, child, mother, received)
        way.go(stage)
        if alone or stage not in WITH_A_SIBLING or number >= 3 * len(STAGES):
            return 1
        self._sibling(child, mother, received).go(stage)
        return 2

    def _sibling(self, child: Child, mother: Guardian, received: datetime) -> "_Way":
        """A brother or a sister at the same stage: what is done for several children can be tried."""
        other = self._child(received, last_name=child.last_name)
        adults.link_adult(
            by=self.coordinator,
            at=received,
            child=other,
            guardian=mother,
            rights=adults.Rights(link=Link.MOTHER, authority=Authority.JOINT, lives_with=LivesWith.ALWAYS),
            since=other.birth_on or self.today,
        )
        return _Way(self, other, mother, received)

    def _child(self, received: datetime, last_name: str = "") -> Child:
        boy = self.chance.random() < BOYS_SHARE
        birth_on = self._birth()
        child = files.create_child(
            by=self.coordinator,
            at=received,
            details=files.ChildDetails(
                first_name=self.chance.choice(BOYS if boy else GIRLS),
                last_name=last_name or f"{self.chance.choice(PLANTS)}-Fictif",
                birth_on=birth_on,
                sex="m" if boy else "f",
            ),
            distinct_from=range(1),
        )
        age = child.age_on(self.today) or 0
        level = LEVELS[min(max(age - 2, 0), len(LEVELS) - 1)]
        fitting = [school for school in self.schools if _fits(school, age)]
        schooling.enrol(
            by=self.coordinator,
            at=received,
            child=child,
            schooling=schooling.Schooling(
                level=level,
                school=self.chance.choice(fitting) if fitting else None,
                other_school="" if fitting else "École fictive",
            ),
            since=date(self.today.year if self.today.month >= 9 else self.today.year - 1, 9, 1),
        )
        self._home(child, received)
        return child

    def _birth(self) -> date:
        brackets = [
            ((max(low, self.youngest), min(high, self.oldest)), share)
            for (low, high), share in BRACKETS
            if low <= self.oldest and high >= self.youngest
        ]
        low, high = self.chance.choices([ages for ages, _ in brackets], [share for _, share in brackets])[0]
        return self.today - timedelta(days=self.chance.randint(low * 365 + 5, high * 365 + 300))

    def _home(self, child: Child, received: datetime) -> None:
        drawn = self.chance.random()
        if drawn < 0.6 and self.districts:
            district = self.chance.choice(self.districts)
            home = homes.Home(in_district=InDistrict.IN, district_code=district.code)
        else:
            home = homes.Home(in_district=InDistrict.OUTSIDE if drawn < 0.9 else InDistrict.UNKNOWN)
        place = homes.Home(
            line_1="1 rue fictive",
            city=context.require().name,
            in_district=home.in_district,
            district_code=home.district_code,
        )
        homes.set_address(
            by=self.coordinator, at=received, of=child, home=place, since=timezone.localdate(received)
        )

    def _adults(self, child: Child, received: datetime) -> Guardian:
        since = child.birth_on or self.today
        together = self.chance.random() < 0.6
        mother = adults.add_adult(
            by=self.coordinator,
            at=received,
            child=child,
            details=adults.AdultDetails(first_name=self.chance.choice(GIRLS), last_name=child.last_name),
            rights=adults.Rights(
                link=Link.MOTHER,
                authority=Authority.JOINT if together else Authority.SOLE,
                lives_with=LivesWith.ALWAYS,
            ),
            since=since,
        ).guardian
        if together:
            adults.add_adult(
                by=self.coordinator,
                at=received,
                child=child,
                details=adults.AdultDetails(first_name=self.chance.choice(BOYS), last_name=child.last_name),
                rights=adults.Rights(
                    link=Link.FATHER, authority=Authority.JOINT, lives_with=LivesWith.ALTERNATING
                ),
                since=since,
            )
        return mother


class _Way:
    """One referral, taken as far as a stage by the operations that pages call."""

    def __init__(self, maker: _Maker, child: Child, mother: Guardian, received: datetime) -> None:
        self.maker, self.child, self.mother, self.received = maker, child, mother, received
        self.by, self.chance = maker.coordinator, maker.chance
        self.referral = self._sent()

    def _sent(self) -> Referral:
        maker = self.maker
        referrer = self.chance.choice([self.by, *maker.partners])
        draft = referrals.draft_referral(
            by=referrer,
            at=self.received,
            motives=self.chance.sample(maker.motives, k=min(2, len(maker.motives))),
            child=self.child,
            source=self.chance.choice(maker.sources),
            stated_first_name=self.child.first_name,
            stated_last_name=self.child.last_name,
            referrer_name=referrer.full_name,
            referrer_function=referrer.function,
            facts=self.chance.choice(FACTS),
            strengths=self.chance.choice(STRENGTHS),
            tried=self.chance.choice(TRIED),
            parents_informed="yes",
        )
        return referrals.send_referral(referral=draft, by=referrer, at=self.received)

    def go(self, stage: str) -> None:
        if stage == "received":
            return
        later = self.received + timedelta(days=2)
        if stage == "no_answer":
            referrals.note_no_answer(referral=self.referral, by=self.by, at=later)
            return
        self._contact(later)
        if stage == "contacted":
            return
        if stage == "closed":
            referrals.close_referral(
                referral=self.referral, reason="La famille déménage.", by=self.by, at=later
            )
            return
        self._answer(AgreementKind.REFUSED if stage == "refused" else AgreementKind.ORAL, later)
        if stage not in ("refused", "agreed"):
            self._admit(stage, later)

    def _contact(self, at: datetime) -> None:
        referrals.log_contact(
            referral=self.referral,
            kind=ContactKind.CALL,
            on=timezone.localdate(at),
            reached=True,
            note="La famille souhaite en parler.",
            by=self.by,
            at=at,
        )

    def _answer(self, kind: AgreementKind, at: datetime) -> None:
        referrals.record_agreement(
            referral=self.referral,
            kind=kind,
            said_on=timezone.localdate(at),
            said_by=self.mother.full_name,
            guardian=self.mother,
            how=ContactKind.CALL,
            by=self.by,
            at=at,
        )

    def _admit(self, stage: str, at: datetime) -> None:
        decisions.admit_in_urgency(
            referral=self.referral,
            reason="Situation suivie avant l’ouverture de la plateforme.",
            by=self.by,
            at=at,
        )
        if stage == "waiting":
            return
        now, today = self.maker.at, self.maker.today
        referent = self.chance.choice(self.maker.referents)
        decisions.name_referent(referral=self.referral, user=referent, since_on=today, by=self.by, at=now)
        if stage == "admitted":
            return
        contract = contracts.draft_contract(
            referral=self.referral,
            coordinator=self.by,
            planned_end_on=today + timedelta(days=self.chance.randint(40, 400)),
            by=self.by,
            at=now,
        )
        self._write(contract)
        if stage == "drafted":
            return
        sealed = contracts.seal_contract(contract=contract, by=self.by, at=now)
        self._sign(sealed, timezone.localdate(at) + timedelta(days=1), all_four=stage == "entered")

    def _write(self, contract: Contract) -> None:
        domains = self.chance.sample(self.maker.domains, k=min(2, len(self.maker.domains)))
        contracts.correct_contract(
            contract=contract,
            objectives=[
                contracts.Objective(
                    domain, self.chance.choice(OBJECTIVES), self.chance.choice(list(WishedBy))
                )
                for domain in domains
            ],
            sharings=[contracts.Sharing(partner, SHARED) for partner in self._partners()],
            by=self.by,
            at=self.maker.at,
        )

    def _partners(self) -> list[Organisation]:
        """One to four that work with the family; those paid for it more often than the others."""
        weights = [6 if partner.provider else 1 + partner.pk % 3 for partner in self.maker.network]
        drawn = (
            self.chance.choices(self.maker.network, weights, k=self.chance.randint(1, 4)) if weights else []
        )
        return sorted(set(drawn), key=lambda partner: partner.pk)

    def _sign(self, contract: Contract, on: date, *, all_four: bool) -> None:
        """Taken over from dated papers, as a town does that begins with the platform."""
        grown = self.child.is_adult_on(self.maker.today)
        signers = {
            Part.CHILD: Signer(self.child.full_name),
            Part.FAMILY: Signer(self.child.full_name)
            if grown
            else Signer(self.mother.full_name, self.mother),
            Part.COORDINATOR: Signer(self.by.full_name, user=self.by),
            Part.REFERENT: Signer(contract.referent.full_name, user=contract.referent),
        }
        parts = list(Part) if all_four else list(Part)[: self.chance.randint(1, 3)]
        for part in parts:
            signing.sign(
                contract=contract,
                part=part,
                signer=signers[part],
                evidence=Evidence(way=Way.IMPORTED, signed_on=on),
                by=self.by,
                at=self.maker.at,
            )


def _fits(school: School, age: int) -> bool:
    level = school.level
    if level == "maternelle":
        return age <= 5
    if level == "elementaire":
        return 6 <= age <= 10
    if level == "primaire":
        return age <= 10
    if level == "college":
        return 11 <= age <= 14
    return level == "lycee" and age >= 15
