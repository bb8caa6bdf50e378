"""The national site: open to all, and in no format a count that is hidden."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.exchange import perimeter
from core.exchange.enums import Status
from core.national import showing
from core.national.enums import Recipient
from core.national.models import Release, ReleasedCell
from core.national.operations import releasing
from core.national.reading import HIDDEN, Told
from core.people.enums import Role
from core.reporting import indicators
from core.sheets import reading as sheets
from tenants.context import Place
from tests.conftest import client_of
from tests.core.national import making
from tests.core.pathways import making as people

SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def released(in_national: Place) -> Release:
    making.send_nation()
    return making.published()


@pytest.fixture
def visitor(national: Place) -> Client:
    return client_of(national)


@pytest.fixture
def reader(in_national: Place, sign_in: SignIn) -> Client:
    return sign_in(client_of(in_national), in_national, people.user(Role.NATIONAL_READER, signed=False))


def raw(place: str, towns: dict[str, str], places: dict[str, dict[str, str]]) -> dict[tuple[str, str], int]:
    """The true counts of a place, summed again from what the towns sent."""
    found: dict[tuple[str, str], int] = {}
    for schema, children in making.NATION.items():
        code, inside = towns[schema], set()
        while code:
            inside.add(code)
            code = places[code]["parent"]
        if place in inside:
            for key, count in making.counts_of(children).items():
                found[key] = found.get(key, 0) + count
    return found


def truth(release: Release, indicator: str, place: str, breakdown: str) -> int:
    wanted = set(perimeter.read(breakdown))
    crossings = perimeter.PASSED[indicator]
    names = {name for name, _ in wanted}
    crossing = next(one for one in crossings if names <= set(one))
    return sum(
        count
        for (counted, text), count in raw(place, release.towns, release.document["places"]).items()
        if counted == indicator
        and tuple(name for name, _ in perimeter.read(text)) == crossing
        and wanted <= set(perimeter.read(text))
    )


def test_what_is_stored_is_the_truth_or_nothing(released: Release) -> None:
    shown = hidden = 0
    for cell in released.cells.all():
        told = truth(released, cell.indicator, cell.place, cell.breakdown)
        if cell.value is None:
            hidden += 1
        else:
            shown += 1
            assert cell.value == told, (cell.place, cell.breakdown)
    assert shown
    assert hidden


def test_a_visitor_reads_the_release_without_an_account(released: Release, visitor: Client) -> None:
    assert visitor.get("/")["Location"] == "/publications/"
    assert f"/publications/{released.number}/" in visitor.get("/publications/").text
    page = visitor.get(f"/publications/{released.number}/").text
    assert "1\u202f185" in page  # children of all towns
    assert HIDDEN in page
    assert "Villes fictives" in page
    for place in ("R76", "D59"):
        assert visitor.get(f"/publications/{released.number}/?lieu={place}").status_code == 200
    for unknown in ("R11", "Vfictive-59-002", "x"):
        assert visitor.get(f"/publications/{released.number}/?lieu={unknown}").status_code == 404
    method = visitor.get(f"/publications/{released.number}/methode/").text
    assert released.fingerprint in method


def test_a_zero_and_a_mark_are_not_the_same(in_national: Place, visitor: Client) -> None:
    release = making.bare_release(FR=300, R76=None, R32=0)
    page = visitor.get(f"/publications/{release.number}/").text
    row = re.search(r"Occitanie</a>.*?</tr>", page, re.DOTALL)
    other = re.search(r"Hauts-de-France</a>.*?</tr>", page, re.DOTALL)
    assert row
    assert HIDDEN in row[0]
    assert other
    assert HIDDEN not in other[0]
    assert ">0<" in other[0]


def files(client: Client, release: Release) -> dict[str, list[list[object]]]:
    """The cells of each format, as rows (indicator, place, breakdown, value)."""
    found: dict[str, list[list[object]]] = {}
    for format in ("csv", "ods", "xlsx"):
        body = client.get(f"/publications/{release.number}/fichier/{format}/").content
        if format == "csv":
            rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
        else:
            rows = sheets.read(body, f"publication.{format}")[0].rows  # type: ignore[assignment]
        found[format] = [row for row in rows[1:] if len(row) == 6]
    return found


def test_every_file_hides_what_the_page_hides(released: Release, visitor: Client) -> None:
    hidden = released.cells.filter(value=None).count()
    total = released.cells.count()
    for format, rows in files(visitor, released).items():
        values = [str(row[5]) for row in rows]
        assert len(values) == total, format
        assert values.count(HIDDEN) == hidden, format
        assert all(value == HIDDEN or int(float(value)) == 0 or int(float(value)) >= 11 for value in values)
    told = json.loads(visitor.get(f"/publications/{released.number}/fichier/json/").content)
    assert sum(one["hidden"] for one in told["cells"]) == hidden
    for one in told["cells"]:
        breakdown = perimeter.written(tuple(one["breakdown"].items()))
        true = truth(released, one["indicator"], one["place"], breakdown)
        assert one["value"] == (None if one["hidden"] else true)
    assert "fictive_" not in json.dumps(told)
    assert visitor.get(f"/publications/{released.number}/fichier/exe/").status_code == 404


def test_what_is_not_out_is_shown_to_nobody(in_national: Place, visitor: Client, reader: Client) -> None:
    making.send_nation()
    release = making.audited()
    for client in (visitor, reader):
        for path in ("", "methode/", "fichier/csv/", "fichier/json/"):
            assert client.get(f"/publications/{release.number}/{path}").status_code == 404
    control = reader.get(f"/publications/preparation/{release.number}/").text
    assert "Aucune cellule masquée ne peut être retrouvée" in control
    assert "1\u202f185" not in control


def test_a_release_for_national_readers_is_not_for_visitors(
    in_national: Place, visitor: Client, reader: Client
) -> None:
    making.send_nation()
    release = making.published(Recipient.NATION)
    assert visitor.get(f"/publications/{release.number}/").status_code == 404
    assert f"/publications/{release.number}/" not in visitor.get("/publications/").text
    assert reader.get(f"/publications/{release.number}/").status_code == 200


def test_a_reader_prepares_and_publishes(
    in_national: Place, reader: Client, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    making.send_nation()
    year = making.PERIOD.first.year
    monkeypatch.setattr("core.national.operations.releasing.years", lambda on: [year])
    given = {"year": year, "recipient": "public", "source": Status.OFFICIAL, "labelled": 4, "made_up": "on"}
    few = reader.post("/publications/preparation/nouvelle/", {**given, "form_key": "0" * 32})
    assert "Il ne peut y avoir moins de villes labellisées" in few.text
    given["labelled"] = 20
    answer = reader.post("/publications/preparation/nouvelle/", {**given, "form_key": "1" * 32})
    release = Release.objects.get()
    assert answer["Location"] == f"/publications/preparation/{release.number}/"
    early = reader.post(f"/publications/preparation/{release.number}/publier/", follow=True).text
    assert "pas passé le contrôle" in early
    releasing.audit_waiting(at=timezone.now())
    assert "Publier" in reader.get(answer["Location"]).text
    done = reader.post(f"/publications/preparation/{release.number}/publier/")
    assert done["Location"] == f"/publications/{release.number}/"
    assert Release.objects.public().count() == 1
    drawer = reader.get("/publications/preparation/").text
    assert "Publiée" in drawer
    assert "Villes dont le retour manque" in drawer


def test_two_years_are_compared(in_national: Place, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    making.bare_release(FR=300)
    monkeypatch.setattr(making, "PERIOD", indicators.school_year(2023))
    making.bare_release(FR=200)
    page = visitor.get("/publications/1/?avec=2").text
    assert "300 (avant\u00a0: 200)" in page
    assert "avant" not in visitor.get("/publications/1/").text


def test_queries_do_not_grow_with_cells(released: Release, visitor: Client) -> None:
    def count(number: int) -> int:
        visitor.get(f"/publications/{number}/")
        with CaptureQueriesContext(connection) as found:
            visitor.get(f"/publications/{number}/")
        return len(found)

    small = making.bare_release(FR=300)
    assert ReleasedCell.objects.filter(release=small).count() < released.cells.count()
    assert count(released.number) == count(small.number)


def test_a_public_file_is_asked_again_by_its_mark(
    in_national: Place, visitor: Client, reader: Client
) -> None:
    making.send_nation()
    release = making.published()
    address = f"/publications/{release.number}/fichier/csv/"
    first = visitor.get(address)
    assert first["Cache-Control"] == "public, max-age=3600"
    again = visitor.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    nation = making.published(Recipient.NATION)
    assert reader.get(f"/publications/{nation.number}/fichier/csv/")["Cache-Control"] == "private, no-store"


def test_a_share_of_a_hidden_total_is_hidden(in_national: Place) -> None:
    assert showing._share(Told(20, False), Told(None, True)) == HIDDEN
    assert showing._share(Told(20, False), Told(40, False)) != HIDDEN
