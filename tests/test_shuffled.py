"""The shuffling of rows reaches what it is for, and breaks no query that could not bear it."""

import pytest
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery

from core.pathways.models import Term
from tenants.context import Place
from tests import shuffled
from tests.core.pathways import making

pytestmark = pytest.mark.usefixtures("in_town_a")
CODES = [f"m{number:02}" for number in range(12)]


@pytest.fixture
def motives(in_town_a: Place) -> None:
    for code in CODES:
        making.term("motive", code, "learning")


def codes(seed: str, monkeypatch: pytest.MonkeyPatch, *order: str) -> list[str]:
    monkeypatch.setenv(shuffled.VARIABLE, seed)
    return [row.code for row in Term.objects.filter(code__in=CODES).order_by(*order)]


@pytest.mark.usefixtures("motives")
@pytest.mark.parametrize("order", [[], ["kind"]], ids=["no order", "nothing but ties"])
def test_rows_come_in_an_order_of_the_seeds(order: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes("one", monkeypatch, *order) == codes("one", monkeypatch, *order)
    assert codes("one", monkeypatch, *order) != codes("two", monkeypatch, *order)
    assert sorted(codes("two", monkeypatch, *order)) == CODES


@pytest.mark.usefixtures("motives")
def test_an_order_that_ends_in_something_unique_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in ("one", "two", "three"):
        assert codes(seed, monkeypatch, "kind", "code") == CODES
        assert codes(seed, monkeypatch, "-code") == CODES[::-1]


@pytest.mark.usefixtures("motives")
def test_a_row_cut_out_of_ties_is_shuffled_within_a_subquery_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Term.objects.filter(code__in=CODES).order_by("kind").values("code")[:1]
    found = set()
    for seed in ("a", "b", "c", "d", "e", "f"):
        monkeypatch.setenv(shuffled.VARIABLE, seed)
        found |= set(
            Term.objects.filter(code="m00").annotate(one=Subquery(first)).values_list("one", flat=True)
        )
    assert len(found) > 1


@pytest.mark.usefixtures("motives")
def test_queries_that_bear_no_other_order_are_left_alone() -> None:
    rows = Term.objects.filter(code__in=CODES)
    same = Term.objects.filter(pk=OuterRef("pk"))
    assert rows.count() == 12
    assert rows.exists()
    assert list(rows.values_list("kind", flat=True).distinct()) == ["motive"]
    assert list(rows.values("kind").annotate(many=Count("pk"))) == [{"kind": "motive", "many": 12}]
    assert rows.filter(code="m01").union(rows.filter(code="m02")).count() == 2
    assert {row.code for row in rows.filter(code="m01").union(rows.filter(code="m02"))} == {"m01", "m02"}
    assert rows.filter(Exists(same), pk__in=rows.values("pk")).count() == 12
    assert rows.first() == rows.order_by("pk")[0]
    with transaction.atomic():
        assert rows.select_for_update().get(code="m03").code == "m03"
        assert rows.filter(pk__in=rows.values("pk")[:3]).update(label="x") == 3
