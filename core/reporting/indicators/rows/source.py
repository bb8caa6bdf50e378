from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce

from core.reporting.indicators.moment import Moment

BY = "by_"  # of an annotation that says a row's value for a dimension
WIDEST = 6


@dataclass(frozen=True, slots=True)
class Rows:
    """`query(moment)` yields the rows, each annotated `by_<column>`; `minutes` names what may be added up.

    `child` is the path from a row to its child, empty where there is none. `counted` is what is counted once.
    """

    code: str
    query: Callable[[Moment], "QuerySet[Any]"]
    columns: tuple[str, ...] = ()
    minutes: str = ""
    child: str = ""
    counted: str = "pk"

    def grouped(self, moment: Moment) -> Any:
        """(code, six values, rows, minutes) for each combination; one shape, so that they form one union."""
        values: dict[str, Any] = {
            f"v{place}": Cast(F(BY + column), TextField()) for place, column in enumerate(self.columns)
        }
        values |= {
            f"v{place}": Value("", output_field=TextField()) for place in range(len(self.columns), WIDEST)
        }
        minutes: Any = Value(0, output_field=IntegerField())
        if self.minutes:
            minutes = Coalesce(Sum(self.minutes), 0)
        return (
            self.query(moment)
            .order_by()
            .annotate(of_rows=Value(self.code, output_field=TextField()), **values)
            .values("of_rows", *(f"v{place}" for place in range(WIDEST)))
            .annotate(n=Count(self.counted, distinct=True), m=Cast(minutes, IntegerField()))
            .values_list("of_rows", *(f"v{place}" for place in range(WIDEST)), "n", "m")
        )
