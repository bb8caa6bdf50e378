"""Rows that nobody put in order come in another order at each run: what holds by luck fails here.

PostgreSQL promises no order beyond the one asked for, and keeps to the order of insertion until the day
it doesn't. Each list of the ORM gets, after its own order, a digest of its primary keys with the run's
seed: an unordered list is shuffled, and so are the ties of an order that ends in nothing unique. The
header of the run says the seed, and `REUSSITE_TEST_ORDER=… pytest …` repeats it.

Grouped, distinct and combined queries are left as they are: SQL lets them be ordered by what they select.
"""

import os
import secrets
from collections.abc import Iterator

from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.models import F, Func
from django.db.models.expressions import OrderBy
from django.db.models.sql.query import Query

VARIABLE = "REUSSITE_TEST_ORDER"
_stock = SQLCompiler._order_by_pairs


def choose_seed() -> str:
    """The one that the run was given, or a new one, which the workers of the run inherit."""
    return os.environ.setdefault(VARIABLE, secrets.token_hex(3))


def install() -> None:
    SQLCompiler._order_by_pairs = _shuffled  # type: ignore[method-assign]


def _shuffled(self: SQLCompiler) -> Iterator[tuple[OrderBy, bool]]:
    yield from _stock(self)
    if type(self) is SQLCompiler and _is_list(self.query):
        seed = os.environ[VARIABLE].replace("'", "").replace("%", "")
        yield OrderBy(Func(F("pk"), template=f"md5((%(expressions)s)::text || '{seed}')")), False


def _is_list(query: Query) -> bool:
    """Whether rows come out whose order could matter: `exists` and `count` select none of the model."""
    return (
        bool(query.default_cols or query.select)
        and not query.distinct
        and not query.combinator
        and query.group_by is None
        and (not query.subquery or query.is_sliced)
    )
