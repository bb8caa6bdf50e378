"""Towns as releases name them: those of the platform by their address, made-up ones by their number."""

from collections.abc import Iterable

from core.exchange.models import MADE_UP
from core.national.places import DEPARTMENTS, TownPlace, department_of
from tenants import registry
from tenants.errors import UnknownPlaceError

UNKNOWN_NAME = "Ville qui n’est plus sur la plateforme"


def code_of(schema: str) -> str:
    """What stays the same from one release to the next. A schema's name is not told to the public."""
    if schema.startswith(MADE_UP):
        return f"V{schema.replace('_', '-')}"
    return f"V{registry.by_schema(schema).slug}"


def place_of(schema: str) -> TownPlace | None:
    """None for a town that is gone, or whose département is none of the list (a made-up INSEE code)."""
    if schema.startswith(MADE_UP):
        _, department, number = schema.split("_")
        return _known(code_of(schema), f"Ville fictive {department.upper()}-{number}", department.upper())
    try:
        place = registry.by_schema(schema)
    except UnknownPlaceError:
        return None
    insee = place.config.get("insee") or place.config.get("town", {}).get("insee", "")
    return _known(code_of(schema), place.name, department_of(insee))


def _known(code: str, name: str, department: str) -> TownPlace | None:
    return TownPlace(code, name, department) if department in DEPARTMENTS else None


def active(answering: Iterable[str] = ()) -> int:
    """Towns in service on the platform, and those that answered before they were suspended."""
    in_service = {place.schema for place in registry.places("town") if place.state == "active"}
    return len(in_service.union(answering))
