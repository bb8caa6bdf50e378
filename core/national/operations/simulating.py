"""Made-up towns: cells under the role that may write no other, so that a demonstration has a nation.

Sizes are skewed to the right as in the field (most have about a hundred children, a few up to 3,500); shares
are those of the published survey of 2021. Towns, children and figures are FICTITIOUS, and named so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import transaction

from core.exchange import perimeter
from core.exchange.enums import Status
from core.exchange.models import MADE_UP, Batch, Cell
from core.national.places import DEPARTMENTS, REGION_OF
from core.people.demo import NotADemonstration
from core.reporting.indicators import CATALOGUE, DIMENSIONS, INDICATORS, UNKNOWN, Period
from tenants import context, roles

MOST = 3500  # rows of the State's Excel tool
MEAN, SPREAD = 110.0, 0.85  # of the lognormal law: about 160 children on average
ENDED = 0.36  # pathways ended in the year, for one child

AGES = {"2-5": 0.146, "6-10": 0.524, "11-16": 0.315, "17+": 0.015}
SEXES = {"m": 0.578, "f": 0.414, UNKNOWN: 0.008}
SHARES: dict[str, dict[tuple[str, ...], dict[tuple[str, ...], float]]] = {
    "children": {
        ("participation",): {("pathway",): 0.56, ("both",): 0.24, ("group",): 0.20},
        ("bracket", "sex"): {
            (bracket, sex): of_age * of_sex
            for bracket, of_age in AGES.items()
            for sex, of_sex in SEXES.items()
        },
        ("residence",): {("in_district",): 0.63, ("outside",): 0.31, (UNKNOWN,): 0.06},
    },
    "pathways_ended": {
        ("reason",): {},  # the same for each, but for the rare ones
    },
}  # fmt: skip
RARE = {"death": 0.002, "care": 0.04, "child_protection": 0.04, UNKNOWN: 0.03}


@dataclass(frozen=True, slots=True)
class MadeUpTown:
    schema: str
    children: int


def towns(count: int, seed: int, among: Sequence[str] = ()) -> list[MadeUpTown]:
    """The same for the same seed, in these départements or in all. Populous ones have more towns."""
    rng = np.random.default_rng(seed)
    codes = [code for code in sorted(DEPARTMENTS) if not among or code in among]
    weights = np.array([3.0 if REGION_OF[code] in ("11", "32", "93", "84") else 1.0 for code in codes])
    picked = rng.choice(len(codes), size=count, p=weights / weights.sum())
    sizes = np.clip(rng.lognormal(np.log(MEAN), SPREAD, size=count), 6, MOST).astype(int)
    made, seen = [], dict.fromkeys(codes, 0)
    for place, size in zip(picked.tolist(), sizes.tolist(), strict=True):
        code = codes[place]
        seen[code] += 1
        made.append(MadeUpTown(f"{MADE_UP}{code.lower()}_{seen[code]:03d}", size))
    return made


def simulate_towns(*, count: int, period: Period, seed: int = 2026, among: Sequence[str] = ()) -> int:
    """Write cells of `count` made-up towns for a period, once. Returns how many cells there are.

    Two periods with one seed are the same towns, a little changed. Raises NotADemonstration outside a demo.
    """
    if not settings.DEMO:
        raise NotADemonstration
    rng = np.random.default_rng([seed, period.first.toordinal()])
    with context.entered(context.SharedRole(role=roles.SIMULATION), switching=True), transaction.atomic():
        if Batch.objects.of_period(period.first, period.last, Status.OFFICIAL).exists():
            return 0
        found = [(town, list(_cells(town, rng))) for town in towns(count, seed, among)]
        batches = Batch.objects.bulk_create(
            [
                Batch(
                    schema_name=town.schema,
                    first_on=period.first,
                    last_on=period.last,
                    status=Status.OFFICIAL,
                    catalogue=CATALOGUE,
                    fingerprint=f"simulation:{seed}",
                    size=len(cells),
                    made_up=True,
                )
                for town, cells in found
            ]
        )
        rows = [
            _row(batch, *cell) for batch, (_, cells) in zip(batches, found, strict=True) for cell in cells
        ]
        Cell.objects.bulk_create(rows, batch_size=5000)
    return len(rows)


def _row(batch: Batch, indicator: str, breakdown: str, number: int) -> Cell:
    return Cell(
        batch_id=batch.pk,
        schema_name=batch.schema_name,
        indicator=indicator,
        breakdown=breakdown,
        count=number,
        version=INDICATORS[indicator].version,
    )


def _cells(town: MadeUpTown, rng: np.random.Generator) -> Iterator[tuple[str, str, int]]:
    children = max(3, int(town.children * rng.normal(1.0, 0.08)))
    totals = {"children": min(children, MOST), "pathways_ended": int(rng.binomial(children, ENDED))}
    for indicator, crossings in SHARES.items():
        for crossing, shares in crossings.items():
            values = shares or _reasons()
            weights = np.array(list(values.values()))
            counts = rng.multinomial(totals[indicator], weights / weights.sum())
            for codes, number in zip(values, counts.tolist(), strict=True):
                if number:
                    pairs = tuple(zip(crossing, codes, strict=True))
                    yield indicator, perimeter.written(pairs), number


def _reasons() -> dict[tuple[str, ...], float]:
    return {(code,): RARE.get(code, 0.12) for code in DIMENSIONS["reason"].codes}
