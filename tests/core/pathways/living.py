"""A pathway that lives: a partner under agreement, actions and sessions. Call inside a town."""

from datetime import date, timedelta
from typing import Any

from core.partners.models import Organisation
from core.pathways.enums import ActionForm, Part
from core.pathways.models import Action, Exit, Objective, ObjectiveOutcome, Pathway, Session
from core.pathways.operations import actions, contracts, objectives, sessions
from core.pathways.operations.actions import ActionDetails
from core.people.models import User
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY, Entry


class Life(Entry):
    """`shared` are the organisations that the signed contract names."""

    def __init__(self, *, shared: list[Organisation] | None = None, **values: Any) -> None:
        super().__init__(sealed=False, **values)
        if shared:
            lines = [contracts.Sharing(item, "Le prénom et les présences.") for item in shared]
            contracts.correct_contract(contract=self.contract, sharings=lines, by=self.coordinator, at=NOW)
        self.contract = contracts.seal_contract(contract=self.contract, by=self.coordinator, at=NOW)
        for part in Part:
            self.sign(part)

    @property
    def pathway(self) -> Pathway:
        return self.child.pathways.get()

    @property
    def objective(self) -> Objective:
        return self.pathway.objectives.order_by("pk")[0]

    def searched(self) -> Objective:
        """The objective, for which nothing exists."""
        return objectives.say_nothing_exists(
            objective=self.objective, because="Aucune place avant mars.", by=self.coordinator, at=NOW
        )

    def action(self, *, objective: Objective | None = None, **fields: Any) -> Action:
        """Individual and made to measure, unless said otherwise, led by the referent."""
        values = {
            "title": "Atelier de lecture à deux",
            "form": ActionForm.INDIVIDUAL,
            "domain": making.domain(),
            "planned_from": TODAY - timedelta(days=30),
            "wording": "Lire une page chacun.",
            "worker": self.referent,
            **fields,
        }
        return actions.open_action(
            details=ActionDetails(**values), objective=objective, by=self.coordinator, at=NOW
        )


def group(by: User, **fields: Any) -> Action:
    """A group action without anybody in it, of an organisation under agreement unless `worker` leads it."""
    values = {
        "title": "Atelier théâtre",
        "form": ActionForm.GROUP,
        "domain": making.domain(),
        "planned_from": TODAY - timedelta(days=30),
        "wording": "Jouer une saynète.",
        **fields,
    }
    return actions.open_action(details=ActionDetails(**values), by=by, at=NOW)


def join(action: Action, life: Life, **fields: Any) -> Any:
    return actions.join(
        action=action,
        objective=fields.pop("objective", life.objective),
        on=fields.pop("on", TODAY - timedelta(days=30)),
        by=life.coordinator,
        at=NOW,
        **fields,
    )


def guest(action: Action, by: User, **names: str) -> Any:
    """A child without pathway, allowed by a parent."""
    return actions.join_without_pathway(
        action=action,
        child=making.child(**names),
        authorised_by="La mère",
        authorised_on=TODAY - timedelta(days=31),
        on=TODAY - timedelta(days=30),
        by=by,
        at=NOW,
    )


def session(action: Action, by: User, on: date = TODAY, minutes: int = 60) -> Session:
    return sessions.plan_session(action=action, on=on, minutes=minutes, by=by, at=NOW)


def association(**agreed: Any) -> Organisation:
    """Under an agreement in force."""
    made = partners.organisation(provider=True)
    partners.agreement(of=made, **agreed)
    return made


def end(pathway: Pathway, *, on: date = TODAY, national: str = "goals_met") -> Exit:
    """Plain rows, for what only needs an ended pathway: the acts that end one are tested on their own."""
    ending = Exit.objects.create(
        pathway=pathway,
        on=on,
        national=national,
        asked_by="team",
        by=pathway.contract.coordinator,
        noted_at=NOW,
    )
    for objective in pathway.objectives.filter(dropped_on=None):
        ObjectiveOutcome.objects.create(exit=ending, objective=objective, outcome="met")
    Pathway.objects.filter(pk=pathway.pk).update(state="ended", ended_on=on)
    return ending
