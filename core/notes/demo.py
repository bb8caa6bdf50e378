"""What is written around a few made-up children, through the operations that pages call."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.journal.announcing import silently
from core.notes import filling, letter_texts, sealing, town
from core.notes.enums import Facet, OutsideKind, Profession
from core.notes.models import Note
from core.notes.operations import circle, letters, notes, private, professions
from core.notes.operations.notes import Written
from core.pathways.models import ReferentLink
from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.people.models import User

WRITTEN = (
    (Facet.GENERAL, "Est venue seule à l’atelier, a salué tout le monde.", "Elle prend de l’assurance."),
    (Facet.SCHOOL, "La maîtresse dit qu’il lève la main le matin.", ""),
    (Facet.FAMILY, "La grand-mère garde les enfants le mercredi.", "Un appui solide."),
    (Facet.SOCIAL, "La famille attend une réponse pour un logement.", ""),
)
PROFESSIONS = {"école": Profession.EDUCATION, "infirm": Profession.HEALTH, "social": Profession.SOCIAL_WORK}
FOLLOWED = 6


def populate(*, at: datetime) -> int:
    """Raises NotADemonstration."""
    if not settings.DEMO:
        raise NotADemonstration
    day = timezone.localdate(at)
    coordinator = User.objects.holding(Role.COORDINATOR, on=day).order_by("pk").first()
    if Note.objects.exists() or coordinator is None:
        return 0
    with transaction.atomic(), silently():
        _professions(coordinator, at)
        links = ReferentLink.objects.in_force(day).select_related("child", "user").order_by("pk")
        for number, link in enumerate(links[:FOLLOWED]):
            _around(link, number, coordinator, at)
    return Note.objects.count()


def _professions(by: User, at: datetime) -> None:
    """As the functions of the town's file have them."""
    people = User.objects.exclude(pk=by.pk).order_by("pk")
    for user in people:
        found = next((value for word, value in PROFESSIONS.items() if word in user.function.lower()), None)
        if found is not None:
            professions.set_profession(
                user=user, profession=found, since_on=timezone.localdate(at), by=by, at=at
            )


def _around(link: ReferentLink, number: int, coordinator: User, at: datetime) -> None:
    child, day = link.child, timezone.localdate(at)
    facet, observation, opinion = WRITTEN[number % len(WRITTEN)]
    written = Written(facet=facet, on=day, observation=observation, opinion=opinion)
    note = notes.write_note(child=child, written=written, by=link.user, at=at)
    if number == 1:
        notes.correct_note(note=note, text="C’était plutôt l’après-midi.", by=coordinator, at=at)
    if number == 0 and town.health_allowed():
        _health(link, coordinator, at)
    if number == 0 and sealing.available():
        private.write_private(child=child, text="Penser à demander comment va sa sœur.", by=link.user, at=at)
    circle.add_person(
        child=child,
        kind=OutsideKind.AEMO if number % 2 else OutsideKind.SCHOOL,
        name="Dominique Fictif",
        function="Éducatrice" if number % 2 else "Enseignante",
        house="Service fictif" if number % 2 else "École fictive",
        by=coordinator,
        at=at,
    )
    _letter(link, coordinator, at)


def _health(link: ReferentLink, coordinator: User, at: datetime) -> None:
    """Written by who may: the referent, while a carer's profession is noted."""
    day = timezone.localdate(at)
    if link.user_id == coordinator.pk:
        return
    professions.set_profession(
        user=link.user, profession=Profession.HEALTH, since_on=day, by=coordinator, at=at
    )
    written = Written(facet=Facet.HEALTH, on=day, observation="Un relais soin est en place depuis l’automne.")
    notes.write_note(child=link.child, written=written, by=link.user, at=at)


def _letter(link: ReferentLink, by: User, at: datetime) -> None:
    day, template = timezone.localdate(at), letter_texts.template("sortie")
    adults = letters.may_be_written_to(link.child, on=day)
    if template is None or not adults:
        return
    asked = {"objet": "une visite de la médiathèque", "quand": "mercredi à 14 h", "lieu": "à la médiathèque"}
    text = filling.text_of(template, link.child, adults[0], asked, by=by, on=day)
    letters.write_letter(child=link.child, template=template, text=text, guardian=adults[0], by=by, at=at)
