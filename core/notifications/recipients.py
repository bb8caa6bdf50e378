"""Who is told, by role and by link to what the event speaks of: ids of rows in, people out.

A row that went meanwhile has nobody to tell.
"""

from collections.abc import Iterable
from datetime import date

from core.partners.enums import NETWORK_MANAGERS
from core.pathways import roll_calls
from core.pathways.models import (
    Action,
    AfterExit,
    Contract,
    FollowUp,
    HandOver,
    Pathway,
    ReferentLink,
    Referral,
    Review,
    WaitingLine,
)
from core.people import queries as people
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import CharterSignature, User


def named_alone(about: int, on: date) -> Iterable[User]:
    """Those whom the announcement names, and nobody else."""
    return []


def coordinators(about: int, on: date) -> Iterable[User]:
    return User.objects.holding(Role.COORDINATOR, on=on).by_name()


def network_managers(about: int, on: date) -> Iterable[User]:
    return User.objects.holding(*NETWORK_MANAGERS, on=on).by_name()


def who_calls_the_family(about: int, on: date) -> Iterable[User]:
    """The person charged with the first contact; until there is one, the coordination."""
    charged = Referral.objects.filter(pk=about).exclude(contact_person=None).select_related("contact_person")
    return [referral.contact_person for referral in charged] or coordinators(about, on)


def who_signs(about: int, on: date) -> Iterable[User]:
    """The two professionals of a contract, those who have not signed yet."""
    for contract in Contract.objects.filter(pk=about).select_related("coordinator", "referent"):
        signed = set(contract.signatures.values_list("part", flat=True))
        if "referent" not in signed:
            yield contract.referent
        if "coordinator" not in signed or signed < {"child", "family", "coordinator", "referent"}:
            yield contract.coordinator  # who also sees to the family's and the child's part


def both_professionals(about: int, on: date) -> Iterable[User]:
    for contract in Contract.objects.filter(pk=about).select_related("coordinator", "referent"):
        yield from (contract.coordinator, contract.referent)


def who_promised(about: int, on: date) -> Iterable[User]:
    """Of a follow-up that is not done."""
    for follow_up in (
        FollowUp.objects.filter(pk=about, done_on=None).exclude(user=None).select_related("user")
    ):
        yield follow_up.user


def referent_of_pathway(about: int, on: date) -> Iterable[User]:
    """The child's referent that day; without one, the coordination."""
    for pathway in Pathway.objects.filter(pk=about):
        links = ReferentLink.objects.in_force(on).filter(child_id=pathway.child_id).select_related("user")
        yield from [link.user for link in links.order_by("pk")] or coordinators(about, on)


def referent_and_coordinators(about: int, on: date) -> Iterable[User]:
    yield from referent_of_pathway(about, on)
    yield from coordinators(about, on)


def who_holds_the_review(about: int, on: date) -> Iterable[User]:
    """The referent of a child whose review is still to be held; without one, the coordination."""
    for review in Review.objects.planned().filter(pk=about):
        yield from referent_of_pathway(review.pathway_id, on)


def who_holds_the_review_and_coordinators(about: int, on: date) -> Iterable[User]:
    for review in Review.objects.planned().filter(pk=about):
        yield from referent_and_coordinators(review.pathway_id, on)


def who_takes_news(about: int, on: date) -> Iterable[User]:
    """Some months after an exit: who is charged with it, else the coordination. Nobody once it is done."""
    for look in AfterExit.objects.filter(pk=about, done_on=None).select_related("user"):
        if look.user is not None and look.user.present_on(on):
            yield look.user
        else:
            yield from coordinators(about, on)


def both_sides_of_hand_over(about: int, on: date) -> Iterable[User]:
    """Of all the children handed over by the same gesture: who took over, and who had accompanied them."""
    for first in HandOver.objects.kept().filter(pk=about).select_related("new__user"):
        yield first.new.user
        rows = HandOver.objects.kept().filter(noted_at=first.noted_at, new__user=first.new.user_id)
        links = rows.exclude(former=None).values("former")
        yield from User.objects.filter(referent_links__in=links).distinct().by_name()


def who_has_not_signed_the_charter(about: int, on: date) -> Iterable[User]:
    """Everybody under the charter without a signature of this version; none when it is no longer asked."""
    current = people.current_charter(on)
    if current is not None and current.pk > about:
        return []
    signed = CharterSignature.objects.filter(charter=about).values("user")
    return User.objects.holding(*ROLES_UNDER_CHARTER, on=on).exclude(pk__in=signed).by_name()


def who_leads_the_action(about: int, on: date) -> Iterable[User]:
    for action in Action.objects.filter(pk=about).select_related("organisation"):
        yield from roll_calls.leaders_of(action, on)


def who_answers_for_a_place(about: int, on: date) -> Iterable[User]:
    """Of the programme: the coordination, and the referent of the child to whom a place is proposed."""
    for line in WaitingLine.objects.filter(pk=about):
        links = ReferentLink.objects.in_force(on).filter(child_id=line.child_id).select_related("user")
        yield from [link.user for link in links.order_by("pk")]
        yield from coordinators(about, on)
