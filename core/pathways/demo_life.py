"""Some of the made-up pathways live: searches, actions, roll-calls, contacts, appointments.

Through the operations that pages call, a few pathways a town: a first start stays quick.
"""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.children.operations.files import ChildDetails
from core.partners.access import under_agreement
from core.partners.models import Offer, Organisation
from core.pathways import demo_groups
from core.pathways.enums import ActionForm, EncounterKind, Presence, Standing, WithWhom
from core.pathways.models import Action, ContractSharing, Objective, Participation, Pathway, ReferentLink
from core.pathways.operations import actions, following, guests, objectives, practices, sessions
from core.pathways.operations.actions import ActionDetails
from core.people.enums import Role
from core.people.models import User

LIVING = 14
IN_THE_GROUP = 8
WHY_NOT = ("Complet jusqu’en mars.", "Trop loin sans voiture.", "Le soir, la famille ne peut pas venir.")
MADE = (
    ("Lire à deux", "Une page chacun, à voix haute, puis on raconte. Vingt minutes, deux fois par semaine."),
    ("Le chemin de l’école", "Partir ensemble le lundi matin, puis se retrouver devant le portail."),
    ("Une heure pour soi", "Choisir une activité, la préparer à deux, la montrer à quelqu’un."),
)
FACTS = (
    "A raconté sa semaine, a montré son cahier.",
    "La famille a pris rendez-vous avec l’enseignante.",
    "N’est pas venu·e en classe lundi et mardi.",
    "A lu une page à voix haute.",
)
KINDS = (EncounterKind.CALL, EncounterKind.HOME_VISIT, EncounterKind.INTERVIEW, EncounterKind.SCHOOL)


def enliven(*, by: User, at: datetime, chance: random.Random) -> None:
    """In the entered town, once its pathways are there."""
    _Months(by, at, chance).go()


class _Months:
    """The months after the signature, of a few children and one group."""

    def __init__(self, by: User, at: datetime, chance: random.Random) -> None:
        self.by, self.at, self.chance = by, at, chance
        self.today = timezone.localdate(at)
        self.offers = list(Offer.objects.open().select_related("organisation").order_by("pk"))
        links = ReferentLink.objects.in_force(self.today).select_related("user")
        self.referents = {link.child_id: link.user for link in links}

    def go(self) -> None:
        rows = Pathway.objects.filter(ended_on=None).select_related("child").order_by("pk")
        for number, pathway in enumerate(rows[:LIVING]):
            objective = pathway.objectives.select_related("domain").order_by("pk").first()
            if objective is not None:
                self._follow(pathway, objective, self.referents.get(pathway.child_id, self.by), number)
        self._group()

    def _follow(self, pathway: Pathway, objective: Objective, referent: User, number: int) -> None:
        since = max(pathway.started_on, self.today - timedelta(days=60))
        self._search(objective, referent)
        if number % 3 == 0:
            title, wording = MADE[number // 3 % len(MADE)]
            details = self._details(title, objective, since, wording=wording, worker=referent)
        else:
            offer = self.chance.choice(self.offers)
            details = self._details(offer.label, objective, since, offer=offer)
        action = actions.open_action(details=details, objective=objective, by=referent, at=self.at)
        if number == 0:
            practices.keep_practice(
                action=action, title=action.title, wording=action.wording, by=referent, at=self.at
            )
        self._run(action, since, referent, weeks=3)
        if number % 2 == 0:
            note = self.chance.choice(FACTS)
            objectives.say_standing(
                objective=objective,
                standing=Standing.UNDER_WAY,
                note=note,
                on=self.today,
                by=referent,
                at=self.at,
            )
        self._meet(pathway, since, referent)

    def _search(self, objective: Objective, referent: User) -> None:
        offer = self.chance.choice(self.offers)
        solution = objectives.consider(objective=objective, offer=offer, by=referent, at=self.at)
        objectives.settle_solution(
            solution=solution,
            kept=False,
            why=self.chance.choice(WHY_NOT),
            on=self.today,
            by=referent,
            at=self.at,
        )

    def _details(self, title: str, objective: Objective, since: date, **values: object) -> ActionDetails:
        return ActionDetails(
            title=title,
            form=ActionForm.INDIVIDUAL,
            domain=objective.domain,
            planned_from=since,
            rhythm="Le mercredi",
            **values,  # type: ignore[arg-type]
        )

    def _run(self, action: Action, since: date, by: User, *, weeks: int) -> None:
        """Weekly sessions up to now with their roll, and one to come."""
        actions.start_action(action=action, on=since, by=by, at=self.at)
        days = [self.today - timedelta(days=7 * week) for week in range(weeks, 0, -1)]
        for day in [day for day in days if day >= since]:
            session = sessions.plan_session(
                action=action, on=day, minutes=60, starts_at=time(14), by=by, at=self.at
            )
            marks = {
                pk: self.chance.choices(list(Presence), (8, 1, 1))[0]
                for pk in Participation.objects.on_the_day_of(session)
                .order_by("pk")
                .values_list("pk", flat=True)
            }
            sessions.call_roll(session=session, marks=marks, seen=0, by=by, at=self.at)
        sessions.plan_session(
            action=action,
            on=self.today + timedelta(days=7),
            minutes=60,
            starts_at=time(14),
            by=by,
            at=self.at,
        )

    def _meet(self, pathway: Pathway, since: date, referent: User) -> None:
        told = following.Told(
            kind=self.chance.choice(KINDS),
            with_whom=self.chance.choice((WithWhom.CHILD, WithWhom.FAMILY)),
            on=since,
            facts=self.chance.choice(FACTS),
        )
        following.log_encounter(pathway=pathway, told=told, by=referent, at=self.at)
        following.plan_appointment(
            pathway=pathway,
            when=self.at.replace(hour=16, minute=30) + timedelta(days=self.chance.randint(2, 20)),
            venue="À la maison de quartier",
            with_whom=WithWhom.FAMILY,
            user=referent,
            by=referent,
            at=self.at,
        )

    def _group(self) -> None:
        """Of an association whose worker has an account: a roll to call today."""
        worker = self._worker()
        if worker is None:
            return
        organisation = Organisation.objects.get(code=worker.organisation_code)
        shared = ContractSharing.objects.filter(organisation=organisation).values("contract__child")
        aims = Objective.objects.in_force().filter(pathway__child__in=shared, pathway__ended_on=None)
        aims = list(aims.select_related("domain", "pathway").order_by("pathway_id", "pk"))
        aims = list({aim.pathway_id: aim for aim in reversed(aims)}.values())[:IN_THE_GROUP]
        if not aims:
            return
        since = self.today - timedelta(days=40)
        action = self._workshop(organisation, aims[0], since)
        for aim in aims:
            objectives.say_nothing_exists(
                objective=aim, because="Aucun atelier le mercredi dans le quartier.", by=self.by, at=self.at
            )
            actions.join(action=action, objective=aim, on=since, by=self.by, at=self.at)
        self._guests(action)
        self._run(action, since, worker, weeks=4)
        sessions.plan_session(
            action=action, on=self.today, minutes=90, starts_at=time(14), by=worker, at=self.at
        )
        demo_groups.gather(workshop=action, worker=worker, by=self.by, at=self.at)

    def _worker(self) -> User | None:
        codes = under_agreement(self.today).values("code")
        people = User.objects.holding(Role.PARTNER_WORKER, on=self.today)
        return people.filter(organisation_code__in=codes, joined_at__isnull=False).order_by("pk").first()

    def _workshop(self, organisation: Organisation, aim: Objective, since: date) -> Action:
        details = ActionDetails(
            title="Atelier théâtre du mercredi",
            form=ActionForm.GROUP,
            domain=aim.domain,
            planned_from=since,
            wording="Jouer une saynète, puis la montrer aux familles en fin d’année.",
            organisation=organisation,
            agreement=organisation.agreements.in_force(self.today).order_by("pk").first(),
            rhythm="Le mercredi à 14 h",
            venue="Salle polyvalente",
            places=16,
        )
        return actions.open_action(details=details, by=self.by, at=self.at)

    def _guests(self, action: Action) -> None:
        for first_name in ("Lou", "Sacha", "Camille"):
            guests.welcome_guest(
                action=action,
                child=None,
                details=ChildDetails(
                    first_name=first_name,
                    last_name="Fougère-Fictif",
                    birth_on=self.today - timedelta(days=3400),
                ),
                distinct_from=(),
                authorised_by="La mère",
                authorised_on=self.today - timedelta(days=41),
                safety="La grand-mère vient à 15 h 30.",
                by=self.by,
                at=self.at,
            )
