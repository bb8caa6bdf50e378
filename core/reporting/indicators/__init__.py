"""Every figure of the platform comes from here, and from nowhere else.

What others use:

    from core.reporting import indicators

    period = indicators.school_year(2026)             # or calendar_year(2026), Period(first, last)
    figures = indicators.compute(period)              # inside a town; `at=` another day's state
    figures.count("children", sex="f", bracket="6-10")
    indicators.cells(period)                          # list[Cell], for the nation; zeros left out

    indicators.INDICATORS["children"].tables          # which crossings exist
    indicators.DIMENSIONS["sex"].values               # ordered values with French labels, unknown included

Definitions are versioned one by one (`Indicator.version`) and together (`CATALOGUE`). A `Cell.breakdown` is
a tuple of (dimension, value) pairs sorted by dimension, empty for the total. In a table whose dimension is
`overlapping` the values do not add up to the total; in every other they do.
"""

from core.reporting.indicators.catalogue import CATALOGUE, INDICATORS, MEANS, SHARES, THEMES, of_theme
from core.reporting.indicators.dimensions import DIMENSIONS
from core.reporting.indicators.engine import cells, compute
from core.reporting.indicators.periods import (
    Period,
    PeriodKind,
    calendar_year,
    parse,
    school_year,
    school_year_of,
)
from core.reporting.indicators.shapes import (
    UNKNOWN,
    Breakdown,
    Cell,
    Counted,
    Dimension,
    Figures,
    Indicator,
    Mean,
    Ratio,
    Sensitivity,
    Share,
    Spread,
    Unit,
    Value,
)

__all__ = [
    "CATALOGUE",
    "DIMENSIONS",
    "INDICATORS",
    "MEANS",
    "SHARES",
    "THEMES",
    "UNKNOWN",
    "Breakdown",
    "Cell",
    "Counted",
    "Dimension",
    "Figures",
    "Indicator",
    "Mean",
    "Period",
    "PeriodKind",
    "Ratio",
    "Sensitivity",
    "Share",
    "Spread",
    "Unit",
    "Value",
    "calendar_year",
    "cells",
    "compute",
    "of_theme",
    "parse",
    "school_year",
    "school_year_of",
]
