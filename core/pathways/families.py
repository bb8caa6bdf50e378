"""Brothers and sisters together: which referral or contract of each child a gesture of the family is about.

Each child keeps its own file, so each read starts from children whose file is open to the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from core.children.access import Scope
from core.children.models import Child, Guardian, Guardianship
from core.children.queries import family_ids
from core.pathways import workflow
from core.pathways.enums import Part
from core.pathways.models import (
    Contract,
    ContractObjective,
    ContractSharing,
    ReferentLink,
    Referral,
    Signature,
)
from core.pathways.workflow import ContractState, ReferralState
from core.people.enums import Role
from core.people.models import User

MAY_ANSWER = workflow.REFERRAL["agree"].sources


@dataclass(frozen=True, slots=True)
class ToSign:
    """A contract whose family's part waits, with the adults who may fill it."""

    contract: Contract
    guardians: frozenset[int]

    @property
    def objectives(self) -> list[ContractObjective]:
        return list(self.contract.objectives.all())

    @property
    def sharings(self) -> list[ContractSharing]:
        return list(self.contract.sharings.all())


def open_files(child: Child, user: User, at: datetime) -> list[Child]:
    """The child and those of its brothers and sisters whose file is open to `user`, by name."""
    ids = family_ids(child, timezone.localdate(at))
    return list(Child.objects.visible_to(user, scope=Scope.FILE, at=at).filter(pk__in=ids).by_name())


def to_visit(children: Sequence[Child], user: User, on: date) -> list[Referral]:
    """The last referral of each child, in which `user` logs a contact: by role, charge or as the referent."""
    rows = Referral.objects.filter(child__in=children)
    if not user.has_role(Role.COORDINATOR):
        links = ReferentLink.objects.in_force(on).filter(user=user).values("child_id")
        rows = rows.filter(contact_person=user) | rows.filter(child__in=links)
    return _last_of_each(rows.exclude(state__in=[ReferralState.DRAFT, ReferralState.CLOSED]))


def to_answer(children: Sequence[Child], user: User) -> list[Referral]:
    """The last referral of each child on which the parents' answer is still to be noted, by `user`."""
    rows = Referral.objects.filter(child__in=children, state__in=MAY_ANSWER)
    if not user.has_role(Role.COORDINATOR):
        rows = rows.filter(contact_person=user)
    return _last_of_each(rows)


def to_sign(children: Sequence[Child], user: User, on: date) -> list[ToSign]:
    """Sealed contracts that wait for their family's part and that `user` may have signed, in four queries."""
    family = Signature.objects.filter(contract=OuterRef("pk"), part=Part.FAMILY)
    rows = Contract.objects.visible_to(user).filter(
        ~Exists(family), child__in=children, state=ContractState.SEALED
    )
    if not user.has_role(Role.COORDINATOR):
        rows = rows.filter(referent=user)
    rows = rows.select_related("child", "decision", "coordinator", "referent").prefetch_related(
        Prefetch("objectives", ContractObjective.objects.select_related("domain").order_by("order", "pk")),
        Prefetch("sharings", ContractSharing.objects.select_related("organisation").order_by("pk")),
    )
    contracts = [item for item in rows.order_by("child__sort_name", "pk") if not item.child.is_adult_on(on)]
    ships = Guardianship.objects.on(on).filter(child__in=[item.child_id for item in contracts])
    exercising = [(ship.child_id, ship.guardian_id) for ship in ships if ship.exercises_authority_on(on)]
    return [
        ToSign(item, frozenset(adult for child, adult in exercising if child == item.child_id))
        for item in contracts
    ]


def adults_around(children: Sequence[int], on: date) -> "QuerySet[Guardian]":
    """Adults around at least one of the children, by name."""
    around = Guardianship.objects.filter(child__in=children).on(on)
    return Guardian.objects.filter(pk__in=around.values("guardian")).by_name()


def strangers_to(guardian: Guardian, children: Sequence[Child], on: date) -> list[Child]:
    """Those of the children around whom this adult is not written down."""
    known = set(
        Guardianship.objects.on(on)
        .filter(guardian=guardian, child__in=children)
        .values_list("child_id", flat=True)
    )
    return [child for child in children if child.pk not in known]


def _last_of_each(rows: "QuerySet[Referral]") -> list[Referral]:
    last = rows.order_by("child_id", "-pk").distinct("child_id").values("pk")
    found = Referral.objects.filter(pk__in=last).select_related("child")
    return list(found.order_by("child__sort_name", "pk"))
