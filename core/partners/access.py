"""Until when an organisation's professionals may see what a contract shares with it.

A family's contract names the organisation; this says whether the organisation is still in the network.
Apps above ask both.
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.partners.enums import OrganisationKind
from core.partners.models import Agreement, Organisation
from core.people.enums import Role
from core.people.models import User

OWN_TEAM = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)
INSTITUTIONS = [kind for kind in OrganisationKind if kind.is_institution]


def under_agreement(day: date) -> "QuerySet[Organisation]":
    """Organisations whose people may be shown what contracts share with them, that day.

    Those active with an agreement in force; and institutions (school, PMI, département…) with which none was
    ever signed: they act by their own mission. An association or a firm without an agreement has no access,
    and an institution that signed one keeps to its dates.
    """
    own = Agreement.objects.filter(organisation=OuterRef("pk"))
    by_mission = Q(kind__in=INSTITUTIONS) & ~Exists(own)
    return Organisation.objects.filter(Exists(own.in_force(day)) | by_mission, active=True)


def is_under_agreement(organisation: Organisation, day: date) -> bool:
    return under_agreement(day).filter(pk=organisation.pk).exists()


def organisations_of(user: User, day: date) -> "QuerySet[Organisation]":
    """The organisation for which `user` works, while it may be shown anything; for use in a subquery."""
    return under_agreement(day).filter(code=user.organisation_code).exclude(code="")


def has_lapsed(user: User, day: date) -> bool:
    """Whether `user` comes for an organisation whose people may not be shown anything that day.

    Of the PRE's own team nobody lapses: a coordinator lent by an association keeps what that role opens. A
    worker of no organisation has no agreement that could end, and sees what he or she wrote.
    """
    if not user.organisation_code or not user.has_role(Role.PARTNER_WORKER, on=day):
        return False
    return not user.has_role(*OWN_TEAM, on=day) and not organisations_of(user, day).exists()
