"""After the end: whether the relay answered, and how the child is some months later."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.partners.models import Organisation
from core.pathways import workflow
from core.pathways.enums import RelayState
from core.pathways.models import AfterExit, Exit
from core.pathways.operations.transitions import CannotMove
from core.people.models import User

TRANSITION_TO = {
    RelayState.PROPOSED: "propose",
    RelayState.ACCEPTED: "accept",
    RelayState.DECLINED: "decline",
}


@transaction.atomic
def note_relay(
    *,
    ending: Exit,
    state: RelayState,
    on: date,
    by: User,
    at: datetime,
    organisation: Organisation | None = None,
    words: str = "",
) -> Exit:
    """Proposed (to somebody, or to somebody else after a no), accepted, declined. Raises CannotMove."""
    locked = Exit.objects.select_for_update(of=("self",)).select_related("pathway").get(pk=ending.pk)
    transition = workflow.RELAY[TRANSITION_TO[state]] if state in TRANSITION_TO else None
    if transition is None or locked.relay_state not in transition.sources:
        raise CannotMove(
            f"Le relais est « {locked.get_relay_state_display()} » : cet acte n’est pas possible."
        )
    if on > timezone.localdate(at):
        raise CannotMove("Cette date est à venir.")
    if on < locked.on:
        raise CannotMove("Le relais ne précède pas la fin du parcours.")
    if state == RelayState.PROPOSED:
        if organisation is None and not words.strip():
            raise CannotMove("Dites vers qui est le relais.")
        locked.relay_organisation, locked.relay_words = organisation, words.strip()
    locked.relay_state, locked.relay_on = transition.target, on
    locked.relay_by, locked.relay_noted_at = by, at
    locked.save()
    journal.record(
        actor=by,
        act=f"pathways.relay_{transition.name}",
        target=locked,
        at=at,
        child_id=locked.pathway.child_id,
        fields=["relay_state", "relay_on"],
    )
    return locked


@transaction.atomic
def note_after_exit(
    *, look: AfterExit, reached: bool, became: str, on: date, by: User, at: datetime
) -> AfterExit:
    """How it goes, in one line; or nobody answered. Raises CannotMove."""
    locked = _lock_waiting(look.pk)
    if on > timezone.localdate(at):
        raise CannotMove("Cette date est à venir.")
    if on < locked.exit.on:
        raise CannotMove("Ces nouvelles ne précèdent pas la fin du parcours.")
    if reached and not became.strip():
        raise CannotMove("Dites en une ligne ce qu’il en est.")
    locked.done_on, locked.reached, locked.became = on, reached, became.strip()
    locked.by, locked.noted_at = by, at
    locked.save(update_fields=["done_on", "reached", "became", "by", "noted_at"])
    _note(locked, "after_exit_noted", ["done_on", "reached", "became"], by=by, at=at)
    return locked


@transaction.atomic
def charge_after_exit(*, look: AfterExit, user: User | None, by: User, at: datetime) -> AfterExit:
    """Who takes the news; None: the coordination. Raises CannotMove."""
    locked = _lock_waiting(look.pk)
    locked.user = user
    locked.save(update_fields=["user"])
    _note(locked, "after_exit_charged", ["user"], by=by, at=at)
    return locked


def _lock_waiting(pk: int) -> AfterExit:
    """Raises CannotMove once they are noted, and where nobody asks any more: after a death above all."""
    rows = AfterExit.objects.select_for_update(of=("self",)).select_related("exit__pathway")
    locked = rows.get(pk=pk)
    if locked.done_on is not None:
        raise CannotMove("Ces nouvelles sont déjà notées.")
    if not AfterExit.objects.waiting().filter(pk=pk).exists():
        raise CannotMove("Il n’y a plus de nouvelles à prendre de cet enfant. Rien n’a été noté.")
    return locked


def _note(look: AfterExit, act: str, fields: list[str], *, by: User, at: datetime) -> None:
    journal.record(
        actor=by,
        act=f"pathways.{act}",
        target=look,
        at=at,
        child_id=look.exit.pathway.child_id,
        fields=fields,
    )
