"""A release: made of what towns sent, attacked before it leaves, unchanged once it is out."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.exchange.enums import Status
from core.exchange.models import Pin
from core.journal.models import Change
from core.national import engine, places, tables
from core.national.disclosure import control
from core.national.disclosure.shapes import DataError, Fault
from core.national.enums import Recipient
from core.national.models import Release, ReleasedCell
from core.national.operations import releasing
from core.national.workflow import ReleaseState
from tenants.context import Place
from tests.core.national import making
from tests.core.national.disclosure.attacker import depends, reduced

pytestmark = pytest.mark.usefixtures("nation")


@pytest.fixture
def nation(in_national: Place) -> None:
    making.send_nation()


def test_a_release_goes_from_cells_to_publication() -> None:
    release = making.prepare()
    assert (release.state, release.answering, release.active, release.labelled) == ("draft", 6, 9, 12)
    assert Pin.objects.filter(release=release.number).count() == 6
    release = releasing.audit_release(release=release, by=None, at=timezone.now())
    assert release.state == ReleaseState.AUDITED
    release = releasing.publish_release(release=release, by=None, at=timezone.now())
    assert release.state == ReleaseState.PUBLISHED
    acts = Change.objects.filter(act__startswith="national.release_").order_by("pk")
    assert [one.act.rpartition("_")[2] for one in acts] == ["prepared", "audited", "published"]


def test_exact_totals_stay_exact_and_small_counts_have_no_value() -> None:
    release = making.published()
    cells = {(one.place, one.breakdown): one.value for one in release.cells.filter(indicator="children")}
    total = sum(making.NATION.values())
    assert cells["FR", ""] == total
    girls = sum(
        count
        for children in making.NATION.values()
        for (indicator, text), count in making.counts_of(children).items()
        if indicator == "children" and text.endswith("sex=f")
    )
    assert cells["FR", "sex=f"] in (girls, None)
    assert None in cells.values()
    assert all(value is None or value == 0 or value >= 11 for value in cells.values())
    assert release.audit["populations"][0]["hidden"] == sum(value is None for value in cells.values())


def test_the_same_cells_give_the_same_release() -> None:
    first, second = making.audited(), making.audited(Recipient.NATION)
    assert first.fingerprint == second.fingerprint
    assert first.number != second.number


@pytest.mark.parametrize(
    "change",
    [
        {"labelled": 99},
        {"state": "audited"},
        {"document": {}},
        {"fingerprint": "x"},
        {"published_at": None},
    ],
    ids=str,
)
def test_a_published_release_does_not_change(change: dict[str, object]) -> None:
    release = making.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(**change)
    release.refresh_from_db()
    assert release.state == ReleaseState.PUBLISHED


def test_cells_of_a_published_release_stay() -> None:
    release = making.published()
    before = list(release.cells.order_by("pk").values_list("value", flat=True))
    shown = release.cells.filter(value__gte=11).order_by("pk")[0]
    for attempt in (
        lambda: ReleasedCell.objects.filter(pk=shown.pk).update(value=12),
        lambda: ReleasedCell.objects.filter(pk=shown.pk)._raw_delete("default"),
        lambda: ReleasedCell.objects.create(release=release, indicator="x", place="FR", value=12),
        lambda: Release.objects.filter(pk=release.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
            connection.check_constraints()
    assert list(release.cells.order_by("pk").values_list("value", flat=True)) == before


def test_a_small_count_cannot_be_written_at_all() -> None:
    release = making.prepare()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleasedCell.objects.create(release=release, indicator="children", place="FR", value=10)
    ReleasedCell.objects.create(release=release, indicator="children", place="FR", value=11)


def show_too_much(self: object) -> int:
    """A search that shows again what it should not."""
    for form in [form for form in self.system.forms if form.hidden and not form.primary][:3]:  # type: ignore[attr-defined]
        form.hidden = False
    return 3


def test_a_release_that_fails_its_audit_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.national.disclosure.secondary.Search.relax", show_too_much)
    release = making.audited()
    assert release.state == ReleaseState.REFUSED
    assert release.audit["populations"][0]["failures"]
    assert not release.cells.exists()
    with pytest.raises(releasing.CannotPublishError):
        releasing.publish_release(release=release, by=None, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(state="published", published_at=timezone.now())
    monkeypatch.undo()
    assert making.published().state == ReleaseState.PUBLISHED


def test_an_audit_that_failed_does_not_become_one_that_passed() -> None:
    release = making.prepare()
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(state="audited", audit_passed=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(
            state="published", audit_passed=True, published_at=timezone.now()
        )


def test_an_audit_holds_for_the_releases_that_it_knew() -> None:
    """Two were controlled side by side: the second one was not attacked together with the first."""
    first, second = making.audited(), making.audited(Recipient.NATION)
    releasing.publish_release(release=first, by=None, at=timezone.now())
    with pytest.raises(releasing.CannotPublishError, match="parue depuis"):
        releasing.publish_release(release=second, by=None, at=timezone.now())
    releasing.discard_release(release=second, by=None, at=timezone.now())
    third = making.audited(Recipient.NATION)
    assert third.former == [first.number]
    assert releasing.publish_release(release=third, by=None, at=timezone.now()).state == "published"


def test_two_releases_give_nothing_back_by_difference() -> None:
    """A child came to one town between them, and the attacker knows which: what both show are equations over
    the same unknowns, and whatever is hidden in either is no sum and difference of them.
    """
    first = making.published()
    making.send("fictive_31_001", making.counts_of(making.NATION["fictive_31_001"] + 1))
    second = making.published()
    assert second.former == [first.number]
    for indicator in tables.populations():
        told = [Told(release, indicator) for release in (first, second)]
        basis = reduced([row for one in told for row in one.equations()])
        hidden = [cell for one in told for cell in one.hidden()]
        assert hidden
        assert not [cell for cell, row in hidden if depends(row, basis)]


Row = dict[int, Fraction]
_numbers: dict[object, int] = {}


@dataclass
class Told:
    """One release as a reader has it: each cell as a sum of unknowns, town × codes of a block."""

    release: Release
    indicator: str

    def cells(self) -> Iterator[tuple[ReleasedCell, Row]]:
        for cell in self.release.cells.filter(indicator=self.indicator):
            wanted = dict(pair.split("=") for pair in cell.breakdown.split(";") if pair)
            for block in self.blocks:
                if set(wanted) <= set(block):
                    yield cell, self.sum(cell.place, wanted, block)

    def equations(self) -> list[Row]:
        """What is shown; and that each block counts the same children of a town."""
        first, *others = self.blocks
        rows = [row for cell, row in self.cells() if cell.value is not None]
        for town in self.towns("FR"):
            for block in others:
                other = {number: -part for number, part in self.sum(town, {}, block).items()}
                rows.append({**self.sum(town, {}, first), **other})
        return rows

    def hidden(self) -> list[tuple[str, Row]]:
        return [(str(cell.place + cell.breakdown), row) for cell, row in self.cells() if cell.value is None]

    @property
    def blocks(self) -> list[tuple[str, ...]]:
        return tables.blocks_of(self.release.document, self.indicator)

    def towns(self, place: str) -> tuple[str, ...]:
        return places.tree(self.release.document["places"]).leaves[place]

    def sum(self, place: str, wanted: dict[str, str], block: tuple[str, ...]) -> Row:
        codes = [
            [wanted[name]]
            if name in wanted
            else [code for code, _ in tables.labels_of(self.release.document, name)]
            for name in block
        ]
        keys = [(town, block, joint) for town in self.towns(place) for joint in product(*codes)]
        return {_numbers.setdefault(key, len(_numbers)): Fraction(1) for key in keys}


def test_a_correction_keeps_what_was_shown() -> None:
    """A town that shows 11 and now has 10 keeps its former count in the second release."""
    first = making.published()
    shown = first.cells.filter(indicator="children", place="Vfictive-59-002", breakdown="").get()
    assert shown.value == 35
    making.send("fictive_59_002", making.counts_of(9))
    second = making.audited()
    assert second.state == ReleaseState.AUDITED
    assert second.carried["children"] == ["Vfictive-59-002"]
    assert second.cells.get(indicator="children", place="Vfictive-59-002", breakdown="").value == 35


def test_counts_of_a_corrected_release_are_those_that_were_released() -> None:
    first = making.published()
    making.send("fictive_59_002", making.counts_of(9))
    second = making.published()
    population = engine.counts_of(second, [first])["children"]
    assert sum(n for (town, _), n in population.blocks[0].counts.items() if town == "Vfictive-59-002") == 35


def test_too_few_towns_make_no_release() -> None:
    with pytest.raises(releasing.CannotPrepareError, match="0 ville"):
        releasing.prepare_release(
            period=making.PERIOD,
            recipient=Recipient.PUBLIC,
            source=Status.RUNNING,
            labelled=12,
            made_up=True,
            by=None,
            at=timezone.now(),
        )


def test_fewer_labelled_than_active_is_refused() -> None:
    with pytest.raises(releasing.CannotPrepareError, match="labellisées"):
        releasing.prepare_release(
            period=making.PERIOD,
            recipient=Recipient.PUBLIC,
            source=Status.OFFICIAL,
            labelled=3,
            made_up=True,
            by=None,
            at=timezone.now(),
        )


def test_what_waits_is_controlled_by_the_job_and_what_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = making.prepare()
    assert releasing.audit_waiting(at=timezone.now()) == 1
    release.refresh_from_db()
    assert release.state == ReleaseState.AUDITED
    broken = making.prepare(Recipient.NATION)
    monkeypatch.setattr(control, "protect", _contradicts)
    assert releasing.audit_waiting(at=timezone.now()) == 1
    broken.refresh_from_db()
    assert broken.state == ReleaseState.REFUSED
    assert broken.audit["reason"] == (
        "Ces chiffres ne peuvent pas être publiés\u00a0: deux répartitions des mêmes enfants n’ont pas le "
        "même total."
    )
    assert releasing.audit_waiting(at=timezone.now()) == 0


def _contradicts(*args: object) -> None:
    raise DataError(Fault.TOTALS)


def test_the_map_has_each_department_once() -> None:
    assert places.tiles().keys() == places.DEPARTMENTS.keys() == places.REGION_OF.keys()
    assert len(set(places.tiles().values())) == 101
    assert places.department_of("82121") == "82"
    assert places.department_of("97411") == "974"
    assert places.department_of("2A004") == "2A"
