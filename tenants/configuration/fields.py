"""Types of single values in a town's file. Each says in French what it expects."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from tenants.configuration import colours, identifiers

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
# First labels of hosts that the platform keeps for itself, and slugs that would be mistaken for them.
RESERVED = frozenset(
    "www api admin app auth assets cdn demo doc docs health ftp imap localhost mail media metrics "
    "mx national ns platform pop public reussite smtp sso static status support test webmail".split()
)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


def refused(expected: str) -> PydanticCustomError:
    return PydanticCustomError("reussite", "{expected}", {"expected": expected})


def _identifier(check: Callable[[str], str]) -> AfterValidator:
    def validate(value: str) -> str:
        try:
            return check(value)
        except identifiers.Malformed as error:
            raise refused(error.expected) from error

    return AfterValidator(validate)


def _code(value: str) -> str:
    if not CODE.fullmatch(value):
        raise refused("un code en minuscules sans accent, comme aide_aux_devoirs (40 caractères au plus)")
    return value


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > 60:
        raise refused("un nom court en minuscules et tirets, comme val-du-lis")
    if value in RESERVED:
        raise refused("un nom court que la plateforme ne se réserve pas")
    return value


def _national_slug(value: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > 60:
        raise refused("un nom court en minuscules et tirets")
    return value


def host_shape(value: str) -> str:
    labels = value.split(".")
    if len(value) > 253 or len(labels) < 2 or not all(map(HOST_LABEL.fullmatch, labels)):
        raise refused("un nom de domaine en minuscules, sans http:// ni port, comme pre.ville.example")
    if labels[-1].isdigit():
        raise refused("un nom de domaine, pas une adresse IP")
    return value


def town_host(value: str) -> str:
    first = host_shape(value).split(".")[0]
    if first in RESERVED:
        raise refused(f"un domaine qui ne commence pas par {first}., réservé à la plateforme")
    return value


def _colour(value: str) -> str:
    colour = value.lower()
    if not colours.HEX.fullmatch(colour):
        raise refused("une couleur écrite #rrggbb, comme #1d5f8a")
    ratio = colours.contrast(colour, colours.LIGHT_GROUND)
    if ratio < colours.TEXT_RATIO:
        nearest = colours.nearest_passing(colour)
        found = f"{ratio:.2f}".replace(".", ",")
        raise refused(
            f"un contraste d’au moins 4,5 pour 1 sur fond blanc (ici {found} pour 1) ; "
            f"la couleur la plus proche qui convient est {nearest}"
        )
    return colour


def _month_day(value: str) -> str:
    match = MONTH_DAY.fullmatch(value)
    try:
        # 2023 has no 29 February: a school year cannot start on a day that most years lack.
        date(2023, int(match[1]), int(match[2])) if match else date(0, 0, 0)
    except ValueError as error:
        raise refused("un jour de l’année écrit MM-JJ, comme 09-01") from error
    return value


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise refused("un fuseau horaire connu, comme Europe/Paris ou Indian/Reunion")
    return value


Text = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=1, max_length=1000)]
Code = Annotated[str, AfterValidator(_code)]
Slug = Annotated[str, AfterValidator(_slug)]
NationalSlug = Annotated[str, AfterValidator(_national_slug)]
Host = Annotated[str, AfterValidator(town_host)]
AnyHost = Annotated[str, AfterValidator(host_shape)]
Accent = Annotated[str, AfterValidator(_colour)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Siret = Annotated[str, _identifier(identifiers.siret)]
Rna = Annotated[str, _identifier(identifiers.rna)]
Uai = Annotated[str, _identifier(identifiers.uai)]
Insee = Annotated[str, _identifier(identifiers.insee)]
Qpv = Annotated[str, _identifier(identifiers.qpv)]
Finess = Annotated[str, _identifier(identifiers.finess)]
PostalCode = Annotated[str, _identifier(identifiers.postal_code)]
Phone = Annotated[str, _identifier(identifiers.phone)]
Email = Annotated[str, _identifier(identifiers.email)]


def several() -> Any:
    """For tuples: TOML gives lists, which strict reading would refuse; their items stay strict."""
    return Field(default=(), strict=False)
