"""How many children stand behind what is not counted in children: ten sessions may be of one child."""

from typing import Any

from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Cast

from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows import ROWS
from core.reporting.indicators.rows.source import BY

# From a row to its children, for the sources that count something else.
PATHS = {
    "objectives": "pathway__child",
    "outcomes": "exit__pathway__child",
    "reviews": "pathway__child",
    "encounters": "pathway__child",
    "presences": "participation__child",
    "situations": "child",
    "actions": "participations__child",
    "sessions": "attendances__participation__child",
}


def children_behind(moment: Moment) -> dict[tuple[str, str, str], int]:
    """By (rows, dimension, value); ("", "") for the total. In one statement."""
    first, *others = [
        _grouped(moment, code, column) for code in PATHS for column in ("", *ROWS[code].columns)
    ]
    return {(code, column, value): number for code, column, value, number in first.union(*others, all=True)}


def _grouped(moment: Moment, code: str, column: str) -> Any:
    value: Any = Cast(F(BY + column), TextField()) if column else Value("", output_field=TextField())
    return (
        ROWS[code]
        .query(moment)
        .order_by()
        .annotate(of_rows=_text(code), of_column=_text(column), v=value)
        .values("of_rows", "of_column", "v")
        .annotate(n=Count(PATHS[code], distinct=True))
        .values_list("of_rows", "of_column", "v", "n")
    )


def _text(value: str) -> Value:
    return Value(value, output_field=TextField())
