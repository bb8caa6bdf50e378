"""Who accompanies a child, one at a time: named for a referral, or taking over from a colleague on a date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.children.models import Child
from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways.enums import PathwayState, ToRead
from core.pathways.models import HandOver, Pathway, ReferentLink, Referral
from core.pathways.operations.transitions import CannotMove
from core.pathways.workflow import ReferralState
from core.people.enums import Role
from core.people.models import User


@dataclass(frozen=True, kw_only=True)
class MustRead:
    """What the new referent reads first: a short note, and parts of the file."""

    note: str = ""
    sections: Sequence[ToRead] = ()


def before(day: date) -> date:
    return day - timedelta(days=1)


def give(
    *, child_id: int, to: User, on: date, by: User, at: datetime, referral: Referral | None = None
) -> ReferentLink:
    """The one way in which a child gets a referent: whoever else had it loses it the evening before `on`.

    In the caller's transaction. Raises CannotMove.
    """
    if not to.present_on(on) or not to.has_role(Role.REFERENT, on=on):
        raise CannotMove("Cette personne n’a pas le rôle de référence de parcours.")
    Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child_id)
    going_on = Q(until_on__isnull=True) | Q(until_on__gte=on)
    links = ReferentLink.objects.select_for_update().filter(going_on, child=child_id)
    for link in links.order_by("pk"):
        _cancel_received(link, today=timezone.localdate(at), by=by, at=at)
        link.until_on = before(max(on, link.since_on))
        link.save(update_fields=["until_on"])
    return ReferentLink.objects.create(child_id=child_id, referral=referral, user=to, since_on=on)


def _cancel_received(link: ReferentLink, *, today: date, by: User, at: datetime) -> None:
    """A hand-over that was announced and will not take place."""
    for coming in HandOver.objects.coming(today).filter(new=link):
        _mark_cancelled(coming, by=by, at=at)


def _mark_cancelled(hand_over: HandOver, *, by: User, at: datetime) -> None:
    hand_over.cancelled_at, hand_over.cancelled_by = at, by
    hand_over.save(update_fields=["cancelled_at", "cancelled_by"])
    journal.record(
        actor=by,
        act="pathways.hand_over_cancelled",
        target=hand_over,
        at=at,
        child_id=hand_over.new.child_id,
        fields=["cancelled_at"],
    )


@transaction.atomic
def hand_over(
    *,
    children: Iterable[Child],
    to: User,
    on: date,
    by: User,
    at: datetime,
    must_read: MustRead = MustRead(),
) -> list[HandOver]:
    """From `on` on, today or later, `to` accompanies each of these children, and who did loses the file.

    All or none. A child whom nobody accompanies any more is taken over too. Raises CannotMove.
    """
    today = timezone.localdate(at)
    if on < today:
        raise CannotMove(
            "Un passage de relais ne se fait pas dans le passé : choisissez aujourd’hui ou plus tard."
        )
    chosen = sorted({child.pk for child in children})
    if not chosen:
        raise CannotMove("Choisissez au moins un enfant.")
    made = [_take_over(pk, to=to, on=on, by=by, at=at, must_read=must_read) for pk in chosen]
    event = "pathways.hand_over_done" if on == today else "pathways.hand_over_announced"
    announce(event, about=made[0], by=by, to=_told(made, with_former=on == today))
    return made


def _told(made: Sequence[HandOver], *, with_former: bool) -> list[User]:
    people = [item.new.user for item in made[:1]]
    if with_former:
        people += {item.former.user_id: item.former.user for item in made if item.former}.values()
    return people


def _take_over(child_id: int, *, to: User, on: date, by: User, at: datetime, must_read: MustRead) -> HandOver:
    today = timezone.localdate(at)
    Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child_id)
    _check_accompanied(child_id)
    if HandOver.objects.coming(today).filter(new__child=child_id).exists():
        raise CannotMove("Un passage de relais est déjà prévu pour cet enfant : annulez-le d’abord.")
    links = ReferentLink.objects.filter(child=child_id).select_related("user", "referral")
    former = links.in_force(on).first()
    if former is not None and former.user_id == to.pk:
        raise CannotMove(f"{to.full_name} accompagne déjà cet enfant.")
    new = give(
        child_id=child_id,
        to=to,
        on=on,
        by=by,
        at=at,
        referral=former.referral if former is not None else _referral_of(child_id),
    )
    made = HandOver.objects.create(
        former=former,
        new=new,
        on=on,
        note=must_read.note.strip(),
        sections=[ToRead(item).value for item in must_read.sections],
        by=by,
        noted_at=at,
    )
    journal.record(
        actor=by,
        act="pathways.handed_over",
        target=made,
        at=at,
        child_id=child_id,
        fields=["former", "new", "on"],
    )
    return made


def _check_accompanied(child_id: int) -> None:
    open_ = Pathway.objects.filter(child=child_id).exclude(state=PathwayState.ENDED)
    admitted = Referral.objects.filter(child=child_id, state=ReferralState.ADMITTED)
    if not open_.exists() and not admitted.exists():
        raise CannotMove("Cet enfant n’a pas de parcours ouvert : il n’y a pas de relais à passer.")


def _referral_of(child_id: int) -> Referral | None:
    rows = Referral.objects.filter(child=child_id, state__in=[ReferralState.ADMITTED, ReferralState.ENTERED])
    return rows.order_by("-pk").first()


@transaction.atomic
def cancel_hand_over(*, hand_over: HandOver, by: User, at: datetime) -> HandOver:
    """Before its day: the former goes on as if nothing had been said; twice is once. Raises CannotMove."""
    locked = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over.pk)
    if locked.cancelled_at is not None:
        return locked
    if locked.on <= timezone.localdate(at):
        raise CannotMove("Ce relais est passé : pour revenir en arrière, passez-le dans l’autre sens.")
    _mark_cancelled(locked, by=by, at=at)
    new = ReferentLink.objects.select_for_update().get(pk=locked.new_id)
    new.until_on = before(new.since_on)
    new.save(update_fields=["until_on"])
    if locked.former_id is not None:
        former = ReferentLink.objects.select_for_update().get(pk=locked.former_id)
        if former.until_on == before(locked.on):
            former.until_on = None
            former.save(update_fields=["until_on"])
    announce("pathways.hand_over_cancelled", about=locked, by=by, to=[new.user])
    return locked


def give_up_coming(child_id: int, *, by: User, at: datetime) -> None:
    """In the caller's transaction, when the pathway ends: nobody takes over any more."""
    for coming in HandOver.objects.coming(timezone.localdate(at)).filter(new__child=child_id):
        cancel_hand_over(hand_over=coming, by=by, at=at)


@transaction.atomic
def mark_read(*, hand_over: HandOver, by: User, at: datetime) -> HandOver:
    """The new referent has read what was to be read first; twice is once. Raises CannotMove."""
    locked = HandOver.objects.select_for_update(of=("self",)).select_related("new").get(pk=hand_over.pk)
    if locked.new.user_id != by.pk:
        raise CannotMove("Seule la personne qui prend le relais dit qu’elle a lu.")
    if locked.read_at is None:
        locked.read_at = at
        locked.save(update_fields=["read_at"])
        journal.record(
            actor=by, act="pathways.hand_over_read", target=locked, at=at, child_id=locked.new.child_id
        )
    return locked
