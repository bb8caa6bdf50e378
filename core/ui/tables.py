"""A list that a person sorts and leafs through by plain links: `?tri=-nom&page=3`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

Row = TypeVar("Row")
SORT, PAGE = "tri", "page"


@dataclass(frozen=True, slots=True)
class Column:
    """`order` are the fields that sort by it, ending in something unique; none: it does not sort."""

    label: str
    code: str = ""
    order: tuple[str, ...] = ()
    numeric: bool = False
    sorted: str = ""  # "ascending" or "descending", as aria-sort says it
    sort_url: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    columns: list[Column]
    page: "Page[Row]"
    params: QueryDict = field(repr=False)

    @property
    def rows(self) -> "Page[Row]":
        return self.page

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def first(self) -> int:
        return self.page.start_index()

    @property
    def last(self) -> int:
        return self.page.end_index()

    @property
    def previous_url(self) -> str:
        return self._url(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self._url(self.page.next_page_number()) if self.page.has_next() else ""

    def _url(self, number: int) -> str:
        return with_params(self.params, {PAGE: str(number)})


def with_params(params: QueryDict, changes: dict[str, str]) -> str:
    """The same address with some parameters replaced; an empty value takes one away."""
    kept = params.copy()
    for name, value in changes.items():
        if value:
            kept[name] = value
        else:
            kept.pop(name, None)
    return f"?{kept.urlencode()}"


def listing(
    rows: "QuerySet[Any] | Sequence[Any]", columns: Sequence[Column], params: QueryDict, *, per_page: int = 50
) -> Listing[Any]:
    """Sort and cut as the address says; an unknown column or page falls back to the first.

    A sequence is taken as it comes: only a query set sorts.
    """
    wanted = params.get(SORT, "")
    backwards, code = wanted.startswith("-"), wanted.removeprefix("-")
    sorting = [column for column in columns if column.code and column.order]
    chosen = next((column for column in sorting if column.code == code), sorting[0] if sorting else None)
    if chosen is None or chosen.code != code:
        backwards = False
    if chosen is not None and isinstance(rows, QuerySet):
        rows = rows.order_by(*(_turned(name, backwards) for name in chosen.order))
    headed = [_headed(column, chosen, backwards, params) for column in columns]
    return Listing(headed, Paginator(rows, per_page).get_page(params.get(PAGE)), params)


def _turned(name: str, backwards: bool) -> str:
    if not backwards:
        return name
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _headed(column: Column, chosen: Column | None, backwards: bool, params: QueryDict) -> Column:
    if not (column.code and column.order):
        return column
    here = column is chosen
    turn = f"-{column.code}" if here and not backwards else column.code
    return Column(
        column.label,
        column.code,
        column.order,
        column.numeric,
        ("descending" if backwards else "ascending") if here else "",
        with_params(params, {SORT: turn, PAGE: ""}),
    )
