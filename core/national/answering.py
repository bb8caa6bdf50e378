"""Which towns have answered: names and counts of towns, no figure of theirs."""

from dataclasses import dataclass
from datetime import date

from core.exchange import queries as exchange
from core.exchange.enums import Status
from core.national.operations import releasing
from core.reporting import indicators
from tenants import registry


@dataclass(frozen=True, slots=True)
class Year:
    """Active towns of the platform in a school year: those that sent their return, and those that did not.

    `outdated` sent it by former definitions: a release leaves them out.
    """

    label: str
    official: int
    running: int
    active: int
    missing: list[str]
    made_up: int
    outdated: list[str]


def years(on: date) -> list[Year]:
    towns = {one.schema: one.name for one in registry.places("town") if one.state == "active"}
    found = []
    for number in releasing.years(on)[:2]:
        period = indicators.school_year(number)
        official = exchange.latest_batches(period, Status.OFFICIAL)
        running = {one.schema_name for one in exchange.latest_batches(period, Status.RUNNING)}
        sent = {one.schema_name for one in official}
        found.append(
            Year(
                label=period.label,
                official=len(sent & towns.keys()),
                running=len(running & towns.keys()),
                active=len(towns),
                missing=sorted(name for schema, name in towns.items() if schema not in sent),
                made_up=sum(one.made_up for one in official),
                outdated=sorted(
                    towns[one.schema_name]
                    for one in official
                    if one.schema_name in towns and one.catalogue != indicators.CATALOGUE
                ),
            )
        )
    return found
