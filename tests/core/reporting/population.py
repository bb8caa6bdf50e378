"""A random town, written in bulk: children with all that figures are made of, on days around given ones.

`Town(rng, days, by).fill(40)` inside a town. Rows pass every constraint and trigger of the database, not
the operations: it is quick, and holds what operations forbid but imports or years of use may leave.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from core.children import enums as around
from core.children.models import (
    Address,
    Child,
    Enrolment,
    Guardian,
    Guardianship,
    School,
    SchoolNetworkYear,
)
from core.meetings.models import AgendaItem, Meeting, Team
from core.partners.enums import OrganisationKind
from core.partners.models import Agreement, Offer, Organisation
from core.pathways import enums
from core.pathways.models import (
    Action,
    Attendance,
    Contract,
    ContractObjective,
    Decision,
    Domain,
    Encounter,
    Exit,
    Objective,
    ObjectiveOutcome,
    ParentalAgreement,
    ParentAttendance,
    ParentParticipation,
    Participation,
    Pathway,
    ReferentLink,
    Referral,
    Review,
    Session,
    Signature,
    Suspension,
    Term,
)
from core.pathways.workflow import ActionState, ContractState, ReferralState, SessionState
from core.people.models import User

PARIS = ZoneInfo("Europe/Paris")
SEALED = "texte"
SEAL = hashlib.sha256(SEALED.encode()).hexdigest()
T = TypeVar("T")


class Town:
    """`days` are those that facts carry: give the bounds of the periods that are asked about, and around."""

    def __init__(self, rng: Random, days: Sequence[date], by: User) -> None:
        self.rng, self.days, self.by = rng, sorted(days), by
        self.at = datetime.combine(self.days[0], time(9), PARIS)
        self.used: set[int] = set()  # referrals that led to a contract

    # --- drawing ---------------------------------------------------------------------------------
    def day(self, after: date | None = None) -> date:
        return self.rng.choice([day for day in self.days if after is None or day >= after] or [after])

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def end(self, after: date, chance: float = 0.5) -> date | None:
        return self.day(after) if self.maybe(chance) else None

    def of(self, values: Sequence[T]) -> T:
        return self.rng.choice(values)

    def stretches(self, most: int) -> list[tuple[date, date | None]]:
        """Stretches that follow one another, the last one perhaps open."""
        bounds = sorted(self.rng.sample(self.days, min(len(self.days), self.rng.randint(0, most * 2))))
        found: list[tuple[date, date | None]] = [
            (first, last) for first, last in zip(bounds[::2], bounds[1::2], strict=False)
        ]
        if found and self.maybe(0.7):
            found[-1] = (found[-1][0], None)
        return found

    # --- filling ---------------------------------------------------------------------------------
    def fill(self, children: int) -> None:
        self._reference()
        self._children(children)
        self._homes_and_schools()
        self._families()
        self._referrals()
        self._pathways()
        self._groups()
        self._meetings()

    def _reference(self) -> None:
        number = Term.objects.count()
        self.domains = Domain.objects.bulk_create(
            Domain(code=f"d{number}{code}", label=code, national=code, order=1)
            for code in enums.NationalDomain.values[:5]
        )

        def terms(kind: str, codes: Sequence[str]) -> list[Term]:
            made = [
                Term(kind=kind, code=f"{number}{code}", label=code, national=code, order=1) for code in codes
            ]
            twice = Term(kind=kind, code=f"{number}bis", label="bis", national=codes[0], order=2)
            return Term.objects.bulk_create([*made, twice])

        self.sources = terms("referral_source", enums.NationalSource.values[:4])
        self.motives = terms("motive", enums.NationalMotive.values[:4])
        self.reasons = terms("exit_reason", enums.NationalExit.values)
        self.organisations = Organisation.objects.bulk_create(
            Organisation(
                code=f"o{number}_{index}", name=f"Structure {index}", kind=self.of(OrganisationKind.values)
            )
            for index in range(8)
        )
        self.offers = Offer.objects.bulk_create(
            Offer(
                organisation=self.organisations[0],
                code=f"{index}",
                label="Offre",
                domains=["x"],
                form="group",
            )
            for index in range(2)
        )
        agreements = []
        for index, organisation in enumerate(self.organisations[:4]):
            starts = self.day()
            agreements.append(
                Agreement(
                    organisation=organisation,
                    reference=f"C{index}",
                    subject="Accompagnement",
                    starts_on=starts,
                    ends_on=self.end(starts),
                    ended_on=self.end(starts, 0.2),
                    active=self.maybe(0.8),
                )
            )
        Agreement.objects.bulk_create(agreements)
        self.schools = School.objects.bulk_create(
            School(
                uai=f"{number:03d}{index:04d}X",
                name=f"École {index}",
                level=self.of(around.SchoolLevel.values),
                insee="82121",
                network=self.of(around.PriorityNetwork.values),
            )
            for index in range(5)
        )
        SchoolNetworkYear.objects.bulk_create(
            SchoolNetworkYear(school=school, year=year, network=self.of(around.PriorityNetwork.values))
            for school in self.schools[:3]
            for year in range(self.days[0].year - 1, self.days[-1].year + 1)
            if self.maybe(0.6)
        )

    def _children(self, count: int) -> None:
        made = []
        for index in range(count):
            child = Child(
                first_name="Enfant",
                last_name=f"Exemple{index}",
                sex=self.of(around.Sex.values),
                birth_on=None if self.maybe(0.1) else self._birth(),
                created_at=self.at,
            )
            child.fold_names()
            made.append(child)
        self.children = Child.objects.bulk_create(made)

    def _birth(self) -> date:
        """Often on the very days that make a bracket's bounds."""
        day, years = self.day(), self.rng.randint(0, 19)
        try:
            return day.replace(year=day.year - years)
        except ValueError:
            return date(day.year - years, 3, 1)

    def _homes_and_schools(self) -> None:
        enrolments = []
        for child in self.children:
            for first, last in self.stretches(2):
                enrolments.append(
                    Enrolment(
                        child=child,
                        school=self.of([None, *self.schools]),
                        level=self.of(around.Level.values),
                        since_on=first,
                        until_on=last,
                    )
                )
        Enrolment.objects.bulk_create(enrolments)
        Address.objects.bulk_create(
            self._address(first, last, child=child)
            for child in self.children
            if self.maybe(0.6)
            for first, last in self.stretches(2)
        )

    def _address(self, first: date, last: date | None, **whose: Any) -> Address:
        lies = self.of(around.InDistrict.values)
        return Address(
            city="Montauban",
            since_on=first,
            until_on=last,
            in_district=lies,
            district_code=self.of(["QN08201I", "QN08202M"]) if lies == around.InDistrict.IN else "",
            geography="" if lies == around.InDistrict.UNKNOWN else "QPV 2024",
            **whose,
        )

    def _families(self) -> None:
        adults = []
        for index in range(max(1, len(self.children) // 2)):
            adult = Guardian(
                first_name="Adulte",
                last_name=f"Exemple{index}",
                kind=around.GuardianKind.SERVICE if self.maybe(0.1) else around.GuardianKind.PERSON,
            )
            adult.fold_names()
            adults.append(adult)
        self.adults = Guardian.objects.bulk_create(adults)
        ships = []
        for child in self.children:
            for adult in self.rng.sample(self.adults, min(len(self.adults), self.rng.randint(0, 2))):
                starts = self.day()
                ships.append(
                    Guardianship(
                        child=child,
                        guardian=adult,
                        link=self.of(around.Link.values),
                        authority=around.Authority.JOINT,
                        lives_with=self.of(around.LivesWith.values),
                        starts_on=starts,
                        ends_on=self.end(starts, 0.3),
                    )
                )
        Guardianship.objects.bulk_create(ships)
        Address.objects.bulk_create(
            self._address(first, last, guardian=adult)
            for adult in self.adults
            if self.maybe(0.7)
            for first, last in self.stretches(2)
        )

    def _referrals(self) -> None:
        made = []
        for child in self.children:
            for _ in range(self.of([0, 1, 1, 2])):
                closed = self.end(self.days[0], 0.3)
                made.append(
                    Referral(
                        child=child,
                        state=ReferralState.CLOSED
                        if closed
                        else self.of([ReferralState.RECEIVED, "entered"]),
                        source=self.of([None, *self.sources]),
                        organisation=self.of([None, None, None, *self.organisations]),
                        received_on=self.day(),
                        closed_on=closed,
                        closing_reason="Sans suite" if closed else "",
                    )
                )
        made += [Referral(state=ReferralState.DRAFT, stated_first_name="X") for _ in range(2)]
        made += [Referral(state=ReferralState.RECEIVED, received_on=self.day()) for _ in range(2)]
        self.referrals = Referral.objects.bulk_create(made)
        link = Referral.motives.through
        link.objects.bulk_create(
            link(referral=referral, term=term)
            for referral in self.referrals
            for term in self.rng.sample(self.motives, self.rng.randint(0, 3))
        )
        self.referrals = [referral for referral in self.referrals if referral.child_id]
        said, decided, named = [], [], []
        for referral in self.referrals:
            for _ in range(self.rng.randint(0, 2)):
                said.append(self._said(referral))
            for _ in range(self.rng.randint(0, 2)):
                decided.append(self._decision(referral))
        free = {referral.child_id: referral for referral in self.referrals}
        for referral in free.values():
            for first, last in self.stretches(2):
                named.append(
                    ReferentLink(
                        child_id=referral.child_id,
                        referral=referral,
                        user=self.by,
                        since_on=first,
                        until_on=last,
                    )
                )
        ParentalAgreement.objects.bulk_create(said)
        self.decisions = Decision.objects.bulk_create(decided)
        ReferentLink.objects.bulk_create(named)

    def _said(self, referral: Referral) -> ParentalAgreement:
        return ParentalAgreement(
            referral=referral,
            kind=self.of(enums.AgreementKind.values),
            said_on=self.day(),
            said_by="La mère",
            how="call",
            noted_by=self.by,
            noted_at=self.at,
        )

    def _decision(self, referral: Referral) -> Decision:
        decided = self.day()
        return Decision(
            child_id=referral.child_id,
            referral=referral,
            kind=self.of(["entry", "entry", "refusal", "redirection", "more"]),
            decided_on=decided,
            cancelled_on=self.end(decided, 0.2),
            by=self.by,
            noted_at=self.at,
        )

    def _pathways(self) -> None:
        """One after the other for a child: each lives, then ends before the next one begins."""
        self.pathways: list[Pathway] = []
        plans = {child.pk: (child, self.stretches(2)) for child in self.children}
        for turn in range(2):
            planned = [(child, *found[turn]) for child, found in plans.values() if len(found) > turn]
            pathways, objectives = self._opened(planned)
            self._individual(pathways, objectives)
            self._planned_reviews(pathways)
            self._pauses(pathways)
            self._end(pathways, objectives, {child.pk: last for child, _, last in planned})
            self.pathways += pathways

    def _opened(
        self, planned: list[tuple[Child, date, date | None]]
    ) -> tuple[list[Pathway], list[Objective]]:
        referrals = {
            referral.child_id: referral for referral in self.referrals if referral.pk not in self.used
        }
        self.used |= {referrals[child.pk].pk for child, _, _ in planned if child.pk in referrals}
        decisions = Decision.objects.bulk_create(
            Decision(child=child, kind="entry", decided_on=first, by=self.by, noted_at=self.at)
            for child, first, _ in planned
        )
        contracts = Contract.objects.bulk_create(
            Contract(
                child=child,
                referral=referrals.get(child.pk),
                decision=decision,
                coordinator=self.by,
                referent=self.by,
                planned_end_on=self.days[-1],
            )
            for (child, _, _), decision in zip(planned, decisions, strict=True)
        )
        lines = ContractObjective.objects.bulk_create(
            ContractObjective(
                contract=contract,
                domain=self.of(self.domains),
                text=f"Objectif {index}",
                wished_by=self.of(enums.WishedBy.values),
            )
            for contract in contracts
            for index in range(self.rng.randint(1, 2))
        )
        self._sign(contracts, [first for _, first, _ in planned])
        pathways = Pathway.objects.bulk_create(
            Pathway(child=child, contract=contract, started_on=first, planned_end_on=self.days[-1])
            for contract, (child, first, _) in zip(contracts, planned, strict=True)
        )
        of_contract = {pathway.contract_id: pathway for pathway in pathways}
        objectives = Objective.objects.bulk_create(
            Objective(
                pathway=of_contract[line.contract_id],
                line=line,
                domain_id=line.domain_id,
                text=line.text,
                wished_by=line.wished_by,
                since_on=(since := self.day(of_contract[line.contract_id].started_on)),
                dropped_on=self.end(since, 0.2),
                nothing_exists="Rien avant mars.",
            )
            for line in lines
        )
        return pathways, objectives

    def _sign(self, contracts: list[Contract], days: list[date]) -> None:
        own = Contract.objects.filter(pk__in=[contract.pk for contract in contracts])
        own.update(sealed_text=SEALED, sealed_hash=SEAL, state=ContractState.SEALED)
        Signature.objects.bulk_create(
            Signature(
                contract=contract,
                sealed_hash=SEAL,
                part=part,
                way=enums.Way.SCREEN,
                signer_name="Exemple",
                signed_on=first,
                entered_at=self.at,
            )
            for contract, first in zip(contracts, days, strict=True)
            for part in enums.Part
        )
        for contract, first in zip(contracts, days, strict=True):
            contract.sealed_text, contract.sealed_hash = SEALED, SEAL
            contract.state, contract.completed_on = ContractState.COMPLETE, first
        Contract.objects.bulk_update(contracts, ["state", "completed_on"])

    def _individual(self, pathways: list[Pathway], objectives: list[Objective]) -> None:
        served = objectives[::2]
        alone = Action.objects.bulk_create(self._action("individual") for _ in served)
        participations = Participation.objects.bulk_create(
            Participation(
                action=action, objective=objective, child_id=objective.pathway.child_id, since_on=self.day()
            )
            for action, objective in zip(alone, served, strict=True)
        )
        self._sessions(alone, participations)
        Encounter.objects.bulk_create(
            Encounter(
                pathway=pathway,
                kind=self.of(enums.EncounterKind.values),
                with_whom="child",
                on=self.day(),
                reached=self.maybe(0.8),
                facts="Vu.",
                by=self.by,
                noted_at=self.at,
            )
            for pathway in pathways
            for _ in range(self.rng.randint(0, 2))
        )

    def _pauses(self, pathways: list[Pathway]) -> None:
        """Over already: one that is open would say so in the pathway's state."""
        made = []
        for pathway in pathways:
            if self.maybe(0.3):
                since = self.day(pathway.started_on)
                made.append(
                    Suspension(
                        pathway=pathway,
                        since_on=since,
                        until_on=self.day(since),
                        reason="Séjour",
                        by=self.by,
                        noted_at=self.at,
                    )
                )
        Suspension.objects.bulk_create(made)

    def _end(
        self, pathways: list[Pathway], objectives: list[Objective], ends: dict[int, date | None]
    ) -> None:
        leaving = [pathway for pathway in pathways if ends[pathway.child_id]]
        for pathway in leaving:
            pathway.state, pathway.ended_on = "ended", ends[pathway.child_id]
        exits = Exit.objects.bulk_create(
            Exit(
                pathway=pathway,
                on=pathway.ended_on,
                national=self.of([*enums.NationalExit.values, "mistake"]),
                asked_by="team",
                said_by="La mère",
                said_how="call",
                by=self.by,
                noted_at=self.at,
            )
            for pathway in leaving
        )
        of_pathway = {ending.pathway_id: ending for ending in exits}
        ObjectiveOutcome.objects.bulk_create(
            ObjectiveOutcome(
                exit=of_pathway[objective.pathway_id],
                objective=objective,
                outcome=self.of(enums.Outcome.values),
            )
            for objective in objectives
            if objective.pathway_id in of_pathway and objective.dropped_on is None
        )
        Pathway.objects.bulk_update(leaving, ["state", "ended_on"])

    def _groups(self) -> None:
        groups = Action.objects.bulk_create(self._action("group") for _ in range(6))
        participations = Participation.objects.bulk_create(
            Participation(
                action=action,
                child=child,
                since_on=self.days[0],
                authorised_by="La mère",
                authorised_on=self.days[0],
            )
            for action in groups
            for child in self.rng.sample(self.children, len(self.children) // 4)
        )
        sessions = self._sessions(groups, participations)
        parents = ParentParticipation.objects.bulk_create(
            ParentParticipation(
                action=action,
                guardian=(known := self.of([None, *self.adults[:3]])),
                first_name="" if known else "Nora",
                since_on=self.days[0],
                until_on=self.days[-1],
            )
            for action in groups
            for _ in range(self.rng.randint(0, 2))
        )
        ParentAttendance.objects.bulk_create(
            ParentAttendance(session=session, parent=parent, presence=self.of(enums.Presence.values))
            for session in sessions
            for parent in parents
            if parent.action_id == session.action_id and self.maybe(0.6)
        )

    def _sessions(self, actions: list[Action], participations: list[Participation]) -> list[Session]:
        """Those that were held, with their roll-calls; others are planned or cancelled."""
        made = Session.objects.bulk_create(
            Session(
                action=action,
                on=self.day(),
                minutes=self.of([30, 60, 90]),
                state=(state := self.of(["held", "held", "held", "planned", "cancelled"])),
                cancelled_because="Malade" if state == "cancelled" else "",
            )
            for action in actions
            for _ in range(self.rng.randint(0, 3))
        )
        held = [session for session in made if session.state == SessionState.HELD]
        Attendance.objects.bulk_create(
            Attendance(session=session, participation=one, presence=self.of(enums.Presence.values))
            for session in held
            for one in participations
            if one.action_id == session.action_id and self.maybe(0.6)
        )
        return held

    def _action(self, form: str) -> Action:
        existing = self.maybe(0.5)
        state = self.of(ActionState.values)
        started = (
            self.day() if state in ("running", "done") or (state == "stopped" and self.maybe(0.5)) else None
        )
        ended = self.day(started) if state in ("done", "stopped") else None
        return Action(
            title="Action",
            form=form,
            kind="workshop" if form == "group" else "",
            origin="existing" if existing else "made",
            offer=self.of(self.offers) if existing else None,
            wording="" if existing else "Ainsi.",
            domain=self.of(self.domains),
            organisation=self.of([None, *self.organisations]),
            worker=self.by,
            state=state,
            planned_from=self.days[0],
            started_on=started,
            ended_on=ended,
            stopped_because="Ainsi" if state == "stopped" else "",
            created_by=self.by,
            created_at=self.at,
        )

    def _planned_reviews(self, pathways: list[Pathway]) -> None:
        """Each planned, then for the most part held, or set aside near midnight."""
        made = Review.objects.bulk_create(
            Review(pathway=pathway, due_on=self.day(pathway.started_on), planned_at=self.at)
            for pathway in pathways
        )
        settled = []
        for review in made:
            if not self.maybe(0.7):
                continue
            review.by, review.noted_at = self.by, datetime.combine(self.day(), time(23, 45), PARIS)
            if self.maybe(0.8):
                review.state, review.held_on = "held", self.day(review.pathway.started_on)
                review.with_whom, review.who_was_there, review.conclusion = "both", "Tous", "Vu."
            else:
                review.state, review.cancelled_because = "cancelled", "Ainsi"
            settled.append(review)
        fields = ("by", "noted_at", "state", "held_on", "with_whom", "who_was_there", "conclusion")
        Review.objects.bulk_update(settled, [*fields, "cancelled_because"])

    def _meetings(self) -> None:
        team, _ = Team.objects.get_or_create(name="Équipe")
        meetings = []
        for _ in range(8):
            held = self.maybe(0.7)
            # near midnight, where another time zone would say another day
            starts = datetime.combine(self.day(), self.of([time(0, 15), time(14), time(23, 45)]), PARIS)
            meetings.append(
                Meeting(
                    team=team,
                    starts_at=starts,
                    place="Mairie",
                    state=self.of(["open", "closed"]) if held else self.of(["planned", "cancelled"]),
                    opened_at=starts + timedelta(minutes=2) if held else None,
                )
            )
        items = []
        decisions = [decision for decision in self.decisions if decision.referral_id]
        self.rng.shuffle(decisions)
        for meeting in Meeting.objects.bulk_create(meetings):
            seen: set[int] = set()
            for number in range(self.rng.randint(0, 4)):
                decision = decisions.pop() if decisions and self.maybe(0.7) else None
                referral = (
                    decision.referral if decision else self.of(self.referrals) if self.referrals else None
                )
                if referral is None or referral.child_id in seen:
                    continue
                seen.add(referral.child_id)
                items.append(
                    AgendaItem(
                        meeting=meeting,
                        child_id=referral.child_id,
                        referral=referral,
                        number=number + 1,
                        decision=decision,
                    )
                )
        AgendaItem.objects.bulk_create(items)
