"""Made-up people for the demonstration, one account for each role of each place. Never anywhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from core.people import operations, queries
from core.people.enums import ROLES_OF_KIND, ROLES_UNDER_CHARTER, Role
from core.people.models import Invitation, User
from tenants import context
from tenants.local.models import OutgoingMail

PASSWORD = "une-ville-pour-essayer"  # noqa: S105 (printed by `make demo`, written in the README)
FIRST_NAMES = {
    Role.COORDINATOR: "Camille",
    Role.REFERENT: "Sacha",
    Role.SECRETARY: "Dominique",
    Role.TEAM_MEMBER: "Claude",
    Role.PARTNER_WORKER: "Andrea",
    Role.STEERING: "Maxime",
    Role.TOWN_ADMIN: "Alix",
    Role.NATIONAL_READER: "Lou",
    Role.OPERATOR: "Noa",
}


class NotADemonstration(Exception):
    """REUSSITE_DEMO is not set: no account with a known password is ever made there."""


@dataclass(frozen=True)
class Account:
    role: Role
    email: str
    name: str


def populate(*, at: datetime) -> list[Account]:
    """Open the accounts of the entered place, once; a second call changes nothing. One account a role.

    Raises NotADemonstration.
    """
    if not settings.DEMO:
        raise NotADemonstration
    place = context.require()
    with transaction.atomic():
        for role in _roles_without_anybody(at):
            operations.invite(
                email=f"{role.value.replace('_', '-')}@{place.slug}.example",
                first_name=FIRST_NAMES[role],
                last_name="Démonstration",
                roles=[role],
                by=None,
                at=at,
                function="Personne fictive",
            )
        _open_accounts(at)
        _sign_charters(at)
        _invite_a_newcomer(at)
    return list(_accounts(at))


def _roles_without_anybody(at: datetime) -> Iterator[Role]:
    day = timezone.localdate(at)
    here = ROLES_OF_KIND[context.require().kind]
    for role in (role for role in Role if role in here):
        if not User.objects.holding(role, on=day).exclude(email=_newcomer_address()).exists():
            yield role


def _open_accounts(at: datetime) -> None:
    """As if each had followed the link; the mail that would lead nowhere is not sent."""
    waiting = list(User.objects.filter(joined_at=None).exclude(email=_newcomer_address()))
    if not waiting:
        return
    # One hash for all: they share one password, and a hash takes a good part of a second.
    password = make_password(PASSWORD)
    for person in waiting:
        person.password, person.joined_at = password, at
        person.save(update_fields=["password", "joined_at"])
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
    Invitation.objects.filter(user__in=waiting, used_at=None, revoked_at=None).update(used_at=at)
    addresses = {person.email for person in waiting}
    for mail in OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, kind="invitation"):
        if addresses.issuperset(mail.recipients):
            mail.state, mail.source, mail.recipients = OutgoingMail.State.SENT, b"", []
            mail.save(update_fields=["state", "source", "recipients"])


def _sign_charters(at: datetime) -> None:
    """All but the last of the team members, whose first page then is the charter."""
    day = timezone.localdate(at)
    charter = queries.current_charter(day)
    if charter is None:
        return
    people = list(User.objects.filter(joined_at__isnull=False).order_by("pk"))
    asked = [person for person in people if person.roles_on(day) == {Role.TEAM_MEMBER}][-1:]
    for person in people:
        held = person.roles_on(day)
        signed = charter.signatures.filter(user=person).exists()
        if not signed and held & ROLES_UNDER_CHARTER and person not in asked:
            operations.sign_charter(user=person, charter=charter, name=person.full_name, at=at)


def _invite_a_newcomer(at: datetime) -> None:
    """Somebody whose invitation waits in the mailbox, to try the link."""
    if context.require().kind != "town" or User.objects.filter(email=_newcomer_address()).exists():
        return
    inviter = User.objects.holding(Role.COORDINATOR, on=timezone.localdate(at)).order_by("pk").first()
    operations.invite(
        email=_newcomer_address(),
        first_name="Charlie",
        last_name="Démonstration",
        roles=[Role.REFERENT],
        by=inviter,
        at=at,
        function="Personne fictive",
    )


def _newcomer_address() -> str:
    return f"nouvelle-recrue@{context.require().slug}.example"


def _accounts(at: datetime) -> Iterator[Account]:
    day = timezone.localdate(at)
    for role in (role for role in Role if role in ROLES_OF_KIND[context.require().kind]):
        people = User.objects.holding(role, on=day).filter(joined_at__isnull=False).order_by("pk")
        # Who holds this role alone shows it best.
        alone = [person for person in people if person.roles_on(day) == {role}]
        person = next(iter(alone), None) or people.first()
        if person is not None:
            yield Account(role, person.email, person.full_name)
