"""A small made-up nation for tests: few towns in few départements, so that disclosure control is quick."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from core.exchange.enums import Status
from core.exchange.models import Batch, Cell
from core.national import places, tables
from core.national.enums import Recipient
from core.national.models import Release, ReleasedCell
from core.national.operations import releasing
from core.national.towns import code_of, place_of
from core.reporting import indicators
from tenants import roles
from tenants.context import SharedRole, entered

PERIOD = indicators.school_year(2024)
Counts = Mapping[tuple[str, str], int]  # by (indicator, breakdown)

# Towns by schema; one is small enough for cells to be hidden.
NATION: dict[str, int] = {
    "fictive_31_001": 240,
    "fictive_31_002": 160,
    "fictive_34_001": 180,
    "fictive_59_001": 420,
    "fictive_59_002": 35,
    "fictive_62_001": 150,
}


WEIGHTS: tuple[dict[str, int], ...] = (
    {"participation=pathway": 6, "participation=both": 3, "participation=group": 1},
    {
        "bracket=2-5;sex=f": 6,
        "bracket=2-5;sex=m": 9,
        "bracket=6-10;sex=f": 21,
        "bracket=6-10;sex=m": 30,
        "bracket=11-16;sex=f": 13,
        "bracket=11-16;sex=m": 19,
        "bracket=17+;sex=m": 2,
    },
    {"residence=in_district": 13, "residence=outside": 6, "residence=unknown": 1},
)
REASONS = {"reason=goals_met": 8, "reason=moved": 5, "reason=existing_schemes": 6, "reason=care": 1}


def counts_of(children: int) -> dict[tuple[str, str], int]:
    """Three ways of counting the same children, and the ends of their pathways."""
    found: dict[tuple[str, str], int] = {}
    for weights in WEIGHTS:
        found |= _split("children", children, weights)
    return found | _split("pathways_ended", children // 3, REASONS)


def _split(indicator: str, total: int, weights: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Whole numbers by weight that add up to the total: the first one takes the rest."""
    whole = sum(weights.values())
    found = {(indicator, name): total * weight // whole for name, weight in weights.items()}
    first = next(iter(found))
    found[first] += total - sum(found.values())
    return {key: count for key, count in found.items() if count}


def send(
    schema: str, counts: Counts, status: Status = Status.OFFICIAL, *, catalogue: str = indicators.CATALOGUE
) -> Batch:
    """The cells of a made-up town, under the role that may write them."""
    with entered(SharedRole(role=roles.SIMULATION), switching=True), transaction.atomic():
        batch = Batch.objects.create(
            schema_name=schema,
            first_on=PERIOD.first,
            last_on=PERIOD.last,
            status=status,
            catalogue=catalogue,
            fingerprint="",
            size=len(counts),
            made_up=True,
        )
        Cell.objects.bulk_create(
            Cell(
                batch_id=batch.pk, schema_name=schema, indicator=indicator, breakdown=text, count=n, version=1
            )
            for (indicator, text), n in counts.items()
        )
    return batch


def send_nation(nation: Mapping[str, int] = NATION) -> None:
    for schema, children in nation.items():
        send(schema, counts_of(children))


def bare_release(
    *, recipient: str = Recipient.PUBLIC, source: str = Status.OFFICIAL, **cells: int | None
) -> Release:
    """A published release of no cells but those given by region, made without its computation."""
    towns = [place for schema in NATION if (place := place_of(schema))]
    release = Release.objects.create(
        number=Release.objects.count() + 1,
        recipient=recipient,
        source=source,
        made_up=True,
        first_on=PERIOD.first,
        last_on=PERIOD.last,
        labelled=12,
        active=9,
        answering=len(towns),
        document={**tables.frozen(), "period": PERIOD.label, "places": places.described(towns)},
        towns={schema: code_of(schema) for schema in NATION},
        made_at=timezone.now(),
    )
    ReleasedCell.objects.bulk_create(
        ReleasedCell(release=release, indicator="children", place=place, value=value)
        for place, value in cells.items()
    )
    release.audit, release.audit_passed = {"populations": []}, True
    release.state, release.audited_at = "audited", timezone.now()
    release.save()
    release.state, release.published_at = "published", timezone.now()
    release.save()
    return release


def prepare(recipient: Recipient = Recipient.PUBLIC) -> Release:
    return releasing.prepare_release(
        period=PERIOD,
        recipient=recipient,
        source=Status.OFFICIAL,
        labelled=12,
        active=9,
        made_up=True,
        by=None,
        at=timezone.now(),
    )


def audited(recipient: Recipient = Recipient.PUBLIC) -> Release:
    return releasing.audit_release(release=prepare(recipient), by=None, at=timezone.now())


def published(recipient: Recipient = Recipient.PUBLIC) -> Release:
    return releasing.publish_release(release=audited(recipient), by=None, at=timezone.now())
