"""The list of children as a file: who they are and where they learn, as the page shows it. No address, no
phone.
"""

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone

from core.children import queries
from core.children.models import Child
from core.children.words import flags
from core.people.enums import Role
from core.people.models import User
from core.sheets.lists import ListToExport, Taken
from core.sheets.shapes import Column

COLUMNS = (
    Column("Nom", width=24),
    Column("Prénom", width=20),
    Column("Né·e le", "date"),
    Column("Âge", "number", width=8),
    Column("Niveau"),
    Column("Établissement", width=34),
    Column("Classe", width=12),
    Column("À ne pas oublier", width=50),
)


def build(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    from core.children.views.lists import filtered, schooling_on

    day = timezone.localdate(at)
    given = QueryDict(mutable=True)
    given.update({name: value for name, value in params.items() if name in CHOICES})
    children = filtered(Child.objects.visible_to(user, at=at), given, day)
    if text := params.get("q", "").strip()[:100]:
        children = queries.search(children, text)
    found = list(children.prefetch_related(schooling_on(day)).order_by("sort_name", "pk"))
    warnings = queries.warnings_for(found, day)
    rows = []
    for child in found:
        schooling = next(iter(child.present_enrolments), None)
        rows.append(
            (
                child.usual_name or child.last_name,
                child.first_name,
                child.birth_on,
                child.age_on(day),
                schooling.get_level_display() if schooling else None,
                schooling.school_name if schooling else None,
                schooling.class_name if schooling else None,
                " ; ".join(flag.label for flag in flags(warnings[child.pk])),
            )
        )
    return Taken(COLUMNS, rows, [child.pk for child in found])


CHOICES = {"q": "recherche", "niveau": "niveau", "quartier": "quartier"}
CHILDREN = ListToExport(
    "children",
    "Enfants",
    frozenset(map(str, (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY))),
    build,
    choices=CHOICES,
)
