"""Random legal and illegal histories of a child's pathways agree with a plain oracle.

States, access and counts are compared after each step. The oracle knows days, names and lists, and nothing of
the product: what it says is allowed must be done, what it says is not must be refused and leave everything as
it was.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.children.access import Scope, scope_for
from core.children.models import Child, Guardian
from core.partners.models import Organisation
from core.pathways.enums import ActionForm, AskedBy, NationalExit, Outcome, Part, Presence, Way, WishedBy
from core.pathways.models import (
    Action,
    ContractSharing,
    Exit,
    HandOver,
    ObjectiveOutcome,
    Pathway,
    ReferentLink,
    Referral,
    Session,
    Suspension,
)
from core.pathways.operations import (
    actions,
    amendments,
    contracts,
    decisions,
    ending,
    following,
    objectives,
    pausing,
    referents,
    sessions,
    signing,
)
from core.pathways.operations.actions import ActionDetails
from core.pathways.operations.ending import Became, Ending
from core.pathways.operations.signing import Evidence, Signer
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from core.people.models import User
from tests.core.partners import making as network
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
UNDO_DAYS = 7
# Signatures are never of tomorrow, by the database's own clock: these histories lie two years back.
BACK = timedelta(days=700)
START = TODAY - BACK


@dataclass
class Told:
    """One pathway, as the oracle tells it."""

    started: date
    aims: int = 1
    paused: bool = False
    ended: date | None = None
    noted: date | None = None
    was_paused: bool = False
    last: date = START
    pauses: int = 0
    last_resumed: date | None = None
    actions: int = 0
    were_actions: int = 0
    planned: list[date] = field(default_factory=list)  # sessions of its own actions, to be called
    were_planned: list[date] = field(default_factory=list)
    appointments: list[date] = field(default_factory=list)
    were_appointments: list[date] = field(default_factory=list)
    # The one review to come; "" where none is, or what set it aside and until when it was due.
    review: date | None = None
    was_review: date | None = None
    set_aside: date | None = None

    def __post_init__(self) -> None:
        self.review = self.review or self.started + timedelta(weeks=12)


@dataclass
class Oracle:
    day: date = START
    pathways: list[Told] = field(default_factory=lambda: [Told(START)])
    # who accompanies, by day: (person, first day, last day or None)
    links: list[tuple[int, date, date | None]] = field(default_factory=lambda: [(0, START, None)])
    coming: tuple[int, date] | None = None  # to whom, from when
    cut: tuple[int, date] | None = None  # the link that the last end cut: whose, since when

    @property
    def open(self) -> Told | None:
        return self.pathways[-1] if self.pathways[-1].ended is None else None

    def who(self, day: date) -> int | None:
        for person, since, until in reversed(self.links):
            if since <= day and (until is None or day <= until):
                return person
        return None

    def give(self, person: int, on: date) -> None:
        """Whoever accompanies from `on` on stops the evening before."""
        kept = []
        for who, since, until in self.links:
            if until is None or until >= on:
                if since < on:
                    kept.append((who, since, on - timedelta(days=1)))
            else:
                kept.append((who, since, until))
        self.links = [*kept, (person, on, None)]

    def pass_midnight(self) -> None:
        if self.coming is not None and self.coming[1] <= self.day:
            self.coming = None


class Histories(RuleBasedStateMachine):
    """One child, three referents of partners (who see nothing without a link), one partner's worker."""

    child: Child
    guardian: Guardian
    by: User
    people: list[User]
    worker: User
    organisation: Organisation
    first: Referral

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.oracle = Oracle()
        self.referral = self.first

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # what is asked of the product

    @property
    def now(self) -> datetime:
        return NOW + (self.oracle.day - TODAY)

    @property
    def pathway(self) -> Pathway:
        return Pathway.objects.filter(child=self.child).latest("pk")

    def tried(self, legal: bool, act: Any) -> bool:
        """Whether it was done; fails where the product and the oracle do not agree on that."""
        refusal = ""
        try:
            with transaction.atomic():
                act()
        except CannotMove as refused:
            refusal = str(refused)
        assert legal == (not refusal), refusal or "done, and should have been refused"
        return legal

    @rule(days=st.integers(0, 9))
    def wait(self, days: int) -> None:
        self.oracle.day += timedelta(days=days)
        self.oracle.pass_midnight()

    @rule()
    def meet(self) -> None:
        told = following.Told(kind="call", with_whom="family", on=self.oracle.day, facts="Appel bref.")

        def act() -> None:
            following.log_encounter(pathway=self.pathway, told=told, by=self.by, at=self.now)

        if self.tried(self.oracle.open is not None, act):
            self.oracle.pathways[-1].last = self.oracle.day

    @rule()
    def begin_an_action(self) -> None:
        aim = self.pathway.objectives.filter(dropped_on=None).order_by("pk")[0]

        def act() -> None:
            objectives.say_nothing_exists(objective=aim, because="Rien.", by=self.by, at=self.now)
            details = ActionDetails(
                title="Lire à deux",
                form=ActionForm.INDIVIDUAL,
                domain=aim.domain,
                planned_from=self.oracle.day,
                wording="Une page chacun.",
                worker=self.by,
            )
            actions.open_action(details=details, objective=aim, by=self.by, at=self.now)

        if self.tried(self.oracle.open is not None, act):
            self.oracle.pathways[-1].actions += 1

    @property
    def last_action(self) -> Action | None:
        own = Action.objects.filter(participations__objective__pathway=self.pathway)
        return own.order_by("-pk").first()

    @rule(ahead=st.integers(0, 9))
    def plan_a_session(self, ahead: int) -> None:
        action, on = self.last_action, self.oracle.day + timedelta(days=ahead)
        if action is None:
            return

        def act() -> None:
            sessions.plan_session(action=action, on=on, minutes=60, by=self.by, at=self.now)

        if self.tried(self.oracle.open is not None, act):
            self.oracle.pathways[-1].planned.append(on)

    @rule()
    def call_a_roll(self) -> None:
        """Of the oldest session that waits for it; after the end too, if it took place before."""
        own = Session.objects.filter(action__participations__objective__pathway=self.pathway)
        session = own.exclude(state="held").order_by("on", "pk").first()
        if session is None:
            return
        told = self.oracle.pathways[-1]
        mine = session.action.participations.get()
        legal = session.on in told.planned and session.on <= self.oracle.day

        def act() -> None:
            marks = {mine.pk: Presence.PRESENT}
            sessions.call_roll(session=session, marks=marks, seen=session.version, by=self.by, at=self.now)

        if session.state == "cancelled":
            legal = False
        if self.tried(legal, act):
            told.planned.remove(session.on)
            told.last = max(told.last, session.on)

    @rule(ahead=st.integers(0, 9))
    def plan_an_appointment(self, ahead: int) -> None:
        when = self.now + timedelta(days=ahead)

        def act() -> None:
            following.plan_appointment(
                pathway=self.pathway, when=when, venue="Au CCAS", with_whom="family", user=self.by,
                by=self.by, at=self.now,
            )  # fmt: skip

        if self.tried(self.oracle.open is not None, act):
            self.oracle.pathways[-1].appointments.append(when.date())

    @rule(back=st.integers(0, 12), clear=st.booleans())
    def suspend(self, back: int, clear: bool) -> None:
        told, since = self.oracle.open, self.oracle.day - timedelta(days=back)
        legal = (
            told is not None
            and not told.paused
            and since >= told.started
            and (told.last_resumed is None or since >= told.last_resumed)
        )

        def act() -> None:
            pausing.suspend(
                pathway=self.pathway, since_on=since, reason="Séjour.", by=self.by, at=self.now,
                cancel_planned=clear,
            )  # fmt: skip

        if self.tried(legal, act):
            assert told is not None
            told.paused, told.pauses, told.last = True, told.pauses + 1, max(told.last, since)
            if clear:
                told.planned = [on for on in told.planned if on < since]
                told.appointments = [on for on in told.appointments if on < since]
                if told.review is not None and told.review >= since:
                    told.set_aside, told.review = told.review, None

    @rule()
    def resume(self) -> None:
        told = self.oracle.open

        def act() -> None:
            pausing.resume(pathway=self.pathway, on=self.oracle.day, by=self.by, at=self.now)

        if self.tried(told is not None and told.paused, act):
            assert told is not None
            told.paused, told.last_resumed = False, self.oracle.day
            if told.set_aside is not None:
                settle_in = self.oracle.day + timedelta(days=15)
                told.review, told.set_aside = max(told.set_aside, settle_in), None

    @rule(texts=st.sets(st.sampled_from(["Lire", "Parler", "Venir"]), min_size=1))
    def amend(self, texts: set[str]) -> None:
        def act() -> None:
            draft = amendments.propose_amendment(pathway=self.pathway, by=self.by, at=self.now)
            lines = [contracts.Objective(making.domain(), item, WishedBy.CHILD) for item in sorted(texts)]
            end = self.oracle.day + timedelta(days=500 + len(texts))
            contracts.correct_contract(
                contract=draft, objectives=lines, planned_end_on=end, by=self.by, at=self.now
            )

        # Written and not signed: nothing of the pathway moves, and an end voids it.
        self.tried(self.oracle.open is not None, act)

    @rule(national=st.sampled_from(sorted(NationalExit)), back=st.integers(0, 12), said=st.booleans())
    def close(self, national: NationalExit, back: int, said: bool) -> None:
        on = self.oracle.day - timedelta(days=back)
        aims = self.pathway.objectives.filter(dropped_on=None) if said else []
        ending_ = Ending(
            on=on,
            national=national,
            asked_by=AskedBy.TEAM,
            outcomes={aim.pk: Became(Outcome.PARTLY) for aim in aims},
        )
        withdrawn = national == NationalExit.FAMILY_STOPPED  # says who and how: another page

        def act() -> None:
            ending.close_pathway(pathway=self.pathway, ending=ending_, by=self.by, at=self.now)

        self._end(on, act, legal=said and not withdrawn)

    @rule(back=st.integers(0, 12))
    def withdraw(self, back: int) -> None:
        on = self.oracle.day - timedelta(days=back)

        def act() -> None:
            ending.withdraw(
                pathway=self.pathway, said_by="La mère", said_how="call", on=on, by=self.by, at=self.now
            )

        self._end(on, act, legal=True)

    def _end(self, on: date, act: Any, *, legal: bool) -> None:
        oracle, told = self.oracle, self.oracle.open
        if not self.tried(legal and told is not None and on >= max(told.started, told.last), act):
            return
        assert told is not None
        told.ended, told.noted = on, oracle.day
        told.was_paused, told.paused = told.paused, False
        told.were_actions, told.actions = told.actions, 0
        told.were_planned, told.planned = told.planned, [day for day in told.planned if day <= on]
        told.were_appointments, told.appointments = told.appointments, []
        told.was_review, told.review = told.review, None
        if oracle.coming is not None:  # nobody takes over any more
            oracle.links.pop()
            former, since, _ = oracle.links[-1]
            oracle.links[-1] = (former, since, None)
            oracle.coming = None
        oracle.cut = None
        person, since, until = oracle.links[-1]
        if until is None:
            oracle.cut = (person, since)
            oracle.links[-1] = (person, since, oracle.day)

    @rule()
    def undo(self) -> None:
        oracle, told = self.oracle, self.oracle.pathways[-1]
        known = Exit.objects.filter(pathway=self.pathway).first()
        if known is None:
            return
        assert told.noted is not None
        legal = (oracle.day - told.noted).days <= UNDO_DAYS

        def act() -> None:
            ending.undo_exit(ending=known, by=self.by, at=self.now)

        ended = told.ended
        if self.tried(legal, act):
            assert ended is not None
            told.ended, told.noted, told.paused, told.was_paused = None, None, told.was_paused, False
            told.actions, told.were_actions = told.were_actions, 0
            later = [day for day in told.were_planned if day > ended]
            told.planned = [*told.planned, *later]
            told.appointments, told.review = told.were_appointments, told.was_review
            if oracle.cut is not None:
                person, since = oracle.cut
                oracle.links[-1] = (person, since, None)

    @rule(person=st.integers(0, 2))
    def come_back(self, person: int) -> None:
        oracle = self.oracle
        if oracle.open is not None:
            return
        self.referral = enter(self, self.people[person], oracle.day)
        oracle.give(person, oracle.day)
        oracle.pathways.append(Told(oracle.day, last=oracle.day))
        oracle.cut = None

    @rule(person=st.integers(0, 2), ahead=st.integers(-1, 8))
    def hand_over(self, person: int, ahead: int) -> None:
        oracle, on = self.oracle, self.oracle.day + timedelta(days=ahead)
        legal = ahead >= 0 and oracle.open is not None and oracle.coming is None and oracle.who(on) != person

        def act() -> None:
            referents.hand_over(children=[self.child], to=self.people[person], on=on, by=self.by, at=self.now)

        if self.tried(legal, act):
            oracle.give(person, on)
            oracle.coming = (person, on) if ahead else None

    @rule()
    def cancel_hand_over(self) -> None:
        oracle = self.oracle
        last = HandOver.objects.kept().filter(new__child=self.child).order_by("-pk").first()
        if last is None:
            return

        def act() -> None:
            referents.cancel_hand_over(hand_over=last, by=self.by, at=self.now)

        if self.tried(oracle.coming is not None, act):
            oracle.links.pop()
            former, since, _ = oracle.links[-1]
            oracle.links[-1] = (former, since, None)
            oracle.coming = None

    @rule(person=st.integers(0, 2))
    def name_referent(self, person: int) -> None:
        oracle = self.oracle

        def act() -> None:
            decisions.name_referent(
                referral=self.referral,
                user=self.people[person],
                since_on=oracle.day,
                by=self.by,
                at=self.now,
            )

        if self.tried(oracle.open is not None, act):
            oracle.give(person, oracle.day)
            oracle.coming = None

    # what must agree

    @invariant()
    def states_agree(self) -> None:
        rows = list(Pathway.objects.filter(child=self.child).order_by("pk"))
        told = self.oracle.pathways
        days = [(item.started, item.ended) for item in told]
        assert [(row.started_on, row.ended_on) for row in rows] == days
        assert [row.state for row in rows] == [
            "ended" if item.ended else "suspended" if item.paused else "active" for item in told
        ]

    @invariant()
    def counts_agree(self) -> None:
        told = self.oracle.pathways
        ended = [item for item in told if item.ended is not None]
        assert Exit.objects.filter(pathway__child=self.child).count() == len(ended)
        outcomes = ObjectiveOutcome.objects.filter(exit__pathway__child=self.child)
        assert outcomes.count() == sum(item.aims for item in ended)
        pauses = Suspension.objects.filter(pathway__child=self.child)
        assert pauses.count() == sum(item.pauses for item in told)
        assert pauses.filter(until_on=None).count() == sum(item.paused for item in told)
        living = Action.objects.living().filter(participations__child=self.child)
        assert living.count() == sum(item.actions for item in told)

    @invariant()
    def what_is_planned_agrees(self) -> None:
        for pathway, told in zip(
            Pathway.objects.filter(child=self.child).order_by("pk"), self.oracle.pathways, strict=True
        ):
            own = Session.objects.filter(action__participations__objective__pathway=pathway)
            waiting = own.filter(state="planned").order_by("on").values_list("on", flat=True)
            assert list(waiting) == sorted(told.planned)
            kept = pathway.appointments.filter(state="planned").order_by("at")
            assert [item.at.date() for item in kept] == sorted(told.appointments)
            to_come = pathway.reviews.filter(state="planned").values_list("due_on", flat=True)
            assert list(to_come) == ([told.review] if told.review else [])

    @invariant()
    def access_agrees(self) -> None:
        child = Child.objects.get(pk=self.child.pk)
        for ahead in (0, 1, 9):
            at = self.now + timedelta(days=ahead)
            who = self.oracle.who(self.oracle.day + timedelta(days=ahead))
            seen = [scope_for(person, child, at) for person in self.people]
            expected = [Scope.FILE if index == who else None for index in range(len(seen))]
            assert seen == expected, f"in {ahead} days"
            assert ReferentLink.objects.in_force(at.date()).filter(child=child).count() == (who is not None)

    @invariant()
    def sharing_agrees(self) -> None:
        shared = ContractSharing.objects.visible_to(self.worker, at=self.now).count()
        assert shared == (self.oracle.open is not None)

    @invariant()
    def the_database_agrees(self) -> None:
        connection.check_constraints()


def enter(of: Any, referent: User, on: date) -> Referral:
    """A referral that leads to a pathway on that day, signed on dated papers."""
    at = NOW + (on - TODAY)
    referral = making.agreed(of.child, of.by, of.guardian)
    decisions.admit_in_urgency(referral=referral, reason="Rupture scolaire.", by=of.by, at=at)
    decisions.name_referent(referral=referral, user=referent, since_on=on, by=of.by, at=at)
    contract = contracts.draft_contract(
        referral=referral, coordinator=of.by, planned_end_on=on + timedelta(days=365), by=of.by, at=at
    )
    contracts.correct_contract(
        contract=contract,
        objectives=[contracts.Objective(making.domain(), "Lire", WishedBy.CHILD)],
        sharings=[contracts.Sharing(of.organisation, "Le prénom.")],
        by=of.by,
        at=at,
    )
    contract = contracts.seal_contract(contract=contract, by=of.by, at=at)
    signers = {
        Part.CHILD: Signer(of.child.full_name),
        Part.FAMILY: Signer(of.guardian.full_name, guardian=of.guardian),
        Part.COORDINATOR: Signer(of.by.full_name, user=of.by),
        Part.REFERENT: Signer(referent.full_name, user=referent),
    }
    for part, signer in signers.items():
        evidence = Evidence(way=Way.IMPORTED, signed_on=on)
        signing.sign(contract=contract, part=part, signer=signer, evidence=evidence, by=of.by, at=at)
    return Referral.objects.get(pk=referral.pk)


def test_histories_agree_with_the_oracle() -> None:
    of = Histories
    of.organisation = network.organisation(provider=True)
    network.agreement(of=of.organisation, ends_on=None, starts_on=START)
    of.worker = network.worker(of.organisation)
    of.by = making.user(Role.COORDINATOR)
    of.child = making.child()
    of.guardian = making.guardian(of.child)
    people = [making.user(Role.REFERENT) for _ in range(3)]
    User.objects.filter(pk__in=[person.pk for person in people]).update(organisation_code="un-partenaire")
    of.people = [User.objects.get(pk=person.pk) for person in people]
    of.first = enter(of, of.people[0], START)
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=20,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
