"""Adults around a child, and what each may decide."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from core.children.enums import GuardianKind, LivesWith
from core.children.models import Child, Guardian, Guardianship
from core.children.operations.writing import changed_fields, log, save_checked
from core.people.models import User


class CannotChangeAdultError(Exception):
    """The message is for the screen."""


@dataclass(frozen=True, kw_only=True)
class AdultDetails:
    """Who the adult is and how to reach him or her."""

    last_name: str
    first_name: str = ""
    kind: str = GuardianKind.PERSON
    phone: str = ""
    other_phone: str = ""
    email: str = ""
    message_allowed: bool = False
    contact_notes: str = ""
    language: str = ""
    needs_interpreter: bool = False
    interpreter: str = ""


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the adult is to one child, and what follows from it."""

    link: str
    authority: str
    lives_with: str = LivesWith.UNKNOWN
    address_secret_from: Guardian | None = None
    contact_forbidden: bool = False
    decision: str = ""
    decision_on: date | None = None
    decision_ends_on: date | None = None

    def values(self) -> dict[str, object]:
        return dict(self.__dict__)


def add_adult(
    *, by: User, at: datetime, child: Child, details: AdultDetails, rights: Rights, since: date
) -> Guardianship:
    """Somebody who is not known yet. Raises ValidationError."""
    with transaction.atomic():
        guardian = Guardian(**asdict(details))
        save_checked(guardian)
        log(
            by=by, at=at, act="create_guardian", target=guardian, child_ids=[child.pk], fields=_given(details)
        )
        return link_adult(by=by, at=at, child=child, guardian=guardian, rights=rights, since=since)


def link_adult(
    *, by: User, at: datetime, child: Child, guardian: Guardian, rights: Rights, since: date
) -> Guardianship:
    """Somebody who is known through a brother, a sister, another child. Raises ValidationError."""
    with transaction.atomic():
        _check_secret(child, guardian, rights)
        guardianship = Guardianship(child=child, guardian=guardian, starts_on=since, **rights.values())
        save_checked(guardianship)
        log(
            by=by,
            at=at,
            act="add_guardianship",
            target=guardianship,
            child_ids=[child.pk],
            fields=[name for name, value in rights.values().items() if value],
        )
    return guardianship


def update_adult(*, by: User, at: datetime, guardian: Guardian, details: AdultDetails) -> list[str]:
    """Correct who the adult is; a new e-mail address is to be confirmed again. Raises ValidationError."""
    with transaction.atomic():
        guardian = Guardian.objects.select_for_update().get(pk=guardian.pk)
        changed = changed_fields(guardian, asdict(details))
        if "email" in changed:
            guardian.email_confirmed_at = guardian.email_confirmed_by = None
        if changed:
            save_checked(guardian)
            log(
                by=by,
                at=at,
                act="update_guardian",
                target=guardian,
                child_ids=_children_of(guardian),
                fields=changed,
            )
    return changed


def confirm_email(*, by: User, at: datetime, guardian: Guardian, email: str) -> None:
    """`by` answers that the address is this adult's: a code for signing may be sent to it."""
    with transaction.atomic():
        guardian = Guardian.objects.select_for_update().get(pk=guardian.pk)
        if not guardian.email or guardian.email != email:
            raise CannotChangeAdultError(
                "L’adresse a changé entre-temps. Relisez-la, puis confirmez à nouveau."
            )
        guardian.email_confirmed_at, guardian.email_confirmed_by = at, by
        save_checked(guardian)
        log(by=by, at=at, act="confirm_email", target=guardian, child_ids=_children_of(guardian))


def correct_rights(*, by: User, at: datetime, guardianship: Guardianship, rights: Rights) -> list[str]:
    """A mistake in what was written; a new situation is `change_rights`. Raises ValidationError."""
    with transaction.atomic():
        guardianship = _locked(guardianship)
        _check_secret(guardianship.child, guardianship.guardian, rights)
        changed = changed_fields(guardianship, rights.values())
        if changed:
            save_checked(guardianship)
            log(
                by=by,
                at=at,
                act="correct_guardianship",
                target=guardianship,
                child_ids=[guardianship.child_id],
                fields=changed,
            )
    return changed


def change_rights(
    *, by: User, at: datetime, guardianship: Guardianship, rights: Rights, from_on: date
) -> Guardianship:
    """A new situation from a day on: the former row ends the day before and stays readable."""
    with transaction.atomic():
        guardianship = _locked(guardianship)
        if guardianship.ends_on is not None:
            raise CannotChangeAdultError("Cette situation est déjà terminée.")
        if from_on <= guardianship.starts_on:
            raise ValidationError(
                {"from_on": f"Choisissez un jour après le {guardianship.starts_on:%d/%m/%Y}, ou corrigez."}
            )
        _end(guardianship, on=from_on - timedelta(days=1), by=by, at=at)
        return link_adult(
            by=by,
            at=at,
            child=guardianship.child,
            guardian=guardianship.guardian,
            rights=rights,
            since=from_on,
        )


def end_rights(*, by: User, at: datetime, guardianship: Guardianship, on: date) -> None:
    """The adult is no longer around the child. Raises ValidationError."""
    with transaction.atomic():
        guardianship = _locked(guardianship)
        if guardianship.ends_on is not None:
            raise CannotChangeAdultError("Cette situation est déjà terminée.")
        _end(guardianship, on=on, by=by, at=at)


def _end(guardianship: Guardianship, *, on: date, by: User, at: datetime) -> None:
    guardianship.ends_on = on
    save_checked(guardianship)
    log(
        by=by,
        at=at,
        act="end_guardianship",
        target=guardianship,
        child_ids=[guardianship.child_id],
        fields=["ends_on"],
    )


def _locked(guardianship: Guardianship) -> Guardianship:
    return (
        Guardianship.objects.select_for_update(of=("self",))
        .select_related("child", "guardian")
        .get(pk=guardianship.pk)
    )


def _check_secret(child: Child, guardian: Guardian, rights: Rights) -> None:
    """The address is kept from somebody who is around the same child."""
    other = rights.address_secret_from
    if other is None:
        return
    if not Guardianship.objects.filter(child=child, guardian=other).exists():
        raise ValidationError(
            {"address_secret_from": "Choisissez une personne qui figure autour de cet enfant."}
        )


def _children_of(guardian: Guardian) -> list[int]:
    ids = (
        Guardianship.objects.filter(guardian=guardian).order_by("child_id").values_list("child_id", flat=True)
    )
    return list(dict.fromkeys(ids))


def _given(details: AdultDetails) -> list[str]:
    return [name for name, value in asdict(details).items() if value]
