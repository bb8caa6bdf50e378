"""What is about no child: the network's agreements, addresses that refuse mail, accounts that wait."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.notifications.today.shapes import Line, Reader, Source
from core.partners import queries as partners
from core.partners.enums import NETWORK_MANAGERS
from core.partners.models import Agreement
from core.people import queries as people
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import RoleAssignment, User
from core.ui.typography import days_away, enumeration
from tenants.local.models import RefusedAddress

ROLE_ENDS = timedelta(days=30)


def _ending(reader: Reader) -> list[Agreement] | None:
    """One a partner: the first that ends."""
    if not reader.has(*NETWORK_MANAGERS):
        return None
    first: dict[int, Agreement] = {}
    for agreement in partners.ending_soon(reader.day):
        first.setdefault(agreement.organisation_id, agreement)
    return list(first.values())


def _agreements(rows: Sequence[Agreement], reader: Reader) -> list[Line]:
    return [
        Line(
            title=row.organisation.name,
            url=reverse("partners:organisation", args=[row.organisation_id]),
            detail=f"fin {days_away(row.last_on, reader.day)}" if row.last_on else "",
            do="Renouveler la convention",
            do_url=reverse("partners:sign_agreement", args=[row.organisation_id]),
        )
        for row in rows
    ]


def _refused(reader: Reader) -> "QuerySet[RefusedAddress] | None":
    return RefusedAddress.objects.order_by("-refused_at", "pk") if reader.coordinates else None


def _addresses(rows: Sequence[RefusedAddress], reader: Reader) -> list[Line]:
    page = reverse("notifications:refused_addresses")
    return [
        Line(
            title=row.address,
            url=page,
            detail=f"ne reçoit plus depuis {_since(row, reader)}",
            do="Voir à qui elle est",
            do_url=page,
        )
        for row in rows
    ]


def _since(row: RefusedAddress, reader: Reader) -> str:
    return days_away(timezone.localdate(row.refused_at), reader.day)


# --- people -------------------------------------------------------------------------------------
def _not_joined(reader: Reader) -> "QuerySet[User] | None":
    """Invited, and the account was never opened; for who manages the people of the town."""
    if not reader.has(Role.TOWN_ADMIN, Role.COORDINATOR):
        return None
    rows = User.objects.present_on(reader.day).filter(joined_at=None)
    return rows.filter(invited_at__lt=reader.at - timedelta(days=7)).order_by("invited_at", "pk")


def _invited(rows: Sequence[User], reader: Reader) -> list[Line]:
    return [
        Line(
            title=row.full_name,
            url=reverse("people:person", args=[row.pk]),
            detail=f"invitation {days_away(timezone.localdate(row.invited_at), reader.day)}",
            do="Inviter de nouveau",
            do_url=reverse("people:person", args=[row.pk]),
        )
        for row in rows
    ]


def _without_charter(reader: Reader) -> "QuerySet[User] | None":
    """Their account is open, and no file opens to them."""
    if not reader.has(Role.TOWN_ADMIN, Role.COORDINATOR):
        return None
    holding = people.charters_that_hold(reader.day)
    rows = User.objects.holding(*ROLES_UNDER_CHARTER, on=reader.day).exclude(joined_at=None)
    return rows.exclude(charter_signatures__charter__in=holding).by_name()  # type: ignore[attr-defined,no-any-return]


def _to_sign(rows: Sequence[User], reader: Reader) -> list[Line]:
    page = reverse("people:signatures")
    return [
        Line(
            title=row.full_name,
            url=reverse("people:person", args=[row.pk]),
            detail="aucun dossier ne s’ouvre avant sa signature",
            do="Voir les signatures",
            do_url=page,
        )
        for row in rows
    ]


def _ending_roles(reader: Reader) -> "QuerySet[RoleAssignment] | None":
    if not reader.has(Role.TOWN_ADMIN):
        return None
    rows = RoleAssignment.objects.on(reader.day).filter(until_on__lte=reader.day + ROLE_ENDS)
    return rows.select_related("user").order_by("until_on", "pk")


def _roles(rows: Sequence[RoleAssignment], reader: Reader) -> list[Line]:
    return [
        Line(
            title=row.user.full_name,
            url=reverse("people:person", args=[row.user_id]),
            detail=f"{row.get_role_display()}, jusqu’à {enumeration([days_away(row.until_on, reader.day)])}",
            do="Voir ses rôles",
            do_url=reverse("people:person", args=[row.user_id]),
        )
        for row in rows
        if row.until_on is not None
    ]


def _ending_url(reader: Reader) -> str:
    return f"{reverse('partners:organisations')}?convention=bientot"


SOURCES = (
    Source("conventions", "Conventions qui se terminent", "handshake", 70, _ending, _agreements, _ending_url),
    Source(
        "adresses", "Adresses e-mail qui ne reçoivent plus", "mail-x", 74, _refused, _addresses,
        lambda reader: reverse("notifications:refused_addresses"),
    ),
    Source("chartes", "Chartes de confidentialité à signer", "shield-check", 72, _without_charter, _to_sign),
    Source("invitations", "Invitations sans réponse", "user-round-plus", 76, _not_joined, _invited),
    Source("roles", "Rôles qui se terminent", "calendar-x", 78, _ending_roles, _roles),
)  # fmt: skip
