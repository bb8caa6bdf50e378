import pytest
from django.http import QueryDict

from core.people.models import User
from core.ui.tables import Column, listing
from tenants.context import Place

COLUMNS = [
    Column("Nom", "nom", ("sort_name", "pk")),
    Column("Adresse", "adresse", ("-email",)),
    Column("Fonction"),
]


def people(*names: str) -> None:
    for name in names:
        User.objects.create(email=f"{name}@ville.example", last_name=name, sort_name=name)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["a", "b", "c"]),
        ("tri=nom", ["a", "b", "c"]),
        ("tri=-nom", ["c", "b", "a"]),
        ("tri=adresse", ["c", "b", "a"]),
        ("tri=-adresse", ["a", "b", "c"]),
        ("tri=-inconnu", ["a", "b", "c"]),
        ("tri=password", ["a", "b", "c"]),
    ],
)
def test_sorts_by_the_columns_that_sort_and_no_other(in_town_a: Place, query: str, names: list[str]) -> None:
    people("b", "a", "c")
    found = listing(User.objects.all(), COLUMNS, QueryDict(query))
    assert [user.last_name for user in found.rows] == names


def test_headings_lead_to_the_other_way_and_to_the_first_page(in_town_a: Place) -> None:
    found = listing(User.objects.all(), COLUMNS, QueryDict("q=lina&tri=nom&page=3"))
    assert [column.sorted for column in found.columns] == ["ascending", "", ""]
    assert [column.sort_url for column in found.columns] == ["?q=lina&tri=-nom", "?q=lina&tri=adresse", ""]
    back = listing(User.objects.all(), COLUMNS, QueryDict("tri=-nom"))
    assert back.columns[0].sorted == "descending"
    assert back.columns[0].sort_url == "?tri=nom"


def test_pages(in_town_a: Place) -> None:
    people(*"abcde")
    found = listing(User.objects.all(), COLUMNS, QueryDict("q=x&page=2"), per_page=2)
    assert (found.first, found.last, found.count) == (3, 4, 5)
    assert (found.previous_url, found.next_url) == ("?q=x&page=1", "?q=x&page=3")
    last = listing(User.objects.all(), COLUMNS, QueryDict("page=99"), per_page=2)
    assert (last.first, last.next_url) == (5, "")
    assert listing(User.objects.none(), COLUMNS, QueryDict("page=abc")).count == 0
