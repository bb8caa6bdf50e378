"""May the child's school be asked for its word? Only where the family allowed it, by contract or for once.

Asking tells a school that the child is accompanied, which is already sharing. So the school is either one of
the organisations that the contract in force names, or the family said yes to this one request, and who said
it, and when, is kept with it.
"""

from dataclasses import dataclass
from datetime import date

from core.children.models import Child, Enrolment
from core.partners.models import ContactPerson, Organisation
from core.pathways import versions
from core.pathways.models import Contract, Pathway
from core.people.names import fold

NO_SCHOOL = "Aucun établissement n’est noté pour cet enfant : complétez d’abord sa scolarité."
NOT_NAMED = (
    "L’établissement n’est pas nommé dans le contrat en vigueur. Demandez à la famille si elle est d’accord "
    "pour cette demande et notez-le, ou proposez un avenant qui le nomme."
)


@dataclass(frozen=True, slots=True)
class SchoolAsked:
    """The school of one child today, and by what it may be asked."""

    name: str
    organisation: Organisation | None  # in the network, whether or not the contract names it
    named: bool  # by the contract in force
    contract: Contract


def school_of(pathway: Pathway, on: date) -> SchoolAsked | None:
    """The school that the child goes to on that day; None where none is noted."""
    enrolment = Enrolment.objects.filter(child=pathway.child_id).on(on).select_related("school").first()
    if enrolment is None or not (enrolment.school or enrolment.other_school):
        return None
    contract = versions.in_force(pathway)
    uai = enrolment.school.uai if enrolment.school is not None else ""
    known = _organisation(enrolment.school_name, uai)
    named = known is not None and contract.sharings.filter(organisation=known).exists()
    return SchoolAsked(enrolment.school_name, known, named, contract)


def addresses_of(school: SchoolAsked) -> list[str]:
    """Professional addresses of the school that the network knows."""
    if school.organisation is None:
        return []
    people = ContactPerson.objects.filter(organisation=school.organisation, active=True).exclude(email="")
    found = [school.organisation.email, *people.order_by("pk").values_list("email", flat=True)]
    return list(dict.fromkeys(address for address in found if address))


def is_of_the_family(email: str, child: Child) -> bool:
    """Whether an adult around the child has this address: the school's answer is not asked of a parent."""
    return child.guardianships.filter(guardian__email__iexact=email).exists()


def _organisation(name: str, uai: str) -> Organisation | None:
    """The partner that is this very school: by its number, else by its exact name."""
    active = Organisation.objects.filter(active=True)
    if uai and (found := active.filter(uai=uai).first()):
        return found
    wanted = fold(name)
    return next((item for item in active.filter(uai="").order_by("pk") if fold(item.name) == wanted), None)
