"""The directory: what exists already in the town, found by need; the organisations; the picture of it all."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.journal.reading import read_only
from core.partners import needs, network, permissions, places, queries
from core.partners.enums import CostKind, OrganisationKind, Weekday
from core.partners.needs import Answer, Need
from core.partners.queries import OrganisationLine
from core.partners.views.editing import signed_in
from core.people.access import roles_required
from core.people.models import User
from core.people.names import fold
from core.sheets import lists
from core.ui.tables import Column, listing

OFFERS = (
    Column("Offre"),
    Column("Pour qui"),
    Column("Quand et où"),
    Column("Places"),
    Column("Coût"),
)
ORGANISATIONS = (Column("Structure"), Column("Nature"), Column("Offres", numeric=True), Column("Convention"))
CHOICES = ("age", "domaine", "quartier", "jour", "cout", "places")
MOST_WORDS = 200  # characters of a need

readers = roles_required(*permissions.READERS)


@readers
@require_safe
@read_only
def directory(request: HttpRequest) -> HttpResponse:
    user, districts, domains = signed_in(request), places.districts(), places.domains()
    read, need = _need(request.GET, districts, domains)
    answer = found_offers(request.GET)
    page = listing(answer.offers, OFFERS, request.GET, per_page=30)
    return render(
        request,
        "partners/directory.html",
        {
            "listing": page,
            "lines": [_line(offer, districts, domains) for offer in page.rows],
            "near": answer.near,
            "query": _text(request.GET),
            "understood": _understood(read, districts),
            "filtered": not need.is_empty,
            "filters": _filters(request.GET, districts, domains),
            "age": request.GET.get("age", "")[:3],
            "chosen": any(request.GET.get(name) for name in CHOICES),
            "may_manage": permissions.can_manage_network(user),
            "export_url": _export("offers", user, request.GET),
        },
    )


def found_offers(params: QueryDict) -> Answer:
    """What the directory answers to its search and its choices."""
    districts, domains = places.districts(), places.domains()
    return needs.search(queries.open_offers(), _need(params, districts, domains)[1], domains)


def _need(params: QueryDict, districts: dict[str, str], domains: dict[str, str]) -> tuple[Need, Need]:
    """As the text was understood, and with what was picked in the lists."""
    read = needs.understand(_text(params), districts)
    return read, _chosen(read, params, districts, domains)


def _text(params: QueryDict) -> str:
    return params.get("q", "").strip()[:MOST_WORDS]


def _export(code: str, user: User, params: QueryDict) -> str:
    return lists.address(code, user.roles_on(timezone.localdate()), params.dict())


@readers
@require_safe
@read_only
def organisation_list(request: HttpRequest) -> HttpResponse:
    user, params = signed_in(request), request.GET
    sees_access = user.has_role(*permissions.SEE_AGREEMENTS)
    page = listing(chosen_organisations(user, params, timezone.localdate()), ORGANISATIONS, params)
    return render(
        request,
        "partners/organisation_list.html",
        {
            "listing": page,
            "query": params.get("q", "").strip()[:MOST_WORDS],
            "filters": _organisation_filters(params, sees_access),
            "filtered": any(params.get(name) for name in ("q", "nature", "convention")),
            "may_manage": permissions.can_manage_network(user),
            "sees_access": sees_access,
            "export_url": _export("organisations", user, params),
            "agreements_url": _export("agreements", user, params),
        },
    )


def chosen_organisations(user: User, params: QueryDict, on: date) -> list[OrganisationLine]:
    sees_access = user.has_role(*permissions.SEE_AGREEMENTS)
    return [line for line in queries.organisation_lines(user, on=on) if _asked(line, params, sees_access)]


@readers
@require_safe
@read_only
def picture(request: HttpRequest) -> HttpResponse:
    exact = permissions.can_see_exact_counts(signed_in(request))
    drawn = network.picture(timezone.localdate(), exact=exact)
    rows = [
        (f"{edge.first.organisation.name} et {edge.second.organisation.name}", edge.said)
        for edge in drawn.edges
    ]
    return render(request, "partners/picture.html", {"drawn": drawn, "rows": rows})


def _chosen(need: Need, params: QueryDict, districts: dict[str, str], domains: dict[str, str]) -> Need:
    """What was picked in the lists comes before what was read in the text."""
    values: dict[str, Any] = {}
    if params.get("quartier") in districts:
        values |= {"district": params["quartier"], "district_words": ()}
    if params.get("domaine") in domains:
        values["domain"] = params["domaine"]
    if params.get("jour") in map(str, Weekday.values):
        values["weekday"] = int(params["jour"])
    if params.get("age", "").strip().isdecimal() and int(params["age"]) < 26:
        values["age"] = int(params["age"])
    if params.get("cout") in CostKind.values:
        values["cost"] = params["cout"]
    if params.get("places") == "libres":
        values["with_places"] = True
    return replace(need, **values)


def _understood(need: Need, districts: dict[str, str]) -> list[str]:
    """What the search took from the text, so that a surprise explains itself."""
    said = []
    if need.age is not None:
        said.append(f"{need.age}\u00a0ans")
    if need.district:
        said.append(districts.get(need.district, need.district))
    if need.weekday is not None:
        said.append(f"le {Weekday(need.weekday).label}")
    if need.cost:
        said.append(str(CostKind(need.cost).label).lower())
    return said


def _line(offer: Any, districts: dict[str, str], domains: dict[str, str]) -> dict[str, Any]:
    return {
        "offer": offer,
        "domains": places.said(offer.domains, domains),
        "districts": places.said(offer.districts or offer.organisation.districts, districts),
    }


def _filters(params: QueryDict, districts: dict[str, str], domains: dict[str, str]) -> list[dict[str, Any]]:
    lists = [
        ("domaine", "Domaine", "Tous", list(domains.items())),
        ("quartier", "Quartier", "Tous", list(districts.items())),
        ("jour", "Jour", "Tous", [(str(day.value), day.label) for day in Weekday]),
        ("cout", "Coût", "Tous", list(CostKind.choices)),
        ("places", "Places", "Toutes", [("libres", "Sans les offres complètes")]),
    ]
    return [
        {"name": name, "label": label, "every": every, "choices": choices, "chosen": params.get(name, "")}
        for name, label, every, choices in lists
    ]


def _asked(line: OrganisationLine, params: QueryDict, sees_access: bool) -> bool:
    name = f" {fold(line.organisation.name)}"
    kind, agreement = params.get("nature", ""), params.get("convention", "") if sees_access else ""
    return (
        all(f" {word}" in name for word in fold(params.get("q", "")[:MOST_WORDS]).split())
        and (kind not in OrganisationKind.values or line.organisation.kind == kind)
        and (agreement != "bientot" or line.ends_soon)
        and (agreement != "aucune" or not line.under_agreement)
    )


def _organisation_filters(params: QueryDict, sees_access: bool) -> list[dict[str, Any]]:
    lists = [("nature", "Nature", list(OrganisationKind.choices))]
    if sees_access:
        ends = [("bientot", "Se termine bientôt"), ("aucune", "Aucune en vigueur")]
        lists.append(("convention", "Convention", ends))
    return [
        {"name": name, "label": label, "every": "Toutes", "choices": choices, "chosen": params.get(name, "")}
        for name, label, choices in lists
    ]
