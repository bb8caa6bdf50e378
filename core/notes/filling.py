"""What stands for each placeholder of a letter."""

from collections.abc import Mapping
from datetime import date

from core.children.models import Child, Guardian
from core.notes.letter_texts import ASKED, Template
from core.pathways.models import ReferentLink
from core.people.enums import Role
from core.people.models import User
from core.ui.typography import day
from tenants import context


def text_of(
    template: Template,
    child: Child,
    guardian: Guardian | None,
    asked: Mapping[str, str],
    *,
    by: User,
    on: date,
) -> str:
    place = context.require()
    link = ReferentLink.objects.in_force(on).filter(child=child).select_related("user").first()
    coordinator = User.objects.holding(Role.COORDINATOR, on=on).by_name().first()
    values = {
        "enfant": child.full_name,
        "prenom": child.first_name,
        "naissance": day(child.birth_on) if child.birth_on else "……………",
        "adulte": guardian.full_name if guardian else child.full_name,
        "ville": place.name,
        "porteur": place.config.get("carrier", {}).get("name", place.name),
        "referent": link.user.full_name if link else by.full_name,
        "coordination": coordinator.full_name if coordinator else by.full_name,
        "aujourdhui": day(on),
        **dict.fromkeys(ASKED, ""),
        **asked,
    }
    return template.filled(values)
