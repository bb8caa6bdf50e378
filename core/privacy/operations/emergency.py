"""Opening a file in an emergency: with a reason, for minutes, told to the coordination, reviewed after."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.children import names
from core.children.models import Child
from core.journal import operations as journal
from core.journal.announcing import announce
from core.journal.models import Change
from core.people import letters
from core.people.enums import Role
from core.people.models import User
from core.people.queries import charter_in_force
from core.privacy.models import EmergencyAccess
from core.privacy.permissions import can_open_emergency
from tenants import context

SHORTEST_REASON = 15
TRIES, TRIES_WITHIN = 5, timedelta(hours=1)
NOT_FOUND = "privacy.emergency_not_found"


class CannotOpenEmergencyError(Exception):
    """The message is for the screen."""


class CannotReviewError(Exception):
    """The message is for the screen."""


def open_emergency(*, by: User, at: datetime, child: Child, reason: str) -> EmergencyAccess:
    """Open the whole file to `by` for the town's number of minutes, and tell the coordination.

    Twice within that time is once. Raises CannotOpenEmergencyError, or ValidationError about the reason.
    """
    _check_person(by, at)
    _check_reason(reason)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        running = EmergencyAccess.objects.in_force(at).filter(user=by, child=child).first()
        if running is not None:
            return running
        access = EmergencyAccess(
            user=by, child=child, reason=reason.strip(), opened_at=at, ends_at=at + minutes_allowed()
        )
        access.full_clean()
        access.save()
        journal.record(
            actor=by, at=at, act="privacy.open_emergency", target=access, child_id=child.pk, fields=["reason"]
        )
        for coordinator in User.objects.holding(Role.COORDINATOR, on=timezone.localdate(at)).by_name():
            letters.send(
                "privacy/emails/emergency",
                to=coordinator.email,
                values={"link": letters.address_of(reverse("privacy:review", args=[access.pk]))},
                kind="emergency",
            )
        announce("privacy.emergency_opened", about=access, by=by, urgent=True)
    return access


def find_child(*, by: User, at: datetime, first_name: str, last_name: str, birth_on: date) -> Child:
    """The one file of that name and birth date, spelled in any way. Misses are counted and logged.

    Raises CannotOpenEmergencyError: nobody, several, or too many misses within the hour.
    """
    _check_person(by, at)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        misses = Change.objects.filter(actor=by, act=NOT_FOUND, at__gt=at - TRIES_WITHIN).count()
        if misses >= TRIES:
            raise CannotOpenEmergencyError(
                "Trop de recherches sans résultat. Appelez la coordination, ou réessayez dans une heure."
            )
        born = Child.objects.alone().filter(birth_on=birth_on).order_by("pk")
        found = [child for child in born if _is_named(child, first_name, last_name)]
        if len(found) != 1:
            journal.record(actor=by, at=at, act=NOT_FOUND, target=by)
    if len(found) != 1:
        raise CannotOpenEmergencyError(
            "Aucun dossier ne correspond exactement. Vérifiez le nom et la date, ou appelez la coordination."
        )
    return found[0]


def close_emergency(*, by: User, at: datetime, access: EmergencyAccess) -> None:
    """Before its time: nothing more is needed."""
    with transaction.atomic():
        access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
        if access.is_in_force(at):
            access.closed_at = at
            access.save(update_fields=["closed_at"])
            journal.record(
                actor=by, at=at, act="privacy.close_emergency", target=access, child_id=access.child_id
            )


def review_emergency(
    *, by: User, at: datetime, access: EmergencyAccess, justified: bool, review: str
) -> None:
    """What the coordinator finds afterwards. Not justified wants words. Raises ValidationError too."""
    if not justified and not review.strip():
        raise ValidationError({"review": "Dites quelle suite vous donnez."})
    with transaction.atomic():
        access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
        if access.user_id == by.pk:
            raise CannotReviewError("Un accès d’urgence est revu par quelqu’un d’autre.")
        if access.reviewed_at is not None:
            raise CannotReviewError("Cet accès est déjà revu.")
        access.reviewed_at, access.reviewed_by = at, by
        access.justified, access.review = justified, review.strip()
        access.full_clean()
        access.save()
        journal.record(
            actor=by,
            at=at,
            act="privacy.review_emergency",
            target=access,
            child_id=access.child_id,
            fields=["justified", "review"],
        )


def minutes_allowed() -> timedelta:
    """`access.emergency_minutes` of the town's file."""
    minutes = context.require().config.get("access", {}).get("emergency_minutes", 60)
    return timedelta(minutes=int(minutes))


def _check_person(by: User, at: datetime) -> None:
    if not can_open_emergency(by, at) or charter_in_force(by, timezone.localdate(at)) is None:
        raise CannotOpenEmergencyError("Votre rôle n’ouvre pas d’accès d’urgence. Appelez la coordination.")


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(
            {"reason": "Dites en une phrase pourquoi il faut ouvrir ce dossier maintenant."}
        )


def _is_named(child: Child, first_name: str, last_name: str) -> bool:
    known = {(child.first_name, child.last_name)}
    if child.usual_name:
        known.add((child.first_name, child.usual_name))
    return any(names.likeness(one, (first_name, last_name)) == 1.0 for one in known)
