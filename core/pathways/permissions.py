"""Who may do what with referrals, contracts, pathways and actions. Which rows: `visible_to` of the models."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.children.access import Reason, is_own_staff
from core.pathways.enums import ActionOrigin
from core.pathways.models import Action, Appointment, Contract, Participation, ReferentLink, Referral
from core.people.enums import Role
from core.people.models import User


def require(allowed: bool) -> None:
    """403 unless `allowed`."""
    if not allowed:
        raise PermissionDenied


def can_refer(user: User) -> bool:
    return user.has_role(
        Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER
    )


def can_handle(user: User, referral: Referral) -> bool:
    """See the whole referral and act on it: the coordinator, and who is charged with the first contact."""
    return user.has_role(Role.COORDINATOR) or referral.contact_person_id == user.pk


def can_decide(user: User) -> bool:
    """Charge, admit in urgency, name a referent, close: the coordinator's."""
    return user.has_role(Role.COORDINATOR)


def can_prepare(user: User, contract: Contract) -> bool:
    """Write the contract and hold the signing session: the coordinator and the referent whom it names."""
    return user.has_role(Role.COORDINATOR) or contract.referent_id == user.pk


def can_follow(reasons: Iterable[Reason]) -> bool:
    """Write in a pathway: the coordinator and the child's referent. An emergency reads alone."""
    return any(reason.edits for reason in reasons)


def can_end(user: User, reasons: Iterable[Reason], *, asked: bool) -> bool:
    """Note the end: the coordinator; the referent too, once a review or the team `asked` for it.

    What the family decides alone (to stop) is noted by whoever follows: see `can_follow`.
    """
    return can_follow(reasons) and (asked or user.has_role(Role.COORDINATOR))


def can_hand_over(user: User) -> bool:
    return user.has_role(Role.COORDINATOR)


def can_open_group(user: User) -> bool:
    return user.has_role(Role.COORDINATOR) or (user.has_role(Role.REFERENT) and is_own_staff(user))


def can_run(user: User, action: Action) -> bool:
    """Start, plan sessions, call the roll: the coordinator, who is in charge, the child's referent."""
    if user.has_role(Role.COORDINATOR) or _accompanies(user, action):
        return True
    return Action.objects.in_charge_of(user).filter(pk=action.pk).exists()


def can_close(user: User, action: Action) -> bool:
    """Its end is the programme's to say: of a group the team's, of one child the referent's."""
    return (
        can_open_group(user)
        if action.is_group
        else user.has_role(Role.COORDINATOR) or _accompanies(user, action)
    )


def can_keep_practice(user: User, action: Action) -> bool:
    return action.origin == ActionOrigin.MADE and (can_close(user, action) or can_run(user, action))


def _accompanies(user: User, action: Action) -> bool:
    """Is the referent of the one child whose action it is."""
    links = ReferentLink.objects.in_force(timezone.localdate()).filter(user=user)
    own = action.participations.filter(child__in=links.values("child_id"))
    return not action.is_group and own.exists()


def can_enrol(user: User, action: Action) -> bool:
    """Who may take part is the programme's to say; a partner's worker asks for it."""
    return can_open_group(user) and action.is_group


def can_ask(user: User, action: Action) -> bool:
    """Ask the programme for a child's place: who leads a group and may not enrol."""
    return action.is_group and not can_open_group(user) and can_run(user, action)


def can_refer_guest(user: User, participation: Participation) -> bool:
    """Say that a child who comes without a pathway may need the PRE: who leads the action, who refers."""
    return participation.objective_id is None and can_refer(user) and can_run(user, participation.action)


def can_confirm_service(user: User) -> bool:
    return user.has_role(Role.COORDINATOR)


def can_note_outcome(user: User, appointment: Appointment) -> bool:
    """Whether it took place: who follows the child, whose appointment it is, and who keeps the diary."""
    if user.has_role(Role.COORDINATOR, Role.SECRETARY) or appointment.user_id == user.pk:
        return True
    links = ReferentLink.objects.in_force(timezone.localdate()).filter(user=user)
    return links.filter(child=appointment.pathway.child_id).exists()
