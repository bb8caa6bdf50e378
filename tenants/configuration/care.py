"""Sections about what is written around a child (notes, letters, protection), and about the yearly survey."""

from typing import Annotated, Literal

from pydantic import Field

from tenants.configuration.fields import Code, Email, Phone, Section, Text

ProfessionCode = Literal["education", "social_work", "health", "psychology", "youth_work", "justice", "other"]
FacetCode = Literal["general", "school", "social", "health", "family"]


class Hosting(Section):
    """No health note is kept unless the hosting is certified (HDS) or the town's own."""

    health_notes: Literal["none", "hds", "own_servers"] = "none"


class Notes(Section):
    """Private notes end by themselves; which facets a profession opens may differ from the platform's."""

    private_months: Annotated[int, Field(ge=1, le=24)] = 6
    private_warning_days: Annotated[int, Field(ge=1, le=60)] = 14
    coordinator_reads_health: bool = True
    professions: dict[ProfessionCode, Annotated[tuple[FacetCode, ...], Field(strict=False)]] = {}


class Protection(Section):
    """The département’s service (CRIP), and when it should answer an *information préoccupante*."""

    crip_name: Text | None = None
    crip_phone: Phone | None = None
    crip_email: Email | None = None
    crip_address: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    crip_hours: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    acknowledgement_days: Annotated[int, Field(ge=1, le=60)] = 15
    answer_days: Annotated[int, Field(ge=7, le=365)] = 90


class LetterTemplate(Section):
    """A letter or an authorisation of the town; its placeholders are checked above (core.notes)."""

    code: Code
    title: Text
    kind: Literal["letter", "authorisation"] = "letter"
    text: Annotated[str, Field(min_length=20, max_length=10_000)]


class Survey(Section):
    """The yearly survey."""

    # Whether those who read for the nation also prepare campaigns and decide on returns, as operators do.
    readers_decide: bool = False
