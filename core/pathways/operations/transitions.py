"""One way to move a state: ask the table, under a lock, and record who did it."""

from collections.abc import Iterable
from datetime import datetime

from core.journal import operations as journal
from core.pathways import workflow
from core.pathways.models import Contract, Referral
from core.people.models import User


class CannotMove(Exception):
    """The state of the referral or of the contract does not allow this act. The message is French."""


def lock_referral(pk: int) -> Referral:
    return Referral.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_contract(pk: int) -> Contract:
    return Contract.objects.select_for_update(of=("self",)).get(pk=pk)


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
