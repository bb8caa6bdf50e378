"""What each person sees of the figures; every place that shows a number shows the same one."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.journal.models import ReadLine
from core.people.enums import TOWN_ROLES, Role
from core.people.models import User
from core.reporting import boards, exporting, frozen, indicators, readers, rows_shown, steering
from core.reporting.enums import Purpose
from core.reporting.indicators import INDICATORS
from core.reporting.models import Snapshot
from core.reporting.operations.freezing import CannotFreezeError, freeze
from core.sheets import writing
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import making
from tests.core.reporting.population import Town

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]
TODAY = timezone.localdate()
LAST = indicators.school_year(indicators.school_year_of(TODAY) - 1)
DAYS = [date.fromordinal(LAST.first.toordinal() + number) for number in range(-400, 366, 9)]


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn) -> Browse:
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


@pytest.fixture
def coordinator(in_town_a: Place) -> User:
    return making.user(Role.COORDINATOR)


@pytest.fixture
def town(coordinator: User) -> Town:
    made = Town(Random(5), DAYS, coordinator)
    made.fill(60)
    return made


OF_CHILDREN = ("sex", "bracket", "level", "residence", "network")
ENDED = (("reason", "unknown"), ("duration", "24+"), ("sex", "unknown"), ("bracket", "unknown"))


def url(name: str, *args: object) -> str:
    return reverse(f"reporting:{name}", args=args, urlconf="reussite.urls_town")


def page(client: Client, name: str, *args: object, **params: str) -> str:
    response = client.get(url(name, *args), params)
    assert response.status_code == 200
    return plain(response.content.decode())


def plain(html: str) -> str:
    return " ".join(html.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_page_file_and_cells_say_the_same(browse: Browse, town: Town, coordinator: User) -> None:
    figures = indicators.compute(LAST)
    html = page(browse(coordinator), "dashboard", periode=LAST.code)
    told = dict(re.findall(r'number-label">([^<]+)</p> <p class="number-value">([^<]+)<', html))
    for code in ("children", "families", "referrals", "pathways", "objectives", "partners", "meetings_held"):
        assert told[INDICATORS[code].name] == readers.said(code, figures.count(code)), code
    body = browse(coordinator).get(url("export", "csv"), {"periode": LAST.code}).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(body), delimiter=";"))
    names = {one.name: one.code for one in INDICATORS.values()}
    counted = {
        (names[line[1]], line[2], line[3]): line[4] for line in lines if len(line) > 4 and line[1] in names
    }
    cells = {(cell.indicator, cell.breakdown): cell.count for cell in indicators.cells(LAST)}
    assert counted["children", "", "Total"] == str(cells["children", ()])
    for dimension in ("sex", "bracket", "residence", "network", "level", "participation"):
        for value in indicators.DIMENSIONS[dimension].values:
            name = indicators.DIMENSIONS[dimension].name
            expected = cells.get(("children", ((dimension, value.code),)), 0)
            assert counted["children", name, value.label] == str(expected)


def test_each_number_is_as_long_as_its_rows(browse: Browse, town: Town, coordinator: User) -> None:
    figures = indicators.compute(LAST)
    for indicator in INDICATORS.values():
        if not rows_shown.has_rows(indicator):
            continue
        for table in indicator.breakdowns[:3]:
            for (code, pairs), count in figures.counts.items():
                if code == indicator.code and {name for name, _ in pairs} == set(table):
                    found, hidden = rows_shown.rows_behind(indicator, dict(pairs), LAST, TODAY, coordinator)
                    assert (found.count(), hidden) == (count, 0), (code, pairs)


def test_rows_are_read_with_their_line(browse: Browse, town: Town, coordinator: User) -> None:
    client = browse(coordinator)
    response = client.get(url("rows", "children"), {"periode": LAST.code, "sex": "f"})
    assert response.status_code == 200
    line = ReadLine.objects.latest("pk")
    assert line.page == "reporting:rows"
    assert 0 < len(line.shown) <= indicators.compute(LAST).count("children", sex="f")


@pytest.mark.parametrize(
    ("indicator", "params"),
    [("nothing", {}), ("children", {"sex": "f", "level": "college"}), ("minutes_delivered", {})],
)
def test_rows_of_what_is_no_table_are_not_found(
    browse: Browse, coordinator: User, indicator: str, params: dict[str, str]
) -> None:
    assert browse(coordinator).get(url("rows", indicator), params).status_code == 404


@pytest.mark.parametrize("role", sorted(TOWN_ROLES - {Role.COORDINATOR, Role.STEERING}))
def test_figures_are_for_the_coordination(browse: Browse, role: Role) -> None:
    client = browse(making.user(role))
    for name, args in (("dashboard", ()), ("export", ("csv",)), ("snapshots", ()), ("rows", ("children",))):
        assert client.get(url(name, *args)).status_code == 403


def test_who_steers_gets_no_row_and_no_free_date(browse: Browse, town: Town, coordinator: User) -> None:
    """Nor a number that the file, the page or another's address would give back."""
    client = browse(making.user(Role.STEERING))
    free = f"{LAST.first.isoformat()}_{date.fromordinal(LAST.last.toordinal() - 40).isoformat()}"
    told = page(client, "dashboard", periode=LAST.code)
    assert "masqué" in told
    shown = re.compile(r'number-value">([^<]+)<')
    assert shown.findall(page(client, "dashboard", periode=free)) == shown.findall(page(client, "dashboard"))
    assert client.get(url("rows", "children"), {"periode": LAST.code}).status_code == 403
    assert client.get(url("freeze"), {"periode": LAST.code}).status_code == 403
    body = client.get(url("export", "csv"), {"periode": LAST.code}).content.decode("utf-8-sig")
    for line in csv.reader(io.StringIO(body), delimiter=";"):
        one = next((one for one in INDICATORS.values() if len(line) > 4 and one.name == line[1]), None)
        if one is not None and steering.is_masked(one) and line[4].isdigit():
            assert int(line[4]) == 0, line  # a year that nobody froze is told in classes


def test_what_steering_is_told_gives_no_hidden_number_back(town: Town, coordinator: User) -> None:
    """The page, the file and the board of a frozen year hide the same numbers, and they are protected."""
    snapshot = freeze(period=LAST, purpose=Purpose.STEERING, by=coordinator, at=timezone.now())
    figures, hidden = frozen.figures_of(snapshot), frozen.hidden_in(snapshot)
    web = steering.web_of(figures)
    small = {name for name, value in web.values.items() if 0 < value < 5} - {"again", "with_pathway"}
    assert small
    assert small <= hidden
    reader = readers.for_steering(LAST, today=TODAY)
    for indicator in filter(steering.is_masked, INDICATORS.values()):
        for dimension in steering.dimensions_of(indicator):
            for (value,), count in figures.table(indicator.code, indicators.DIMENSIONS[dimension]):
                shown = reader.count(indicator.code, **{dimension: value})
                if 0 < count < 5:
                    assert shown.is_hidden, (indicator.code, dimension, value)
                    assert shown.value is None
                    assert shown.drawn == 0
    rows = [row for sheet in exporting.sheets(reader, None)[:1] for row in sheet.rows]
    for row in rows:
        indicator = next(one for one in INDICATORS.values() if one.name == row[1])
        if steering.is_masked(indicator) and isinstance(row[4], int) and row[2]:
            assert row[4] == 0 or row[4] >= 5, row


def test_shares_made_of_a_hidden_number_are_hidden() -> None:
    figures = indicators.Figures(
        period=LAST,
        on=LAST.last,
        ages_on=LAST.last,
        catalogue="x",
        counts={
            ("children", ()): 103,
            ("children", (("participation", "pathway"),)): 80,
            ("children", (("participation", "both"),)): 20,
            ("children", (("participation", "group"),)): 3,
            **{(code, ()): 100 for code in ("pathways", "pathways_open")},
            ("pathways_open", (("standing", "active"),)): 100,
            ("pathways", (("standing", "active"),)): 100,
            **{("children", ((dimension, "unknown"),)): 103 for dimension in OF_CHILDREN},
        },
    )
    hidden = steering.hidden_numbers(figures, {}, threshold=5, before=[])
    assert {"children/participation=group"} < hidden
    reader = readers.Masked(figures, hidden, 5, exact=True)
    assert reader.share(indicators.SHARES["individualisation"]) == readers.HIDDEN


def test_one_year_does_not_tell_what_the_one_before_hid() -> None:
    """Pathways that end are few: those left open must not come back as what the next year begins with."""
    nxt = indicators.school_year(LAST.first.year + 1)

    def of(period: indicators.Period, opened: int, still: int, ended: int) -> indicators.Figures:
        counts = {
            ("pathways", ()): still + ended,
            ("pathways", (("standing", "active"),)): still,
            ("pathways", (("standing", "ended"),)): ended,
            ("pathways_open", ()): still,
            ("pathways_open", (("standing", "active"),)): still,
            ("pathways_ended", ()): ended,
            ("pathways_opened", ()): opened,
            ("children", ()): still + ended,
            ("children", (("participation", "pathway"),)): still + ended,
            **{("children", ((name, "unknown"),)): still + ended for name in OF_CHILDREN},
            **{("pathways_ended", ((name, value),)): ended for name, value in ENDED},
            **{("pathways_opened", ((name, "unknown"),)): opened for name in ("sex", "bracket")},
        }
        return indicators.Figures(period, period.last, period.last, "x", counts)

    first = of(LAST, 60, 57, 3)
    hidden = steering.hidden_numbers(first, {}, threshold=5, before=[])
    assert {"pathways_ended", "pathways_open"} <= hidden
    assert "pathways" not in hidden
    kept = steering.Before(LAST, first, hidden)
    second = of(nxt, 40, 70, 27)
    alone = steering.hidden_numbers(second, {}, threshold=5, before=[])
    after = steering.hidden_numbers(second, {}, threshold=5, before=[kept])
    assert not alone & {"pathways", "pathways_opened"}
    assert "pathways_opened" in after


def test_a_correction_of_one_child_hides_what_moved(town: Town, coordinator: User) -> None:
    first = freeze(period=LAST, purpose=Purpose.STEERING, by=coordinator, at=timezone.now())
    Town(Random(9), [LAST.first], coordinator).fill(2)
    second = freeze(period=LAST, purpose=Purpose.STEERING, by=coordinator, at=timezone.now())
    before, after = frozen.figures_of(first), frozen.figures_of(second)
    moved = after.count("referrals") - before.count("referrals")
    assert 0 < moved < 5
    assert "referrals" in frozen.hidden_in(second)
    assert frozen.hidden_in(first) & steering.web_of(after).values.keys() <= frozen.hidden_in(second)


def test_only_years_that_are_over_are_frozen_for_steering(in_town_a: Place, coordinator: User) -> None:
    running = indicators.school_year(LAST.first.year + 1)
    with pytest.raises(CannotFreezeError, match="quand elle est finie"):
        freeze(period=running, purpose=Purpose.STEERING, by=coordinator, at=timezone.now())
    calendar = indicators.calendar_year(LAST.first.year)
    with pytest.raises(CannotFreezeError, match="elles seules"):
        freeze(period=calendar, purpose=Purpose.STEERING, by=coordinator, at=timezone.now())
    assert freeze(period=LAST, purpose=Purpose.STEERING, by=coordinator, at=timezone.now()).pk


def test_the_coordinator_freezes_a_year_once(browse: Browse, town: Town, coordinator: User) -> None:
    client = browse(coordinator)
    address = f"{url('freeze')}?periode={LAST.code}"
    html = client.get(address).content.decode()
    (key,) = re.findall(r'name="form_key" value="([^"]+)"', html)
    for _ in range(2):
        response = client.post(address, {"form_key": key, "note": "Comité de novembre"})
        assert response.status_code == 302
    snapshot = Snapshot.objects.get()
    html = page(client, "snapshot", snapshot.pk)
    assert snapshot.sha256 in html
    assert "Comité de novembre" in page(client, "snapshots")


def test_without_a_year_that_is_over_there_is_nothing_to_freeze(browse: Browse, coordinator: User) -> None:
    response = browse(coordinator).get(url("freeze"), follow=True)
    assert "Aucune année n’est encore finie" in plain(response.content.decode())
    assert not Snapshot.objects.exists()


def test_free_dates_and_what_is_wrong_with_them(browse: Browse, town: Town, coordinator: User) -> None:
    client = browse(coordinator)
    response = client.get(url("dashboard"), {"du": "1/10/2025", "au": "31/12/2025"})
    assert response.status_code == 302
    assert "2025-10-01_2025-12-31" in response["Location"]
    assert "La fin de la période ne précède pas son début" in page(
        client, "dashboard", du="31/12/2025", au="1/10/2025"
    )
    assert page(client, "dashboard", periode="n’importe quoi")


def test_the_coordinator_may_look_as_steering_does(browse: Browse, town: Town, coordinator: User) -> None:
    html = page(browse(coordinator), "dashboard", periode=LAST.code, vue="pilotage")
    assert "C’est ce que voit le pilotage" in html
    assert url("rows", "children") not in html


@pytest.mark.parametrize("format", ["xlsx", "ods", "csv"])
def test_files_are_written(browse: Browse, town: Town, coordinator: User, format: str) -> None:
    response = browse(coordinator).get(url("export", format), {"periode": LAST.code})
    assert response.status_code == 200
    assert response["Content-Type"] == writing.CONTENT_TYPES[format]
    assert f".{format}" in response["Content-Disposition"]


def test_as_many_queries_at_any_size(browse: Browse, coordinator: User) -> None:
    client, numbers = browse(coordinator), []
    for size in (5, 60):
        Town(Random(size), DAYS, coordinator).fill(size)
        for _ in range(3):
            with CaptureQueriesContext(
                connection,
            ) as found:
                client.get(url("dashboard"), {"periode": LAST.code})
        numbers.append(len(found))
    assert numbers[0] == numbers[1]


def test_one_theme_stands_open_and_each_link_leads_to_its_own(browse: Browse, coordinator: User) -> None:
    said = page(browse(coordinator), "dashboard", periode=LAST.code)
    themes = re.findall(r'<details class="unfold theme" (open)?>\s*<summary>\s*<h2 id="([^"]+)"', said)
    assert [bool(is_open) for is_open, _ in themes] == [True] + [False] * (len(themes) - 1)
    jumps = said.partition('<nav class="anchors"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="#([^"]+)"', jumps)
    assert links == [*(code for _, code in themes), "manque"]
    assert len(themes) > 3


def test_unknown_answers_are_counted_and_shown(browse: Browse, town: Town, coordinator: User) -> None:
    board = boards.board_of(readers.for_coordination(LAST), None)
    figures = indicators.compute(LAST)
    sex = next(line for line in board.unknown if line.label.endswith("sexe"))
    assert sex.text == str(figures.count("children", sex="unknown"))
    assert sex.too_many
    assert "Ce qui manque" in page(browse(coordinator), "dashboard", periode=LAST.code)
