"""Releases of one period count the same towns; why one can't be made says nothing of a town."""

from itertools import product

import pytest
from django.utils import timezone

from core.exchange import perimeter
from core.exchange import queries as exchange
from core.national import engine, places, tables
from core.national.disclosure import control
from core.national.disclosure.shapes import DataError, Fault, Population
from core.national.enums import Recipient
from core.national.models import THRESHOLD, Release
from core.national.operations import releasing
from core.national.workflow import ReleaseState
from tenants.context import Place
from tests.core.national import making
from tests.core.national.disclosure.countries import TABLES, country

NEWCOMER = "fictive_31_003"
ENDS = {"reason=goals_met": 30, "reason=moved": 20, "reason=existing_schemes": 19}


def counts(children: int, deaths: int) -> dict[tuple[str, str], int]:
    """A town with that many pathways ended by a death."""
    known = {key: n for key, n in making.counts_of(children).items() if key[0] == "children"}
    ends = {**ENDS, "reason=death": deaths}
    return {**known, **{("pathways_ended", text): n for text, n in ends.items() if n}}


@pytest.fixture
def nation(in_national: Place) -> None:
    for schema, children in making.NATION.items():
        making.send(schema, counts(children, 20))


def differences(one: Release, other: Release) -> set[tuple[frozenset[str], str]]:
    """(towns, code) whose small count is the difference of two shown cells, of either release."""
    found = set()
    for indicator in tables.populations():
        shown: dict[str, list[tuple[frozenset[str], int]]] = {}
        for release in (one, other):
            towns = places.tree(release.document["places"]).leaves
            for cell in release.cells.filter(indicator=indicator).exclude(value=None).order_by("pk"):
                shown.setdefault(cell.breakdown, []).append((frozenset(towns[cell.place]), cell.value or 0))
        for breakdown, cells in shown.items():
            for (wide, more), (narrow, less) in product(cells, cells):
                if narrow < wide and 0 < more - less < THRESHOLD:
                    found.add((wide - narrow, breakdown))
    return found


def test_a_town_that_came_between_two_releases_is_not_told_by_subtraction(nation: None) -> None:
    first = making.published()
    making.send(NEWCOMER, counts(300, 1))
    second = making.published()
    assert differences(first, second) == set()
    assert first.towns == second.towns
    assert (first.document["waiting"], second.document["waiting"]) == (0, 1)
    cell = {"indicator": "pathways_ended", "place": "FR", "breakdown": "reason=death"}
    assert second.cells.get(**cell).value == first.cells.get(**cell).value == 120


def test_without_the_rule_the_attacker_reads_the_newcomer(
    nation: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacker is worth its name: with the newcomer counted, one of its children is told."""
    first = making.published()
    making.send(NEWCOMER, counts(300, 1))
    monkeypatch.setattr(releasing, "_held", lambda former: None)
    monkeypatch.setattr(control, "protect_correction", lambda *args: control.protect(*args))
    second = making.published()
    assert (frozenset({"Vfictive-31-003"}), "reason=death") in differences(first, second)


def test_a_town_that_left_lets_no_other_release_of_the_period_be_made(
    nation: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.published()
    there = exchange.latest_batches
    monkeypatch.setattr(exchange, "latest_batches", lambda *args: there(*args)[1:])
    with pytest.raises(releasing.CannotPrepareError, match="Une ville qui a quitté"):
        making.prepare()
    assert Release.objects.count() == 1
    monkeypatch.undo()
    assert making.prepare().answering == len(making.NATION)


def test_one_prepared_with_other_towns_before_the_first_was_out_is_refused(nation: None) -> None:
    first = making.audited()
    making.send(NEWCOMER, counts(300, 1))
    second = making.prepare(Recipient.NATION)
    releasing.publish_release(release=first, by=None, at=timezone.now())
    with pytest.raises(releasing.CannotAuditError, match="avec d’autres villes"):
        releasing.audit_release(release=second, by=None, at=timezone.now())


def test_the_control_itself_takes_no_newcomer_and_misses_no_town() -> None:
    before = country(0)
    first = control.protect(before.population(), TABLES, before.trees, engine.PUBLIC)
    shown = [first.shown(TABLES, before.trees)]
    town = before.towns[0]
    without = before.population().only(set(before.towns) - {town})
    with pytest.raises(DataError, match=Fault.LEFT):
        control.protect_correction(without, TABLES, before.trees, engine.PUBLIC, shown)
    least = control.protect(without, TABLES, before.trees, engine.PUBLIC)
    again = control.protect_correction(
        before.population(), TABLES, before.trees, engine.PUBLIC, [least.shown(TABLES, before.trees)]
    )
    assert again.postponed == {town}
    assert town not in again.population.towns()


def test_a_reason_names_no_count_no_town_and_no_code(nation: None) -> None:
    """Planted: a town sent 7 of a code that no table has."""
    making.send("fictive_31_001", {**counts(240, 20), ("pathways_ended", "reason=planted"): 7})
    release = making.prepare()
    releasing.audit_waiting(at=timezone.now())
    release.refresh_from_db()
    assert release.state == ReleaseState.REFUSED
    assert release.audit["reason"].endswith("une ville a transmis un nombre qui n’entre dans aucun tableau.")
    assert not any(character.isdigit() for character in release.audit["reason"])
    assert "planted" not in release.audit["reason"]
    assert releasing.FAULTS.keys() == set(Fault)


def test_an_incomplete_batch_is_told_of_without_its_number(nation: None) -> None:
    batch = making.send("fictive_31_001", counts(240, 20))
    release = making.prepare()
    broken = exchange.Cell.objects.filter(batch_id=batch.pk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange.Cell.objects, "filter", lambda **query: broken.none())
        with pytest.raises(releasing.CannotAuditError) as refusal:
            releasing.audit_release(release=release, by=None, at=timezone.now())
    assert str(refusal.value).endswith(f"{releasing.INCOMPLETE}.")
    assert not any(character.isdigit() for character in str(refusal.value))


def test_a_release_is_read_again_with_those_that_its_audit_knew(nation: None) -> None:
    """Numbers are given at preparation: the one that came out second may have the lower number."""
    making.send("fictive_59_002", making.counts_of(9))
    late = making.prepare()
    making.send("fictive_59_002", making.counts_of(35))
    first = making.published(Recipient.NATION)
    late = releasing.audit_release(release=late, by=None, at=timezone.now())
    late = releasing.publish_release(release=late, by=None, at=timezone.now())
    assert late.number < first.number
    assert late.carried["children"] == ["Vfictive-59-002"]
    shown = engine.shown_by(late, [first, late], "children")
    assert shown is not None
    assert _total(shown.population, "Vfictive-59-002") == 35


def _total(population: Population, town: str) -> int:
    return sum(n for (one, _), n in population.blocks[0].counts.items() if one == town)


def test_where_nothing_ended_a_sensitive_zero_is_no_news(in_national: Place) -> None:
    """A region without any pathway ended shows 0, and thus that none ended by a death."""
    for schema, children in making.NATION.items():
        sent = counts(children, 20)
        if schema == "fictive_34_001":
            sent = {key: n for key, n in sent.items() if key[0] == "children"}
        if not schema.startswith("fictive_31"):
            making.send(schema, sent)
    release = making.audited()
    assert release.state == ReleaseState.AUDITED
    ends = release.cells.filter(indicator="pathways_ended", place="R76")
    assert set(ends.values_list("value", flat=True)) == {0}
    assert perimeter.written((("reason", "death"),)) in ends.values_list("breakdown", flat=True)
