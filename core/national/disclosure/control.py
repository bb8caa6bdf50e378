"""The whole of disclosure control for one population: hide, attack, and say what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.national.disclosure import primary
from core.national.disclosure.certify import Audit, audited, hidden_numbers
from core.national.disclosure.secondary import Search
from core.national.disclosure.shapes import (
    DataError,
    Fault,
    Hierarchy,
    Key,
    Population,
    Recipient,
    Shown,
    Table,
)
from core.national.disclosure.system import System


@dataclass(frozen=True)
class Protected:
    """What a release shows of one population, and the result of the attack on it."""

    population: Population
    values: Mapping[Key, int]  # every cell, hidden ones included: for the release engine alone
    hidden: frozenset[Key]
    primary: frozenset[Key]
    audit: Audit
    unsafe: frozenset[str]  # the towns that the audit's failures are made of
    carried: frozenset[str] = frozenset()  # towns whose counts are still those of the last release
    postponed: frozenset[str] = frozenset()  # towns that came since, and wait for another period

    def shown(self, tables: Sequence[Table], trees: Mapping[str, Hierarchy]) -> Shown:
        """As a later release of the same period has to take it into account."""
        return Shown(self.population, tuple(tables), self.hidden, trees)


def plainly_hidden(found: Protected, places: Hierarchy) -> frozenset[Key]:
    """What one would hide without a search: in the table of each place's parts, every row and every column
    that has a small cell. What ours is held against; it is not proven safe.
    """
    rows, columns = set(), set()
    for key in found.primary:
        dimensions = tuple(name for name, _ in key.breakdown)
        rows.add((dimensions, key.place))
        columns.add((places.parents.get(key.place), key.breakdown))
    return frozenset(
        key
        for key in found.values
        if (tuple(name for name, _ in key.breakdown), key.place) in rows
        or (places.parents.get(key.place), key.breakdown) in columns
    )


def protect(
    population: Population,
    tables: Sequence[Table],
    trees: Mapping[str, Hierarchy],
    recipient: Recipient,
    former: Sequence[Shown] = (),
) -> Protected:
    """Decide what is hidden, then attack it. The audit tells whether it may be released.

    `former` are the releases of the same period, the last one at the end: together with them nothing
    that any of them hides may come out.
    """
    system = System(population, tables, trees, former)
    lost = primary.mark(system, recipient)
    search = Search(system, recipient)
    search.protect(hidden_numbers(system))
    search.relax()
    audit = audited(search.ledger, lost)
    current = {key: form for (number, key), form in system.by_key.items() if number == 0}
    return Protected(
        population=population,
        values={key: form.value for key, form in current.items()},
        hidden=frozenset(key for key, form in current.items() if form.hidden),
        primary=frozenset(key for key, form in current.items() if form.primary),
        audit=audit,
        unsafe=frozenset(
            system.towns[town] for number in audit.failures for town in system.forms[number].towns
        ),
    )


def protect_correction(
    population: Population,
    tables: Sequence[Table],
    trees: Mapping[str, Hierarchy],
    recipient: Recipient,
    former: Sequence[Shown],
) -> Protected:
    """`protect`, leaving out the corrections that can't be shown beside what was shown before.

    A count that was shown as 11 and is now 10 would be known by difference, whatever is hidden. The towns
    of such a correction keep their former counts in this release (`carried`), and the totals are those of the
    counts that the release is made of.

    What a whole town adds to a total is all that it counts: one that came since waits for another period
    (`postponed`). Raises DataError when a town of the last release is gone.
    """
    last = former[-1].population
    known = last.towns()
    if not known <= population.towns():
        raise DataError(Fault.LEFT)
    carried: frozenset[str] = frozenset()
    postponed = frozenset(population.towns() - known)
    while True:
        kept = population.only(known).with_towns_of(last, carried)
        found = protect(kept, tables, trees, recipient, former)
        changed = changed_towns(kept, last)
        if found.audit.passed or not changed:
            return Protected(
                found.population, found.values, found.hidden, found.primary, found.audit, found.unsafe,
                carried, postponed,
            )  # fmt: skip
        blamed = (changed & found.unsafe) or changed
        carried |= blamed


def changed_towns(population: Population, last: Population) -> frozenset[str]:
    """Towns whose counts are not those of the last release."""
    mine, before = _by_town(population), _by_town(last)
    return frozenset(town for town in mine.keys() | before.keys() if mine.get(town) != before.get(town))


def _by_town(population: Population) -> dict[str, set[tuple[int, tuple[str, ...], int]]]:
    found: dict[str, set[tuple[int, tuple[str, ...], int]]] = {}
    for number, block in enumerate(population.blocks):
        for (town, codes), count in block.counts.items():
            found.setdefault(town, set())
            if count:
                found[town].add((number, codes, count))
    return found
