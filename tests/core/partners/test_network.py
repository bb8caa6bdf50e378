"""The picture of the network: exact for who meets every child, in classes for others."""

from collections.abc import Iterable
from datetime import date

import pytest

from core.partners import counts, network
from core.partners.models import Organisation
from core.partners.network import picture
from core.pathways import network as pathway_network
from core.pathways.enums import Part
from core.pathways.models import ContractSharing
from core.pathways.operations import contracts
from core.people.enums import Role
from tests.core.partners import making
from tests.core.partners.making import TODAY
from tests.core.pathways import making as entries

pytestmark = pytest.mark.usefixtures("in_town_a")


@pytest.mark.parametrize(
    ("count", "smallest", "said", "floor"),
    [
        (0, 5, "moins de 5", 0),
        (4, 5, "moins de 5", 0),
        (5, 5, "5 à 9", 5),
        (9, 5, "5 à 9", 5),
        (10, 5, "10 à 19", 10),
        (7, 8, "moins de 8", 0),
        (8, 8, "8 à 9", 8),
        (99, 11, "50 à 99", 50),
        (1000, 5, "1 000 ou plus", 1000),
    ],
)
def test_classes_begin_at_the_town_s_threshold(count: int, smallest: int, said: str, floor: int) -> None:
    told = counts.said(count, exact=False, smallest=smallest).replace("\u202f", " ").replace("\u00a0", " ")
    assert told == said
    assert counts.floor(count, exact=False, smallest=smallest) == floor
    assert counts.floor(count, exact=True, smallest=smallest) == count


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> list[Organisation]:
    """A stands around 12 pathways, B around 7 of these, C around 2 with A."""
    a, b, c = (making.organisation(name) for name in "ABC")

    def around(day: date) -> Iterable[frozenset[int]]:
        return [
            *[frozenset({a.pk, b.pk})] * 7,
            *[frozenset({a.pk, c.pk})] * 2,
            *[frozenset({a.pk})] * 3,
        ]

    monkeypatch.setattr(network, "_sources", [around])
    return [a, b, c]


def told(exact: bool) -> tuple[dict[str, str], dict[str, str]]:
    drawn = picture(TODAY, exact=exact)
    return (
        {node.organisation.name: node.said for node in drawn.nodes},
        {f"{edge.first.organisation.name}{edge.second.organisation.name}": edge.said for edge in drawn.edges},
    )


def test_who_meets_every_child_sees_every_number(three: list[Organisation]) -> None:
    assert told(exact=True) == ({"A": "12", "B": "7", "C": "2"}, {"AB": "7", "AC": "2"})


def test_others_see_classes_and_nothing_small(three: list[Organisation]) -> None:
    assert told(exact=False) == ({"A": "10 à 19", "B": "5 à 9"}, {"AB": "5 à 9"})


def test_no_size_tells_a_number_that_is_not_said(
    three: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn alike when they are said alike: 7 and 9 are both « 5 à 9 »."""

    def drawn() -> list[tuple[int, ...]]:
        shown = picture(TODAY, exact=False)
        return [(node.x, node.y, node.radius) for node in shown.nodes] + [(e.width,) for e in shown.edges]

    before = drawn()
    a, b, _ = three
    more = [*[frozenset({a.pk, b.pk})] * 9, *[frozenset({a.pk})] * 9]
    monkeypatch.setattr(network, "_sources", [lambda day: more])
    assert drawn() == before


def test_only_so_many_circles_as_can_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [making.organisation() for _ in range(network.MOST + 2)]
    monkeypatch.setattr(network, "_sources", [lambda day: [frozenset(row.pk for row in rows)]])
    drawn = picture(TODAY, exact=True)
    assert (len(drawn.nodes), drawn.left_out) == (network.MOST, 2)
    assert [node.number for node in drawn.nodes] == list(range(1, network.MOST + 1))


def shared_with(entry: entries.Entry, *organisations: Organisation) -> None:
    for row in organisations:
        ContractSharing.objects.create(contract=entry.contract, organisation=row, what="Les présences")


def test_pathways_tell_whom_their_contracts_name() -> None:
    one, other = making.organisation(), making.organisation()
    entry = entries.Entry(sealed=False)
    shared_with(entry, one, other)
    assert list(pathway_network.around_open_pathways(TODAY)) == []
    entry.contract = contracts.seal_contract(contract=entry.contract, by=entry.coordinator, at=making.NOW)
    for part in Part:
        entry.sign(part)
    assert list(pathway_network.around_open_pathways(TODAY)) == [frozenset({one.pk, other.pk})]
    assert list(pathway_network.around_open_pathways(date(2020, 1, 1))) == []
    assert [figure.count for figure in pathway_network.figures_of(one, TODAY)] == [1, 0]


def test_a_referral_counts_for_the_organisation_of_its_referrer() -> None:
    of = making.organisation()
    entries.received(None, making.worker(of))
    entries.received(None, entries.user(Role.PARTNER_WORKER))
    assert [figure.count for figure in pathway_network.figures_of(of, TODAY)] == [0, 1]
