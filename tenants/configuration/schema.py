"""The shape of a town's file. It types every section; what codes and roles mean is known above.

Two kinds of file: a town's, and the national site's, which has a look and an address but no network.
`docs/town-file.md` is the reference for those who write one.
"""

import json
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tenants.configuration.care import Hosting, LetterTemplate, Notes, Protection, Survey
from tenants.configuration.fields import (
    Accent,
    AnyHost,
    Code,
    Email,
    Finess,
    Host,
    Insee,
    LongText,
    MonthDay,
    NationalSlug,
    Phone,
    PostalCode,
    Qpv,
    Rna,
    Section,
    Siret,
    Slug,
    Text,
    TimeZone,
    Uai,
    refused,
    several,
)
from tenants.context import Place

KEPT_TYPED = 2000

Label = Annotated[str, Field(min_length=1, max_length=120)]
ShortText = Annotated[str, Field(min_length=1, max_length=300)]

Referrer = Literal["staff", "partners", "outsiders", "families", "youngsters"]
CarrierKind = Literal["ccas", "cias", "caisse_des_ecoles", "gip", "eple", "regie", "commune", "epci"]
Weekday = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
Price = Annotated[Decimal, Field(ge=0, decimal_places=2, max_digits=8, strict=False)]
SchoolLevel = Literal["maternelle", "elementaire", "primaire", "college", "lycee", "autre"]


class Carrier(Section):
    kind: CarrierKind
    name: Text
    siret: Siret


class Web(Section):
    primary: Host
    others: tuple[Host, ...] = several()


class NationalWeb(Section):
    primary: AnyHost
    others: tuple[AnyHost, ...] = several()


class Mail(Section):
    sender: Email
    sender_name: Text
    reply_to: Email


class Look(Section):
    name: Text
    accent: Accent
    # An SVG or PNG beside the file.
    logo: Text | None = None


class Ages(Section):
    """Bounds of the programme: outside them a page warns, it does not refuse."""

    youngest: Annotated[int, Field(ge=0, le=18)]
    oldest: Annotated[int, Field(ge=3, le=25)]

    @model_validator(mode="after")
    def _in_order(self) -> "Ages":
        if self.youngest > self.oldest:
            raise refused("un âge le plus bas (youngest) qui ne dépasse pas le plus haut (oldest)")
        return self


class QuietHours(Section):
    """No message leaves between these hours of the town's day; they may run over midnight."""

    starts: time
    ends: time


class Holiday(Section):
    label: Text
    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _in_order(self) -> "Holiday":
        if self.starts_on > self.ends_on:
            raise refused("une fin (ends_on) qui ne précède pas le début (starts_on)")
        return self


class Calendar(Section):
    time_zone: TimeZone = "Europe/Paris"
    school_year_start: MonthDay = "09-01"
    period: Literal["school_year", "calendar_year"] = "school_year"
    # The day on which a child's age puts it in a bracket.
    age_on: Literal["period_start", "period_end"] = "period_end"
    quiet_hours: QuietHours = QuietHours(starts=time(20), ends=time(7, 30))
    holidays: tuple[Holiday, ...] = several()


class Retention(Section):
    """Months; the bounds follow the CNIL's référentiel for minors (2022-008) and its logging advice."""

    active_months: Annotated[int, Field(ge=1, le=24)] = 24
    archive_months: Annotated[int, Field(ge=0, le=240)] = 36
    refused_referral_months: Annotated[int, Field(ge=1, le=24)] = 12
    log_months: Annotated[int, Field(ge=6, le=36)] = 12
    # How long before a deletion list is carried out the coordinator is told.
    notice_days: Annotated[int, Field(ge=7, le=180)] = 60


class SmallCounts(Section):
    """Children a cell must count before it leaves for a recipient: may be raised, never lowered."""

    nation: Annotated[int, Field(ge=11, le=100)] = 11
    public: Annotated[int, Field(ge=11, le=100)] = 11
    prefet: Annotated[int, Field(ge=5, le=100)] = 5
    steering: Annotated[int, Field(ge=5, le=100)] = 5


class Access(Section):
    mfa_required: bool = False
    emergency_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    # During a sick leave somebody has to answer: identity, referent and next appointment of every child.
    team_sees_identities: bool = True


class Entry(Section):
    # Below it a witnessed mark or a spoken assent stands for the child's signature.
    signing_age: Annotated[int, Field(ge=3, le=18)] = 6
    who_may_refer: tuple[Referrer, ...] = Field(default=("staff", "partners", "outsiders"), strict=False)
    # Before the parents' agreement, may a situation be discussed without any name?
    nameless_discussion: bool = False
    one_guardian_signs: bool = True
    first_contact_days: Annotated[int, Field(ge=1, le=90)] = 15


class Rhythm(Section):
    first_review_weeks: Annotated[int, Field(ge=1, le=52)] = 12
    review_months: Annotated[int, Field(ge=1, le=12)] = 6
    review_reminder_days: Annotated[int, Field(ge=1, le=90)] = 15
    meeting_weeks: Annotated[int, Field(ge=1, le=26)] = 4
    pseudonymised_agenda: bool = False
    pathway_months: Annotated[int, Field(ge=1, le=36)] = 12
    # Without a word from the family for so long, its silence is shown on the first page.
    silent_weeks: Annotated[int, Field(ge=1, le=52)] = 8


class Demo(Section):
    children: Annotated[int, Field(ge=0, le=3500)] = 160


class Term(Section):
    """A local word for something that the nation counts under its own code."""

    code: Code
    label: Text
    national: Text
    # Place in lists; by default, the place in the file.
    order: Annotated[int, Field(ge=1, le=999)] | None = None
    active: bool = True


class Vocabularies(Section):
    referral_sources: tuple[Term, ...] = several()
    motives: tuple[Term, ...] = several()
    exit_reasons: tuple[Term, ...] = several()


class District(Section):
    code: Qpv
    name: Text
    insee: Insee


class School(Section):
    uai: Uai
    name: Text
    level: SchoolLevel
    insee: Insee
    postal_code: PostalCode | None = None
    network: Literal["REP", "REP+"] | None = None
    active: bool = True


class Contact(Section):
    name: Text
    function: Text
    email: Email | None = None
    phone: Phone | None = None


class Offer(Section):
    code: Code
    label: Text
    domains: Annotated[tuple[Code, ...], Field(min_length=1, strict=False)]
    form: Literal["individual", "group", "both"]
    summary: LongText | None = None
    # Other words by which people look for it: « devoirs, leçons, soutien scolaire ».
    need_words: ShortText | None = None
    youngest: Annotated[int, Field(ge=0, le=25)] | None = None
    oldest: Annotated[int, Field(ge=0, le=25)] | None = None
    # None: the whole town; no weekday: days to be agreed. How many places are left is said on screen.
    districts: tuple[Qpv, ...] = several()
    weekdays: tuple[Weekday, ...] = several()
    hours: Label | None = None
    venue: Text | None = None
    places: Annotated[int, Field(ge=1, le=2000)] | None = None
    cost: Literal["free", "income", "paid"] | None = None
    price: Label | None = None
    active: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "Offer":
        if self.youngest is not None and self.oldest is not None and self.youngest > self.oldest:
            raise refused("un âge le plus bas (youngest) qui ne dépasse pas le plus haut (oldest)")
        return self


class Agreement(Section):
    reference: Text
    subject: LongText
    starts_on: date
    ends_on: date | None = None
    # What the organisation may be told about a child, in the agreement's own words.
    shares: LongText | None = None
    # Euros; `unit` says what one of them pays: « l’heure », « la séance ».
    unit_price: Price | None = None
    unit: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    amount: Price | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Agreement":
        if self.ends_on and self.starts_on > self.ends_on:
            raise refused("une fin (ends_on) qui ne précède pas le début (starts_on)")
        if self.unit_price is not None and self.unit is None:
            raise refused("ce que le prix unitaire (unit_price) paie, sous unit")
        return self


class Organisation(Section):
    code: Code
    name: Text
    kind: Text
    provider: bool = False
    siret: Siret | None = None
    rna: Rna | None = None
    uai: Uai | None = None
    finess: Finess | None = None
    since: date | None = None
    districts: tuple[Qpv, ...] = several()
    address: Text | None = None
    postal_code: PostalCode | None = None
    email: Email | None = None
    phone: Phone | None = None
    contacts: tuple[Contact, ...] = several()
    offers: tuple[Offer, ...] = several()
    agreement: Agreement | None = None
    active: bool = True


class FirstUser(Section):
    email: Email
    first_name: Text
    last_name: Text
    roles: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
    organisation: Code | None = None
    function: Text | None = None


class Charter(Section):
    """The town's own confidentiality charter; without it, the platform's. A changed text is a new version."""

    title: Text
    # Blank lines part paragraphs, "## " starts a heading, "- " an item of a list.
    text: Annotated[str, Field(min_length=200, max_length=30_000)]
    in_force_on: date
    # Until when signatures of the former version still hold.
    former_holds_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Charter":
        if self.former_holds_until and self.former_holds_until < self.in_force_on:
            raise refused("une fin de l’ancienne charte (former_holds_until) après in_force_on")
        return self


class SiteFile(Section):
    """What a town and the national site share."""

    format: Literal[1]
    name: Text
    mail: Mail
    look: Look
    calendar: Calendar = Calendar()
    access: Access = Access()
    users: tuple[FirstUser, ...] = several()


class TownFile(SiteFile):
    kind: Literal["town"] = "town"
    slug: Slug
    insee: Insee
    # The other communes of an inter-communal programme.
    communes: tuple[Insee, ...] = several()
    carrier: Carrier
    web: Web
    ages: Ages
    retention: Retention = Retention()
    small_counts: SmallCounts = SmallCounts()
    entry: Entry = Entry()
    rhythm: Rhythm = Rhythm()
    hosting: Hosting = Hosting()
    notes: Notes = Notes()
    protection: Protection = Protection()
    letters: tuple[LetterTemplate, ...] = several()
    demo: Demo = Demo()
    charter: Charter | None = None
    domains: Annotated[tuple[Term, ...], Field(min_length=1, strict=False)]
    vocabularies: Vocabularies = Vocabularies()
    priority_districts: tuple[District, ...] = several()
    schools: tuple[School, ...] = several()
    organisations: tuple[Organisation, ...] = several()


class NationalFile(SiteFile):
    kind: Literal["national"]
    slug: NationalSlug
    web: NationalWeb
    survey: Survey = Survey()


AnyFile = TownFile | NationalFile


def shape_of(kind: Any) -> type[TownFile] | type[NationalFile]:
    return NationalFile if kind == "national" else TownFile


def to_store(file: AnyFile) -> dict[str, Any]:
    """What `Town.config` keeps: plain JSON, every default written out, no person.

    `public` holds nobody's name: users and contacts live in the town's own schema alone.
    """
    kept_elsewhere: Any = {"users": True, "charter": True, "organisations": {"__all__": {"contacts"}}}
    return file.model_dump(mode="json", exclude=kept_elsewhere)


def from_store(config: dict[str, Any]) -> AnyFile:
    """A file that was valid when it was stored; keys that a release dropped since are passed over."""
    return shape_of(config.get("kind")).model_validate_json(json.dumps(config), extra="ignore")


_typed: dict[int, tuple[dict[str, Any], AnyFile]] = {}


def settings_of(place: Place) -> AnyFile:
    """The place's file, typed once for each copy of it that the registry holds."""
    known = _typed.get(id(place.config))
    if known is not None and known[0] is place.config:
        return known[1]
    if len(_typed) >= KEPT_TYPED:
        _typed.clear()
    file = from_store(place.config)
    _typed[id(place.config)] = (place.config, file)
    return file


def town_settings(place: Place) -> TownFile:
    """Raises TypeError for the national site, which has no programme to set."""
    file = settings_of(place)
    if not isinstance(file, TownFile):
        raise TypeError(f"{place.slug} is not a town.")
    return file
