"""Who may fill which part of a contract, in which way: questions over dated facts."""

from dataclasses import dataclass
from datetime import date

from core.children.models import Guardian, Guardianship
from core.pathways.enums import AgreementKind, Part, Way
from core.pathways.models import Contract, ParentalAgreement
from core.people.enums import Role
from core.people.models import User
from core.people.queries import charter_in_force
from tenants import context

DEFAULT_SIGNING_AGE = 6
MAJORITY = 18
OPPOSED = (
    "Un titulaire de l’autorité parentale s’y oppose : le contrat ne peut pas être signé "
    "tant que ce désaccord est noté."
)


@dataclass(frozen=True, slots=True)
class SignerCheck:
    """A signature that somebody wants to give, on the day `on`."""

    contract: Contract
    part: Part
    way: Way
    guardian: Guardian | None
    user: User | None
    on: date


def who_may_sign(asked: SignerCheck) -> str:
    """An empty string, or the French sentence that says why not."""
    check = {
        Part.CHILD: _child,
        Part.FAMILY: _family,
        Part.COORDINATOR: _coordinator,
        Part.REFERENT: _referent,
    }[asked.part]
    return _agreement(asked) or check(asked)


def who_may_have_signed(contract: Contract, on: date) -> str:
    """As `who_may_sign`, of a paper whose signers the platform does not know: could it be signed at all?"""
    if is_opposed(contract, on):
        return OPPOSED
    if not contract.child.is_adult_on(on) and not guardians_who_may_sign(contract, on):
        return "Personne autour de l’enfant n’est noté comme exerçant l’autorité parentale."
    if not contract.referent.present_on(on):
        return f"{contract.referent.full_name} n’a plus ce rôle."
    return ""


def signing_age() -> int:
    """Below it, a witnessed mark or a spoken assent stands for the child's signature."""
    return int(context.require().config.get("entry", {}).get("signing_age", DEFAULT_SIGNING_AGE))


def guardians_who_may_sign(contract: Contract, on: date) -> list[Guardian]:
    """Those who exercise parental authority that day, by name."""
    guardianships = (
        Guardianship.objects.filter(child_id=contract.child_id)
        .on(on)
        .select_related("guardian")
        .order_by("pk")
    )
    return [item.guardian for item in guardianships if item.exercises_authority_on(on)]


def is_opposed(contract: Contract, on: date) -> bool:
    """Whether an adult who exercises authority is known to object."""
    if contract.referral_id is None:
        return False
    answers: dict[int | None, str] = {}
    for row in ParentalAgreement.objects.filter(referral_id=contract.referral_id).order_by("pk"):
        answers[row.guardian_id] = row.kind
    closing = (AgreementKind.REFUSED, AgreementKind.WITHDRAWN)
    objecting = {guardian for guardian, kind in answers.items() if guardian is not None and kind in closing}
    exercising = {guardian.pk for guardian in guardians_who_may_sign(contract, on)}
    return bool(objecting & exercising)


def _agreement(asked: SignerCheck) -> str:
    """The decision in force, and nobody with authority known to object."""
    if asked.contract.decision.cancelled_on is not None:
        return "La décision d’entrée n’est plus en vigueur."
    if is_opposed(asked.contract, asked.on):
        return OPPOSED
    return ""


def _child(asked: SignerCheck) -> str:
    if asked.guardian is not None or asked.user is not None:
        return "Cette partie est celle de l’enfant."
    age = asked.contract.child.age_on(asked.on)
    if asked.way in (Way.MARK, Way.SPOKEN) and (age is None or age >= signing_age()):
        return (
            f"À partir de {signing_age()} ans, l’enfant signe lui-même. "
            "La marque ou l’accord dit à voix haute est pour les plus jeunes."
        )
    return ""


def _family(asked: SignerCheck) -> str:
    if asked.way in (Way.MARK, Way.SPOKEN):
        return "La famille signe à l’écran ou sur papier."
    if asked.contract.child.is_adult_on(asked.on):
        if asked.guardian is not None:
            return "À 18 ans, la jeune personne signe elle-même cette partie."
        return ""
    if asked.guardian is None:
        return "Choisissez l’adulte qui signe pour la famille."
    guardianship = (
        Guardianship.objects.filter(child_id=asked.contract.child_id, guardian=asked.guardian)
        .on(asked.on)
        .first()
    )
    if guardianship is None or not guardianship.exercises_authority_on(asked.on):
        return f"{asked.guardian} n’exerce pas l’autorité parentale : cette personne ne peut pas signer."
    return ""


def _coordinator(asked: SignerCheck) -> str:
    return _professional(asked, asked.contract.coordinator, Role.COORDINATOR, "la coordination")


def _referent(asked: SignerCheck) -> str:
    return _professional(asked, asked.contract.referent, None, "la ou le référent")


def _professional(asked: SignerCheck, named: User, role: Role | None, who: str) -> str:
    if asked.user is None or asked.user.pk != named.pk:
        return f"Cette partie est à signer par {who} : {named.full_name}."
    if asked.way in (Way.MARK, Way.SPOKEN):
        return "Un professionnel signe à l’écran ou sur papier."
    if not named.present_on(asked.on) or (role is not None and not named.has_role(role, on=asked.on)):
        return f"{named.full_name} n’a plus ce rôle."
    if asked.way != Way.IMPORTED and charter_in_force(named, asked.on) is None:
        return f"{named.full_name} n’a pas signé la charte de confidentialité en vigueur."
    return ""
