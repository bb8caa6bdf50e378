"""One way to move a state: ask the table, under a lock, and record who did it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.journal import operations as journal
from core.pathways import workflow
from core.pathways.enums import PathwayState
from core.pathways.models import Contract, Pathway, Referral
from core.people.models import User

ENDED = "Ce parcours est terminé : on peut le relire, il ne change plus."


class CannotMove(Exception):
    """The state of the referral, contract or pathway does not allow this act. The message is French."""


def lock_referral(pk: int) -> Referral:
    return Referral.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_contract(pk: int) -> Contract:
    return Contract.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_pathway(pk: int) -> Pathway:
    return Pathway.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_open_pathway(pk: int) -> Pathway:
    """A pathway that goes on, suspended or not. Raises CannotMove."""
    pathway = lock_pathway(pk)
    if pathway.state == PathwayState.ENDED:
        raise CannotMove(ENDED)
    return pathway


def check_move(pathway: Pathway, name: str) -> None:
    """Raises CannotMove."""
    if pathway.state not in workflow.PATHWAY[name].sources:
        raise CannotMove(f"Ce parcours est « {pathway.get_state_display()} » : cet acte n’est pas possible.")


def move_pathway(
    pathway: Pathway,
    name: str,
    *,
    by: User,
    at: datetime,
    fields: Iterable[str] = (),
    old: Mapping[str, str] | None = None,
) -> None:
    """Save the pathway's new state and `fields` with their line in the change log."""
    check_move(pathway, name)
    pathway.state = workflow.PATHWAY[name].target
    names = {"state", *fields}
    pathway.save(update_fields=names)
    journal.record(
        actor=by,
        act=f"pathways.pathway_{name}",
        target=pathway,
        at=at,
        child_id=pathway.child_id,
        fields=names,
        old=old,
    )


def move_referral(
    referral: Referral, name: str, *, by: User | None, at: datetime, fields: Iterable[str] = ()
) -> None:
    """Save the referral's new state and `fields` with their line in the change log."""
    transition = workflow.REFERRAL[name]
    if referral.state not in transition.sources:
        raise CannotMove(
            f"L’orientation est « {referral.get_state_display()} » : cet acte n’est pas possible."
        )
    referral.state = transition.target
    names = {"state", *fields}
    referral.save(update_fields=names)
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act=f"pathways.referral_{name}",
        target=referral,
        at=at,
        child_id=referral.child_id,
        fields=names,
    )


def move_contract(
    contract: Contract, name: str, *, by: User | None, at: datetime, fields: Iterable[str] = ()
) -> None:
    """As `move_referral`, for a contract."""
    transition = workflow.CONTRACT[name]
    if contract.state not in transition.sources:
        raise CannotMove(f"Le contrat est « {contract.get_state_display()} » : cet acte n’est pas possible.")
    contract.state = transition.target
    names = {"state", *fields}
    contract.save(update_fields=names)
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act=f"pathways.contract_{name}",
        target=contract,
        at=at,
        child_id=contract.child_id,
        fields=names,
    )
