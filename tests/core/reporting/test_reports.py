"""Reports: what they tell is what the engine counts, what they hide cannot be found, what left stays."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from html import unescape
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import typst
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.children.models import Child
from core.funding.enums import Nature
from core.funding.models import InKind
from core.funding.years import FundingYear, YearKind
from core.people.enums import Role
from core.people.models import User
from core.reporting import costs, documents, frozen, indicators, steering
from core.reporting.enums import Purpose, ReportKind
from core.reporting.indicators import DIMENSIONS, INDICATORS, SHARES, Figures
from core.reporting.models import Report, ReportIssue, Snapshot, ToldFigures
from core.reporting.operations import freezing, reports
from core.reporting.operations.reports import CannotReportError
from core.reporting.reports import content, drafting, perimeter
from core.reporting.reports.money import money_of
from core.reporting.steering import Table, spread
from core.sheets import reading
from tenants.context import Place, entered
from tests.conftest import client_of
from tests.core.funding import making as accounts
from tests.core.pathways import making
from tests.core.reporting import reports_made as made
from tests.core.reporting.population import Town

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]
LAST = made.last_year()
HIDDEN_FIELD = re.compile(r'type="hidden" name="(initial-[^"]+)" (?:value="([^"]*)")?')
DAYS = [date.fromordinal(LAST.first.toordinal() + number) for number in range(-400, 366, 9)]


@pytest.fixture
def boss(in_town_a: Place) -> User:
    return making.user(Role.COORDINATOR)


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn) -> Browse:
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


@pytest.fixture
def town(boss: User) -> Town:
    """With children enough for something to be told, and small counts."""
    found = Town(Random(5), DAYS, boss)
    found.fill(60)
    return found


def url(name: str, *args: object) -> str:
    return reverse(f"reporting:{name}", args=args, urlconf="reussite.urls_town")


def money(by: User) -> None:
    """Of a year of the town's own kind."""
    year = FundingYear(LAST.first.year, YearKind.SCHOOL)
    accounts.convention(by, year=year, granted=Decimal(52_000), paid=Decimal(0))
    accounts.in_kind(by, year=year, amount=Decimal(6_000))
    accounts.expense(by, on=LAST.first, amount=Decimal(41_000))


def numbers(told: content.Content) -> dict[str, int | None]:
    counts = {one.name: one.value for one in told.counts}
    return counts | {f"{table.title} {row.label}": row.value for table in told.tables for row in table.rows}


def amounts(told: content.Content) -> dict[str, tuple[str, ...]]:
    rows = (*told.funders, *told.expenses, *told.in_kind, *told.totals)
    return {row.label: row.amounts for row in rows} | {one.numerator: (one.amount,) for one in told.costs}


# --- the same figures ---------------------------------------------------------------------------
def test_what_is_told_is_what_the_engine_counts(town: Town, boss: User, browse: Browse) -> None:
    money(boss)
    issue = made.issue(boss, ReportKind.PREFET)
    told, live = content.read(issue), indicators.compute(LAST)
    exact = {INDICATORS[code].name: live.count(code) for code in perimeter.TOTALS}
    for code, dimension in perimeter.TABLES:
        by = DIMENSIONS[dimension]
        title = f"{INDICATORS[code].name}\u00a0: {by.name[0].lower()}{by.name[1:]}"
        exact |= {f"{title} {by.label(value)}": live.count(code, **{dimension: value}) for value in by.codes}
    found = numbers(told)
    assert found.keys() == exact.keys()
    assert {name: value for name, value in found.items() if value is not None}.items() <= exact.items()
    assert found["Enfants accompagnés"] == exact["Enfants accompagnés"] > 30
    assert None in found.values()  # and something is small
    ratio = live.share(SHARES["individualisation"])
    assert told.rates[0].part in (None, ratio.part)
    assert told.rates[0].whole == ratio.whole
    assert frozen.figures_of(issue.told.snapshot) == live
    page = browse(boss).get(url("issue", issue.pk)).text
    assert f'number-value">{found["Enfants accompagnés"]}</p>' in page
    book = {
        sheet.name: sheet.rows
        for sheet in reading.read(browse(boss).get(url("issue_file", issue.pk, "ods")).content, "a.ods")
    }
    shown = [
        (row[0], row[1]) for row in book["Chiffres"][1:] if row[0] != INDICATORS["minutes_delivered"].name
    ]
    assert all(value == ("masqué" if found[name] is None else found[name]) for name, value in shown)
    assert browse(boss).get(url("issue_file", issue.pk, "pdf")).content.startswith(b"%PDF-1.7")


def test_a_hidden_number_is_nowhere_in_what_leaves(town: Town, boss: User) -> None:
    issue = made.issue(boss, ReportKind.PARTNERS)
    told, live = content.read(issue), indicators.compute(LAST)
    small = [
        (table.title, row.label)
        for table, (code, dimension) in zip(told.tables, perimeter.TABLES, strict=True)
        for row, value in zip(table.rows, DIMENSIONS[dimension].codes, strict=True)
        if code != "partners" and 0 < live.count(code, **{dimension: value}) < 11
    ]
    assert small
    found = numbers(told)
    assert {found[f"{title} {label}"] for title, label in small} == {None}
    flows = json.loads(issue.text)["counts"]
    assert not {"pathways", "pathways_opened", "pathways_ended"} & {one["code"] for one in flows}
    with pytest.raises(LookupError):
        drafting.told_to(issue.report, issue.told).count("pathways_ended")


# --- the cost -----------------------------------------------------------------------------------
def test_a_cost_names_its_parts_and_rounds_as_the_state_did(town: Town, boss: User) -> None:
    money(boss)
    every = indicators.compute(LAST).count("children")
    rows = content.read(made.issue(boss, ReportKind.PREFET)).costs
    assert [(row.numerator, row.amount) for row in rows[::2]] == [
        ("Crédits de l’État accordés", "52000.00"),
        ("Financements directs", "52000.00"),
        ("Financements directs et apports en nature", "58000.00"),
    ]
    assert [row.denominator for row in rows[:2]] == [costs.ALL_CHILDREN, costs.WITH_PATHWAY]
    assert (rows[0].number, rows[0].each) == (every, round(52_000 / every, -1))
    nation = accounts.convention(boss, year=FundingYear(2013, YearKind.CIVIL), granted=Decimal(109_000_000))
    table = money_of(nation.of_year.first, nation.of_year.last)
    found = costs.costs(table, children=128_000, with_pathway=64_000)
    assert [one.each for one in found[:2]] == [850, 1700]  # 2013: 109 M€, 128,000 children, 850 € a child


def test_no_cost_gives_a_hidden_number_of_children_back(boss: User) -> None:
    money(boss)
    Town(Random(5), DAYS, boss).fill(16)
    every = indicators.compute(LAST).count("children")
    assert 5 <= every < 11
    for one in content.read(made.issue(boss, ReportKind.STEERING)).costs:
        assert (one.number, one.each, one.said) == (None, None, "masqué")


# --- small counts under attack ------------------------------------------------------------------
def completions(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in completions(total - first, cells - 1):
            yield (first, *others)


def recovered(parts: Mapping[str, int], table: Table, small: Callable[[int], bool]) -> dict[str, int]:
    """Numbers that who knows the rule and all that is told finds: each way to fill what is hidden that would
    have been told in the same way is tried.
    """
    whole = sum(parts.values())

    def run(given: Mapping[str, int]) -> set[str]:
        values = {**given, table.whole: whole}
        if table.computed:
            values["with_pathway"] = given["pathway"] + given["both"]
        return spread({name for name, value in values.items() if small(value)}, [table])

    hidden = run(parts)
    if table.whole in hidden:
        return {}
    possible: dict[str, set[int]] = {name: set() for name in hidden & parts.keys()}
    for guess in completions(whole, len(parts)):
        tried = dict(zip(parts, guess, strict=True))
        if run(tried) == hidden and all(tried[name] == parts[name] for name in parts if name not in hidden):
            for name, found in possible.items():
                found.add(tried[name])
    return {name: parts[name] for name, found in possible.items() if len(found) == 1}


TABLES = {
    "a table": Table("children", ("a", "b", "c")),
    "with or without pathway": Table("children", ("pathway", "both", "group"), ("with_pathway",)),
}


@pytest.mark.parametrize("threshold", [5, 11])
@pytest.mark.parametrize("tree", TABLES)
def test_who_knows_the_rule_finds_no_small_number(tree: str, threshold: int) -> None:
    table, chance, told, found = TABLES[tree], Random(7), 0, []
    for _ in range(60):
        parts = {
            name: chance.choice([0, chance.randint(1, 10), chance.randint(1, 25)]) for name in table.parts
        }
        given = recovered(parts, table, lambda value: 0 < value < threshold)
        found += list(given.items())
        told += all(not 0 < value < threshold for value in parts.values())
    assert told > 3  # it is not all hidden either
    assert found == []


def test_a_table_is_told_whole_or_not_at_all_and_the_most_open_report_tells_all(
    town: Town, boss: User, browse: Browse
) -> None:
    told = {str(kind): content.read(made.issue(boss, kind)) for kind in ReportKind}
    tables = [table.rows for one in told.values() for table in one.tables]
    assert {any(row.value is None for row in rows) for rows in tables} == {True, False}
    page = browse(boss).get(url("issue", ReportIssue.objects.latest("pk").pk)).text
    assert content.MASKED_WHOLE in page
    for rows in tables:
        assert len({row.value is None for row in rows}) == 1
    numbers_of = {kind: numbers(one) for kind, one in told.items()}
    assert numbers_of["partners"] == numbers_of["steering"]
    closed = {name: value for name, value in numbers_of["partners"].items() if value is not None}
    assert closed.items() < numbers_of["prefet"].items()
    assert drafting.thresholds() == {"prefet": 5, "steering": 11, "partners": 11}


# --- a life -------------------------------------------------------------------------------------
def test_the_figures_of_a_year_are_told_once(town: Town, boss: User) -> None:
    """A second telling, however little later, would by its difference tell of a child."""
    money(boss)
    report = made.report(boss, ReportKind.PREFET)
    first = made.finalised(report, boss)
    aided = making.child()
    accounts.aid(boss, aided, on=LAST.first)
    town.fill(3)
    Child.objects.get(pk=aided.pk).delete()
    assert indicators.compute(LAST) != frozen.figures_of(first.told.snapshot)
    accounts.expense(boss, on=LAST.first, amount=Decimal(900))
    reports.reopen(report=report, by=boss, at=timezone.now())
    made.write(report, "Un mot corrigé.", boss)
    second = made.finalised(report, boss)
    other = made.issue(boss, ReportKind.STEERING)
    told = [content.read(one) for one in (first, second, other)]
    assert (first.version, second.version) == (1, 2)
    assert numbers(told[0]) == numbers(told[1])
    assert amounts(told[0]) == amounts(told[1]) == amounts(told[2])
    assert amounts(told[0])["Dépenses de la période"] == ("41000.00",)
    assert len({one.figures_sha256 for one in told}) == 1
    assert told[0].blocks[0].text == "Une année de travail."
    assert ToldFigures.objects.count() == Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"posts": 500, "operation": 120}, {"Postes": "500.00", "Fonctionnement et aides": "200.00"}),
        ({"posts": 500}, {"Dépenses de toute nature": "580.00"}),
        ({}, {}),
    ],
)
def test_no_aid_is_told_alone(boss: User, others: dict[str, int], said: dict[str, str]) -> None:
    """What was spent on aids may be one child's: it is told within something else, or not at all."""
    for nature, amount in others.items():
        accounts.expense(boss, on=LAST.first, nature=Nature(nature), amount=Decimal(amount))
    accounts.aid(boss, making.child(), on=LAST.first, amount=Decimal(80))
    told = content.read(made.issue(boss))
    assert {row.label: row.amounts[0] for row in told.expenses} == said
    totals = [row.amounts[0] for row in told.totals if row.label == "Dépenses de la période"]
    assert totals == ([f"{sum(others.values()) + 80}.00"] if others else [])


def test_text_and_figures_of_a_version_come_from_one_reading(
    town: Town, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file written between two readings would stand in the one and not in the other."""
    report, freeze = made.report(boss, ReportKind.PREFET), freezing.freeze

    def after_a_colleague(**given: Any) -> Snapshot:
        town.fill(6)
        return freeze(**given)

    with monkeypatch.context() as patch:
        patch.setattr(freezing, "freeze", after_a_colleague)
        with pytest.raises(CannotReportError, match="ont changé"):
            made.finalised(report, boss)
    assert not ToldFigures.objects.exists()
    assert not Snapshot.objects.exists()
    issue = made.finalised(report, boss)
    assert content.read(issue).counts[0].value == frozen.figures_of(issue.told.snapshot).count("children")


def test_a_version_says_its_own_reader_and_year(boss: User, browse: Browse) -> None:
    """What is sealed, whatever becomes of the row of the report."""
    issue = made.issue(boss, ReportKind.PREFET)
    told = content.read(issue)
    Report.objects.update(kind=ReportKind.STEERING, first_on=date(2001, 9, 1), last_on=date(2002, 8, 31))
    assert documents.title_of(told) == f"Bilan pour la préfecture, {LAST.label}"
    page = browse(boss).get(url("issue", issue.pk)).text
    assert "Préfecture" in page
    assert "Comité de pilotage" not in page
    assert "2001" not in page


# --- on paper -----------------------------------------------------------------------------------
def test_a_draft_on_paper_has_no_number_until_the_year_is_told(
    town: Town, boss: User, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact figures of a running year would be subtracted from those that are told at its end."""
    money(boss)
    report, printed = made.report(boss), printing(monkeypatch)
    browse(boss).get(url("draft_pdf", report.pk))
    (draft,) = printed
    cells = {cell for table in draft["tables"] for row in table["rows"] for cell in row[1:]}
    assert cells == {documents.TO_COME, ""}  # no « of what » either
    assert {table["instead"] for table in draft["tables"][2:]} == {documents.TO_COME_LINE}
    assert draft["money"] == []
    assert documents.WHY_TO_COME in draft["notes"]
    assert draft["blocks"][0]["parts"] == [["Une année de travail."]]
    issue = made.finalised(report, boss)
    assert browse(boss).get(url("draft_pdf", report.pk)).url == url("issue", issue.pk)
    assert browse(boss).get(url("preview_report", report.pk)).url == url("issue", issue.pk)
    reports.reopen(report=report, by=boss, at=timezone.now())
    assert browse(boss).get(url("draft_pdf", report.pk)).content.startswith(b"%PDF")
    assert printed[-1]["money"]
    assert documents.WHY_TO_COME not in printed[-1]["notes"]


def test_paper_has_definitions_paragraphs_and_french_spaces(
    town: Town, boss: User, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    money(boss)
    report, printed = (
        made.report(boss, text="Un bilan : l'essentiel.\nSuite.\n\n\nUn autre."),
        printing(monkeypatch),
    )
    issue = made.finalised(report, boss)
    assert browse(boss).get(url("issue_file", issue.pk, "pdf")).content.startswith(b"%PDF-1.7")
    (paper,) = printed
    assert paper["blocks"][0]["parts"] == [["Un bilan\u00a0: l’essentiel.", "Suite."], ["Un autre."]]
    told = content.read(issue)
    defined = [[one.name, one.definition] for one in (*told.counts, *told.rates)]
    assert paper["definitions"] == defined
    assert all(definition for _, definition in defined)
    assert "Crédits de l’État accordés" in amounts(told)


def printing(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is given to the printer, as it is asked."""
    compiled, found = typst.compile, []

    def kept(*args: Any, **given: Any) -> Any:
        found.append(json.loads(given["sys_inputs"]["data"]))
        return compiled(*args, **given)

    monkeypatch.setattr(typst, "compile", kept)
    return found


def test_who_steers_is_not_told_how_little_moved_since_a_report(town: Town, boss: User) -> None:
    """« Chiffres » and the committee's report of one year, a few files corrected in between."""
    before = indicators.compute(LAST).count("children")
    none_told = steering.hidden_numbers(indicators.compute(LAST), {}, threshold=5, before=[])
    assert "children" not in none_told
    made.issue(boss, ReportKind.STEERING)
    town.fill(3)
    figures = indicators.compute(LAST)
    assert 0 < figures.count("children") - before < 5
    assert "children" not in steering.hidden_numbers(figures, {}, threshold=5, before=[])
    frozen_now = freezing.freeze(period=LAST, purpose=Purpose.STEERING, by=boss, at=timezone.now())
    assert "children" in frozen.hidden_in(frozen_now)


def test_what_was_finalised_cannot_change(boss: User) -> None:
    issue = made.issue(boss)
    for rows in (ReportIssue.objects.filter(pk=issue.pk), ToldFigures.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportIssue.objects.filter(pk=issue.pk).update(text="{}")
    issue.text = issue.text.replace("Une année", "Deux années")
    with pytest.raises(frozen.AlteredError):
        content.read(issue)
    with pytest.raises(CannotReportError, match="arrêté"):
        made.write(issue.report, "Après coup.", boss)


def test_only_what_was_read_is_finalised_and_only_once_the_year_is_over(boss: User) -> None:
    report = made.report(boss)
    seen = drafting.digest_of(drafting.draft_of(report))
    made.write(report, "Changé depuis.", boss)
    with pytest.raises(CannotReportError, match="ont changé"):
        reports.finalise(report=report, seen=seen, names_confirmed=False, by=boss, at=timezone.now())
    running = indicators.school_year(LAST.first.year + 1)
    early = reports.begin(kind=ReportKind.PREFET, period=running, by=boss, at=timezone.now())
    with pytest.raises(CannotReportError, match="finie"):
        made.finalised(early, boss)
    with pytest.raises(CannotReportError, match="année"):
        year = indicators.calendar_year(LAST.first.year)
        reports.begin(kind=ReportKind.PREFET, period=year, by=boss, at=timezone.now())
    assert made.finalised(report, boss).version == 1


def test_who_read_a_former_draft_reads_again_and_can_finalise(boss: User, browse: Browse) -> None:
    report, client = made.report(boss), browse(boss)
    address = url("preview_report", report.pk)
    seen = client.get(address).context["form"]["seen"].value()
    made.write(report, "Changé depuis.", boss)
    refused = client.post(address, {"seen": seen})
    assert "ont changé" in refused.text
    again = client.post(address, {"seen": refused.context["form"]["seen"].value()})
    assert again.status_code == 302


def test_a_name_is_asked_about_before_it_leaves(boss: User, browse: Browse) -> None:
    making.child(first_name="Maïssa", last_name="Ben-Saïd")
    report = made.report(boss, text="L’histoire de BEN SAID Maissa nous a tous marqués.")
    client = browse(boss)
    page = client.get(url("preview_report", report.pk))
    assert "semblent nommer un enfant" in page.text
    given = {"seen": page.context["form"].initial["seen"]}
    assert "semblent nommer Maïssa Ben-Saïd" in client.post(url("preview_report", report.pk), given).text
    assert not ReportIssue.objects.exists()
    accounts.in_kind(boss, giver="Maissa Ben Said", year=FundingYear(LAST.first.year, YearKind.SCHOOL))
    made.write(third := made.report(boss, ReportKind.STEERING), "Rien de nominatif.", boss)
    assert "semblent nommer" in client.get(url("preview_report", third.pk)).text
    InKind.objects.update(active=False)
    assert client.post(url("preview_report", report.pk), given | {"names": "on"}).status_code == 302
    made.write(other := made.report(boss, ReportKind.PREFET), "Maïssa est un beau prénom.", boss)
    assert "semblent nommer" not in client.get(url("preview_report", other.pk)).text


def test_a_report_is_begun_written_and_handed_over(boss: User, browse: Browse) -> None:
    client = browse(boss)
    form = client.get(url("new_report")).context["form"]
    year = form.fields["year"].choices[0][0]
    given = {"kind": "steering", "year": year}
    begun = client.post(url("new_report"), given | {"form_key": str(uuid4())})
    report = Report.objects.get()
    assert begun.url == url("report", report.pk)
    assert "existe déjà" in client.post(url("new_report"), given | {"form_key": str(uuid4())}).text
    blocks = list(report.blocks.order_by("order"))
    texts = {f"title_{one.pk}": one.title for one in blocks} | {f"text_{one.pk}": "" for one in blocks}
    refused = client.post(
        url("report", report.pk),
        texts | {f"text_{blocks[0].pk}": "Son numéro : 1 85 05 78 006 084 36, dit-il."},
    )
    assert "sécurité sociale" in refused.text
    assert "dit-il" in refused.text
    kept = texts | {f"text_{blocks[1].pk}": "Plus nombreux, et plus jeunes."}
    assert client.post(url("report", report.pk), kept).status_code == 302
    client.post(url("add_text", report.pk))
    assert report.blocks.count() == len(blocks) + 1
    assert "Plus nombreux" in client.get(url("preview_report", report.pk)).text
    assert client.get(url("draft_pdf", report.pk)).content.startswith(b"%PDF")


def test_two_open_pages_write_each_what_its_reader_changed(boss: User, browse: Browse) -> None:
    report = made.report(boss, ReportKind.PREFET)
    first, second = report.blocks.order_by("order")[:2]
    client = browse(boss)
    html = client.get(url("report", report.pk)).text
    shown = {name: unescape(value) for name, value in HIDDEN_FIELD.findall(html)}
    assert f"initial-text_{first.pk}" in shown
    page = {name.removeprefix("initial-"): value for name, value in shown.items()} | shown
    for block in (first, second):
        client.post(url("report", report.pk), page | {f"text_{block.pk}": f"Écrit en {block.order}."})
    texts = dict(report.blocks.values_list("order", "text"))
    assert (texts[first.order], texts[second.order]) == ("Écrit en 1.", "Écrit en 2.")


def test_what_was_typed_stays_where_a_colleague_finalised_meanwhile(boss: User, browse: Browse) -> None:
    issue = made.issue(boss, ReportKind.PREFET)
    block = issue.report.blocks.order_by("order")[0]
    sent = {f"title_{one.pk}": one.title for one in issue.report.blocks.all()}
    sent |= {f"text_{block.pk}": "Une phrase que personne ne veut perdre."}
    page = browse(boss).post(url("report", issue.report.pk), sent).text
    assert "Une phrase que personne ne veut perdre." in page
    assert "reprenez-le pour une nouvelle version" in page


def test_nobody_else_reads_drafts_or_versions(
    boss: User, browse: Browse, town_b: Place, sign_in: SignIn
) -> None:
    report = made.report(boss)
    issue = made.issue(boss)
    addresses = [
        url("reports"),
        url("report", report.pk),
        url("preview_report", report.pk),
        url("draft_pdf", report.pk),
        url("issue", issue.pk),
        url("issue_file", issue.pk, "xlsx"),
    ]
    for role in (Role.STEERING, Role.TOWN_ADMIN, Role.PARTNER_WORKER, Role.REFERENT, Role.SECRETARY):
        user = making.user(role)
        client = browse(user)
        assert {client.get(address).status_code for address in addresses} == {403}
        assert url("reports") not in client.get(url("dashboard")).text
        with pytest.raises(CannotReportError):
            made.report(user, ReportKind.STEERING)
    with entered(town_b, switching=True):
        stranger = sign_in(client_of(town_b), town_b, making.user(Role.COORDINATOR))
        assert [stranger.get(address).status_code for address in addresses] == [200, *[404] * 5]
    assert {browse(boss).get(address).status_code for address in addresses} == {200}
    assert url("reports") in browse(boss).get(url("dashboard")).text


def test_no_figure_of_a_report_is_by_person() -> None:
    said = json.dumps([perimeter.TOTALS, perimeter.TABLES, perimeter.RATES])
    assert not {"referent", "worker", "user"} & set(said.replace('"', " ").split())
    assert isinstance(Figures, type)
