"""The whole of disclosure control for one release: hide, attack, and say what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.national.disclosure import primary
from core.national.disclosure.certify import Audit, audited, hidden_numbers
from core.national.disclosure.secondary import Search
from core.national.disclosure.shapes import Hierarchy, Key, Population, Recipient, Shown, Table
from core.national.disclosure.system import System


@dataclass(frozen=True)
class Protected:
    """What a release shows of one population, and the result of the attack on it."""

    population: Population
    values: Mapping[Key, int]  # every cell, hidden ones included: for the release engine alone
    hidden: frozenset[Key]
    primary: frozenset[Key]
    audit: Audit
    unsafe: tuple[frozenset[str], ...]  # for each failure, the towns that it is made of


def protect(
    population: Population,
    tables: Sequence[Table],
    trees: Mapping[str, Hierarchy],
    recipient: Recipient,
    former: Sequence[Shown] = (),
) -> Protected:
    """Decide what is hidden, then attack it. The audit tells whether it may be released."""
    system = System(population, tables, trees, former)
    primary.mark(system, recipient)
    search = Search(system, recipient)
    search.protect(hidden_numbers(system))
    search.relax()
    audit = audited(search.ledger)
    current = {key: form for (number, key), form in system.by_key.items() if number == 0}
    return Protected(
        population=population,
        values={key: form.value for key, form in current.items()},
        hidden=frozenset(key for key, form in current.items() if form.hidden),
        primary=frozenset(key for key, form in current.items() if form.primary),
        audit=audit,
        unsafe=tuple(
            frozenset(system.towns[town] for town in system.forms[number].towns) for number in audit.failures
        ),
    )
