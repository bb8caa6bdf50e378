"""Which towns a release counts: those that can be told of, held to those of the release that is out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.exchange import queries as exchange
from core.exchange.enums import Status
from core.exchange.models import Batch
from core.national import towns
from core.national.places import TownPlace
from core.reporting.indicators import CATALOGUE, Period


class TownLeftError(Exception):
    """A town of the release that is out has no counts any more."""


@dataclass
class Answers:
    """Batches with the place of each; how many towns wait for another period.

    Batches of other definitions than today's are none: their numbers count something else.
    """

    batches: list[Batch] = field(default_factory=list)
    places: list[TownPlace] = field(default_factory=list)
    waiting: int = 0

    @property
    def codes(self) -> dict[str, str]:
        """Of each town, by its schema."""
        return {batch.schema_name: place.code for batch, place in zip(self.batches, self.places, strict=True)}


def answers_of(
    period: Period, source: Status, made_up: bool, *, known: Mapping[str, str] | None = None
) -> Answers:
    """`known` are the codes of the towns to be counted, by schema; any town where it is None.

    Raises TownLeftError.
    """
    found = Answers()
    for batch in exchange.latest_batches(period, source):
        usable = batch.made_up == made_up and batch.catalogue == CATALOGUE
        place = towns.place_of(batch.schema_name) if usable else None
        if place is None:
            continue
        if batch.size if known is None else known.get(batch.schema_name) == place.code:
            found.batches.append(batch)
            found.places.append(place)
        elif batch.size:
            found.waiting += 1
    if known is not None and len(found.batches) < len(known):
        raise TownLeftError
    return found
