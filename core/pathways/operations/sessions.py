"""Sessions, their roll-call, what a provider is owed: saved once, never overwritten from an older page."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.journal import operations as journal
from core.partners.models import Agreement
from core.pathways import balance, workflow
from core.pathways.enums import ActionForm, Presence
from core.pathways.models import (
    Action,
    Attendance,
    ParentAttendance,
    ParentParticipation,
    Participation,
    Pathway,
    ServiceDone,
    Session,
)
from core.pathways.operations.places import lock_living
from core.pathways.operations.transitions import CannotMove
from core.people.models import User
from core.ui.typography import day

NOBODY: Mapping[int, Presence] = MappingProxyType({})


class RollChanged(CannotMove):
    """Somebody else noted other presences meanwhile; theirs stand until this person has seen them."""


@transaction.atomic
def plan_session(
    *,
    action: Action,
    on: date,
    minutes: int,
    by: User,
    at: datetime,
    starts_at: time | None = None,
    venue: str = "",
) -> Session:
    """Raises CannotMove."""
    locked = lock_living(action.pk)
    if not 5 <= minutes <= 1440:
        raise CannotMove("Une séance dure de 5 minutes à un jour.")
    session = Session.objects.create(
        action=locked, on=on, starts_at=starts_at, minutes=minutes, venue=venue.strip()
    )
    journal.record(actor=by, act="pathways.session_planned", target=session, at=at)
    return session


@transaction.atomic
def call_roll(
    *,
    session: Session,
    marks: Mapping[int, Presence],
    seen: int,
    by: User,
    at: datetime,
    parents: Mapping[int, Presence] = NOBODY,
) -> Session:
    """Note who was there; `marks` by participation, `parents` by theirs, `seen` the version of the page.

    The same marks sent twice are noted once. Raises RollChanged where another roll-call came in between and
    says other things, CannotMove where it is too early or a mark is of nobody in this session.
    """
    locked = _lock(session.pk)
    if locked.on > timezone.localdate(at):
        raise CannotMove("Cette séance est à venir : l’appel se fait le jour même.")
    _check_before_the_end(locked)
    changed = _Marks(locked, marks, parents)
    if locked.state == workflow.SessionState.HELD and not changed:
        return locked
    if locked.version != seen:
        raise RollChanged(
            "L’appel de cette séance a été enregistré entre-temps. Rien n’est écrasé : relisez-le, "
            "puis corrigez."
        )
    locked.version += 1
    locked.noted_by, locked.noted_at = by, at
    name = "correct" if locked.state == workflow.SessionState.HELD else "hold"
    _move(locked, name, by=by, at=at, fields=["version", "noted_by", "noted_at"])
    changed.write(by=by, at=at)
    return locked


def _check_before_the_end(session: Session) -> None:
    """What took place while the pathway went on may still be noted; nothing of afterwards."""
    if Participation.objects.on_the_day_of(session).exists():
        return
    own = Participation.objects.filter(action=session.action_id, action__form=ActionForm.INDIVIDUAL)
    ended = Pathway.objects.filter(objectives__participations__in=own, ended_on__lt=session.on)
    last = ended.order_by("-ended_on").values_list("ended_on", flat=True).first()
    if last is not None:
        raise CannotMove(
            f"Le parcours a pris fin le {day(last)} : une séance d’après ne se note pas. "
            "Ce qui a eu lieu avant peut encore l’être."
        )


class _Marks:
    """What a roll-call says that was not noted yet, of children and apart from them of parents."""

    def __init__(
        self, session: Session, marks: Mapping[int, Presence], parents: Mapping[int, Presence]
    ) -> None:
        """Raises CannotMove for somebody who is not of this session."""
        self.session = session
        self.children = dict(
            Participation.objects.on_the_day_of(session).order_by("pk").values_list("pk", "child_id")
        )
        adults = set(ParentParticipation.objects.on_the_day_of(session).values_list("pk", flat=True))
        if unknown := (set(marks) - set(self.children)) | (set(parents) - adults):
            raise CannotMove(f"{len(unknown)} présence(s) de quelqu’un qui n’est pas de cette séance.")
        noted = dict(session.attendances.values_list("participation_id", "presence"))
        came = dict(session.parents.values_list("parent_id", "presence"))
        self.marks = {pk: mark for pk, mark in sorted(marks.items()) if noted.get(pk) != mark}
        self.parents = {pk: mark for pk, mark in sorted(parents.items()) if came.get(pk) != mark}

    def __bool__(self) -> bool:
        return bool(self.marks or self.parents)

    def write(self, *, by: User, at: datetime) -> None:
        rows = Attendance.objects.bulk_create(
            [
                Attendance(session=self.session, participation_id=pk, presence=mark)
                for pk, mark in self.marks.items()
            ],
            update_conflicts=True,
            unique_fields=["session", "participation"],
            update_fields=["presence"],
        )
        adults = ParentAttendance.objects.bulk_create(
            [
                ParentAttendance(session=self.session, parent_id=pk, presence=mark)
                for pk, mark in self.parents.items()
            ],
            update_conflicts=True,
            unique_fields=["session", "parent"],
            update_fields=["presence"],
        )
        of_children = [(row, self.children[row.participation_id]) for row in rows]
        targets: list[tuple[Model, int | None]] = [*of_children, *((row, None) for row in adults)]
        journal.record_many(actor=by, act="pathways.presence_noted", at=at, targets=targets)


@transaction.atomic
def cancel_session(*, session: Session, because: str, by: User, at: datetime) -> Session:
    """Raises CannotMove."""
    if not because.strip():
        raise CannotMove("Dites pourquoi la séance est annulée.")
    locked = _lock(session.pk)
    locked.cancelled_because = because.strip()
    _move(locked, "cancel", by=by, at=at, fields=["cancelled_because"])
    return locked


@transaction.atomic
def confirm_service(*, session: Session, quantity: Decimal, by: User, at: datetime) -> ServiceDone:
    """« Service fait », at the price of the action's agreement; twice is once. Raises CannotMove."""
    locked = _lock(session.pk)
    known = ServiceDone.objects.filter(session=locked).first()
    if known is not None:
        return known
    action = Action.objects.select_related("agreement").get(pk=locked.action_id)
    if action.agreement_id is None:
        raise CannotMove("Cette action n’a pas de convention.")
    agreement = Agreement.objects.select_for_update().get(pk=action.agreement_id)
    if locked.state != workflow.SessionState.HELD:
        raise CannotMove("Notez d’abord les présences de cette séance.")
    if agreement.unit_price is None:
        raise CannotMove("Cette convention n’a pas de prix unitaire.")
    if not agreement.in_force_on(locked.on):
        raise CannotMove("La convention ne couvre pas le jour de cette séance.")
    if quantity <= 0:
        raise CannotMove("La quantité est plus grande que zéro.")
    service = ServiceDone(
        session=locked,
        agreement=agreement,
        quantity=quantity,
        unit=agreement.unit,
        unit_price=agreement.unit_price,
        confirmed_by=by,
        confirmed_at=at,
    )
    left = balance.left_of(agreement)
    if left is not None and service.amount > left:
        raise CannotMove(
            "Le montant de la convention serait dépassé : signez d’abord un avenant avec la structure."
        )
    service.save(force_insert=True)
    journal.record(actor=by, act="pathways.service_done", target=service, at=at)
    return service


@transaction.atomic
def withdraw_service(*, session: Session, by: User, at: datetime) -> None:
    """Noted by mistake: nothing is owed any more, the log keeps what was."""
    service = ServiceDone.objects.select_for_update().filter(session=session.pk).first()
    if service is None:
        return
    journal.record(
        actor=by,
        act="pathways.service_withdrawn",
        target=service,
        at=at,
        old={"quantity": str(service.quantity), "unit_price": str(service.unit_price)},
    )
    service.delete()


def _lock(pk: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).get(pk=pk)


def _move(session: Session, name: str, *, by: User, at: datetime, fields: list[str]) -> None:
    transition = workflow.SESSION[name]
    if session.state not in transition.sources:
        raise CannotMove(f"Cette séance est « {session.get_state_display()} » : cet acte n’est pas possible.")
    session.state = transition.target
    names = ["state", *fields]
    session.save(update_fields=names)
    journal.record(actor=by, act=f"pathways.session_{name}", target=session, at=at, fields=names)
