"""The nightly cells of many towns, of right-skewed sizes, and the night after, in which nothing changed.

Beside them, the same cells by a loop of ORM queries, one a table. BENCH_CELL_TOWNS=3 for a try; the sizes of
600 towns have a mean of 160 children and the largest has 3,500: fewer towns take every so-many-th of them.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.bench import acts

TOWNS = int(os.environ.get("BENCH_CELL_TOWNS", "30"))
NATION, MEAN, LARGEST = 600, 160, 3500


def sizes(towns: int) -> list[int]:
    """Log-normal, as towns are; the largest and the mean are those of the nation."""
    rng = Random(600)
    drawn = sorted(rng.lognormvariate(0, 0.9) for _ in range(NATION))
    scale = MEAN * NATION / sum(drawn)
    whole = [max(5, min(LARGEST, round(one * scale))) for one in drawn]
    whole[-1] = LARGEST
    return whole[:: max(1, NATION // towns)][:towns]


def measured(environment: dict[str, str]) -> dict[str, Any]:
    """Seconds: `night`, `again`, `naive`; `again_database`: of which in the database; `children`."""
    return acts.measured("cells", environment)


def year() -> Any:
    from core.reporting import indicators

    return indicators.school_year(2025)


def fill() -> dict[str, int]:
    from django.core.management import call_command
    from django.db import transaction

    from core.people.enums import Role
    from tenants import provisioning
    from tenants.context import entered
    from tests.core.pathways import making
    from tests.core.reporting.population import Town

    call_command("migrate", verbosity=0)
    first = year().first
    days = [first + timedelta(days=number) for number in range(-300, 360, 9)]
    for number, size in enumerate(sizes(TOWNS)):
        place = provisioning.provision(
            slug=f"c{number}", kind="town", name=f"C{number}", domains=[f"c{number}.test"]
        )
        with entered(place), transaction.atomic():
            Town(Random(number), days, making.user(Role.COORDINATOR)).fill(size)
    return {"children": sum(sizes(TOWNS))}


@contextmanager
def in_database(spent: list[float]) -> Iterator[None]:
    from django.db import connection

    def timed(execute: Callable[..., Any], *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(timed):
        yield


def night(on: date) -> tuple[float, float]:
    """Seconds in all, and in the database."""
    from django.utils import timezone

    from core.exchange.operations import cells
    from tenants import registry
    from tenants.context import entered

    spent: list[float] = []
    began = time.perf_counter()
    with in_database(spent):
        for place in registry.places("town"):
            with entered(place):
                cells.push_running(at=timezone.now(), on=on)
    return time.perf_counter() - began, sum(spent)


def naive(on: date) -> float:
    """Each table of what passes, by one query of the ORM, for the same periods."""
    from django.db.models import Count

    from core.exchange import perimeter
    from core.reporting.indicators import INDICATORS
    from core.reporting.indicators.moment import moment_of
    from core.reporting.indicators.rows import ROWS
    from core.reporting.indicators.rows.source import BY
    from tenants import registry
    from tenants.context import entered

    began = time.perf_counter()
    for place in registry.places("town"):
        with entered(place):
            for period in perimeter.running_periods(on):
                moment = moment_of(period, on)
                for code, crossings in perimeter.PASSED.items():
                    for crossing in crossings:
                        columns = [BY + ("district" if one == "residence" else one) for one in crossing]
                        query = ROWS[INDICATORS[code].rows].query(moment).order_by()
                        list(query.values(*columns).annotate(number=Count("pk")))
    return time.perf_counter() - began


def spent() -> dict[str, float]:
    on = year().last - timedelta(days=40)
    first, _ = night(on)
    again, database = night(on)
    return {"night": first, "again": again, "again_database": database, "naive": naive(on)}


if __name__ == "__main__":
    acts.play(fill, spent)
