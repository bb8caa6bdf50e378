"""Random valid files, small and large, in plain data; and one small file written by hand."""

from datetime import date, time
from typing import Any

from hypothesis import strategies as st

from core.partners.enums import OrganisationKind
from core.pathways.enums import NationalDomain, NationalExit, NationalMotive, NationalSource
from tenants.configuration import colours, identifiers

ALPHABET = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
labels = st.text(ALPHABET, min_size=1, max_size=30)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
slugs = st.from_regex(r"zz[a-z0-9]{3,12}(-[a-z0-9]{1,5})?", fullmatch=True)
hosts = st.from_regex(r"zz[a-z0-9]{2,10}\.(localhost|example)", fullmatch=True)
emails = st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.example", fullmatch=True)
insees = st.from_regex(r"(0[1-9]|[13-8][0-9]|2[AB]|9[0-5])[0-9]{3}", fullmatch=True).filter(str.isascii)
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
hours = st.times().map(lambda moment: moment.replace(microsecond=0, tzinfo=None))
qpvs = st.from_regex(r"QN(0[0-9]{2}|02[AB]|97[0-9])[0-9]{2}[MINC]", fullmatch=True).filter(str.isascii)
uais = st.integers(0, 9_999_999).map(lambda n: f"{n:07}{identifiers.uai_letter(f'{n:07}')}")
accents = (
    st.integers(0, 0xFFFFFF)
    .map(lambda n: f"#{n:06x}")
    .map(lambda colour: colours.nearest_passing(colour, ground=colours.LIGHT_GROUND))
)


@st.composite
def sirets(draw: st.DrawFn) -> str:
    body = draw(st.from_regex(r"[1-9][0-9]{12}", fullmatch=True).filter(str.isascii))
    return next(f"{body}{digit}" for digit in range(10) if identifiers.luhn_sum(f"{body}{digit}") % 10 == 0)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def terms(nationals: list[str], smallest: int = 0) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(
        st.fixed_dictionaries(
            {"code": codes, "label": labels, "national": st.sampled_from(nationals), "active": st.booleans()},
            optional={"order": st.integers(1, 999)},
        ),
        min_size=smallest,
        max_size=4,
        unique_by=lambda term: term["code"],
    )


@st.composite
def organisations(draw: st.DrawFn, domains: list[str], districts: list[str]) -> dict[str, Any]:
    starts, ends = sorted((draw(days), draw(days)))
    low, high = sorted((draw(st.integers(0, 25)), draw(st.integers(0, 25))))
    offer = st.fixed_dictionaries(
        {
            "code": codes,
            "label": labels,
            "domains": st.lists(st.sampled_from(domains), min_size=1, max_size=3, unique=True),
            "form": st.sampled_from(["individual", "group", "both"]),
            "youngest": maybe(st.just(low)),
            "oldest": maybe(st.just(high)),
        }
    )
    contact = st.fixed_dictionaries({"name": labels, "function": labels, "email": maybe(emails)})
    agreement = {"reference": draw(labels), "subject": draw(labels), "starts_on": starts, "ends_on": ends}
    return {
        "code": draw(codes),
        "name": draw(labels),
        "kind": draw(st.sampled_from(OrganisationKind.values)),
        "provider": draw(st.booleans()),
        "siret": draw(maybe(sirets())),
        "since": draw(maybe(days)),
        "districts": draw(st.lists(st.sampled_from(districts), unique=True)) if districts else [],
        "contacts": draw(st.lists(contact, max_size=2, unique_by=lambda row: row["name"].lower())),
        "offers": draw(st.lists(offer, max_size=2, unique_by=lambda row: row["code"])),
        "agreement": draw(maybe(st.just(agreement))),
    }


def _distinct(rows: list[dict[str, Any]]) -> bool:
    sirets = [row["siret"] for row in rows if row["siret"]]
    return len(set(sirets)) == len(sirets)


@st.composite
def town_files(draw: st.DrawFn, slug: str | None = None) -> dict[str, Any]:
    domains = draw(terms(NationalDomain.values, smallest=1))
    districts = draw(
        st.lists(
            st.fixed_dictionaries({"code": qpvs, "name": labels, "insee": insees}),
            max_size=3,
            unique_by=lambda row: row["code"],
        )
    )
    places = draw(st.lists(insees, min_size=1, max_size=4, unique=True))
    sites = draw(st.lists(hosts, min_size=1, max_size=3, unique=True))
    youngest, oldest = sorted((draw(st.integers(0, 18)), draw(st.integers(3, 25))))
    schools = st.fixed_dictionaries(
        {
            "uai": uais,
            "name": labels,
            "level": st.sampled_from(["maternelle", "elementaire", "primaire", "college", "lycee", "autre"]),
            "insee": insees,
            "network": maybe(st.sampled_from(["REP", "REP+"])),
        }
    )
    partners = organisations([term["code"] for term in domains], [row["code"] for row in districts])
    return {
        "format": 1,
        "slug": slug or draw(slugs),
        "name": draw(labels),
        "insee": places[0],
        "communes": places[1:],
        "carrier": {
            "kind": draw(st.sampled_from(["ccas", "cias", "caisse_des_ecoles", "gip", "epci"])),
            "name": draw(labels),
            "siret": draw(sirets()),
        },
        "web": {"primary": sites[0], "others": sites[1:]},
        "mail": {"sender": draw(emails), "sender_name": draw(labels), "reply_to": draw(emails)},
        "look": {"name": draw(labels), "accent": draw(accents)},
        "ages": {"youngest": min(youngest, 18), "oldest": max(oldest, 3)},
        "calendar": {
            "time_zone": draw(st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/Cayenne"])),
            "school_year_start": draw(st.sampled_from(["08-16", "09-01", "01-31"])),
            "quiet_hours": {"starts": draw(hours), "ends": draw(hours)},
        },
        "entry": {"signing_age": draw(st.integers(3, 18))},
        "domains": domains,
        "vocabularies": {
            "referral_sources": draw(terms(NationalSource.values)),
            "motives": draw(terms(NationalMotive.values)),
            "exit_reasons": draw(terms(NationalExit.values)),
        },
        "priority_districts": districts,
        "schools": draw(st.lists(schools, max_size=3, unique_by=lambda row: row["uai"])),
        "organisations": draw(
            st.lists(partners, max_size=3, unique_by=lambda row: row["code"]).filter(_distinct)
        ),
    }


def small() -> dict[str, Any]:
    """A valid file in which a test spoils one thing."""
    return {
        "format": 1,
        "slug": "zzlune",
        "name": "Zz-la-Lune",
        "insee": "01999",
        "carrier": {"kind": "ccas", "name": "CCAS de la Lune", "siret": "99900010200015"},
        "web": {"primary": "zzlune.localhost", "others": ["zzlune-bis.localhost"]},
        "mail": {"sender": "a@lune.example", "sender_name": "Lune", "reply_to": "b@lune.example"},
        "look": {"name": "Lune", "accent": "#1d5f8a"},
        "ages": {"youngest": 6, "oldest": 16},
        "calendar": {"quiet_hours": {"starts": time(20), "ends": time(7)}},
        "domains": [
            {"code": "educatif", "label": "Éducatif", "national": "education"},
            {"code": "social", "label": "Social", "national": "social"},
        ],
        "vocabularies": {
            "referral_sources": [{"code": "ecole", "label": "École", "national": "school"}],
            "motives": [{"code": "lecture", "label": "Lecture", "national": "learning"}],
            "exit_reasons": [{"code": "fini", "label": "Fini", "national": "goals_met"}],
        },
        "priority_districts": [{"code": "QN00199N", "name": "La Mer", "insee": "01999"}],
        "schools": [
            {"uai": "0019901G", "name": "École de la Lune", "level": "elementaire", "insee": "01999"},
        ],
        "organisations": [
            {
                "code": "club",
                "name": "Club de la Lune",
                "kind": "association",
                "rna": "W011999001",
                "since": date(2009, 7, 1),
                "districts": ["QN00199N"],
                "contacts": [{"name": "Contact fictif", "function": "Accueil", "phone": "01 99 00 00 01"}],
                "offers": [
                    {"code": "jeux", "label": "Jeux", "domains": ["social"], "form": "group"},
                ],
                "agreement": {"reference": "C1", "subject": "Jeux", "starts_on": date(2026, 1, 1)},
            },
        ],
        "users": [
            {
                "email": "coordination@lune.example",
                "first_name": "Zoé",
                "last_name": "Démo",
                "roles": ["coordinator"],
                "organisation": "club",
            },
        ],
    }
