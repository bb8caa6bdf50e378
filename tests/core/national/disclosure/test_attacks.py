"""A release is attacked by readers who know the method: nothing hidden may come out."""

import random

import numpy as np
import pytest

from core.national.disclosure import certify, control, room
from core.national.disclosure.shapes import PREFECT, PUBLIC, Recipient
from core.national.disclosure.system import System
from tests.core.national.disclosure.attacker import Attacker, Published
from tests.core.national.disclosure.countries import (
    DIMENSIONS,
    LEAVES,
    TABLES,
    Country,
    country,
    counts_of,
    published,
)

SEEDS = range(5)
CLOSE = 1e-6


def attack(releases: list[Published], **known: object) -> Attacker:
    return Attacker(releases, DIMENSIONS, LEAVES, **known)  # type: ignore[arg-type]


def assert_kept(attacker: Attacker, recipient: Recipient) -> None:
    assert attacker.by_differencing() == set()
    for (cell, _), (low, high) in attacker.intervals().items():
        assert high - low >= recipient.threshold - CLOSE, (cell, low, high)
        assert high >= recipient.threshold - CLOSE, (cell, low, high)


@pytest.mark.parametrize("recipient", [PUBLIC, PREFECT], ids=lambda one: one.code)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_reader_computes_a_hidden_cell(seed: int, recipient: Recipient) -> None:
    made = country(seed)
    found = control.protect(made.population(), TABLES, made.trees, recipient)
    assert found.audit.passed
    assert found.hidden
    assert_kept(attack([published(made, found)]), recipient)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_town_that_knows_its_own_counts_computes_no_other(seed: int) -> None:
    made = country(seed)
    found = control.protect(made.population(), TABLES, made.trees, PUBLIC)
    seen = published(made, found)
    for town in made.towns:
        known = {(town, code): made.counts.get((town, code), 0) for _, code in _codes(made)}
        attacker = attack([seen], known=known)
        own = {town}
        for cell in attacker.by_differencing():
            assert _is_shown_without(made, seen, cell, own), (town, cell)


def _codes(made: Country) -> set[tuple[str, tuple[str, ...]]]:
    return {("", code) for _, code in made.counts}


def _is_shown_without(
    made: Country, seen: Published, cell: tuple[str, tuple[tuple[str, str], ...]], own: set[str]
) -> bool:
    """What the town learns is its own, or made of cells of others that are shown."""
    place, breakdown = cell
    others = set(made.places.leaves[place]) - own
    return all(seen.cells.get((other, breakdown)) is not None for other in others)


@pytest.mark.parametrize("how", ["added", "removed", "moved"])
@pytest.mark.parametrize("seed", SEEDS)
def test_two_releases_betray_nothing_together(seed: int, how: str) -> None:
    """The attacker even knows which child made the difference."""
    before = country(seed)
    first = control.protect(before.population(), TABLES, before.trees, PUBLIC)
    after = before.changed(random.Random(seed), how)
    shown = first.shown(TABLES, before.trees)
    second = control.protect_correction(after.population(), TABLES, after.trees, PUBLIC, [shown])
    assert second.audit.passed
    released = Country(after.places, counts_of(second.population))
    assert_kept(attack([published(before, first), published(released, second, before)]), PUBLIC)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shown_eleven_that_becomes_ten_keeps_its_towns_former_counts(seed: int) -> None:
    before = country(seed)
    first = control.protect(before.population(), TABLES, before.trees, PUBLIC)
    town, key = next(
        (key.place, key)
        for key in sorted(first.values)
        if key.place in before.towns and key.breakdown and key not in first.hidden and first.values[key]
    )
    after = Country(before.places, dict(before.counts))
    wanted = dict(key.breakdown)
    codes = [code for one, code in before.counts if one == town and _matches(code, wanted)]
    left = first.values[key] - (PUBLIC.threshold - 1)
    for code in codes:
        gone = min(left, after.counts[town, code])
        after.counts[town, code] -= gone
        left -= gone
    shown = first.shown(TABLES, before.trees)
    assert not control.protect(after.population(), TABLES, after.trees, PUBLIC, [shown]).audit.passed
    second = control.protect_correction(after.population(), TABLES, after.trees, PUBLIC, [shown])
    assert second.audit.passed
    assert town in second.carried
    assert second.values[key] == first.values[key]


def _matches(code: tuple[str, ...], wanted: dict[str, str]) -> bool:
    return all(code[at] in LEAVES[name][wanted[name]] for at, name in enumerate(DIMENSIONS) if name in wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_shown_is_exact_and_what_is_small_is_hidden(seed: int) -> None:
    made = country(seed)
    found = control.protect(made.population(), TABLES, made.trees, PUBLIC)
    for key, value in found.values.items():
        towns = set(made.places.leaves[key.place])
        wanted = dict(key.breakdown)
        told = sum(n for (town, code), n in made.counts.items() if town in towns and _matches(code, wanted))
        assert value == told
        assert key in found.hidden or not 0 < value < PUBLIC.threshold


def test_less_is_hidden_than_by_whole_rows_and_columns() -> None:
    ours, plain = 0, 0
    for seed in SEEDS:
        made = country(seed)
        found = control.protect(made.population(), TABLES, made.trees, PUBLIC)
        hidden = control.plainly_hidden(found, made.places)
        assert found.primary <= hidden
        ours, plain = ours + len(found.hidden), plain + len(hidden)
    assert ours < plain, (ours, plain)


def test_hiding_the_small_cells_alone_would_be_seen_through() -> None:
    """The attacker is worth its name: without secondary suppression it recovers cells exactly."""
    made = country(1)
    found = control.protect(made.population(), TABLES, made.trees, PUBLIC)
    naive = control.Protected(
        found.population, found.values, found.primary, found.primary, found.audit, found.unsafe
    )
    attacker = attack([published(made, naive)])
    assert attacker.by_differencing()
    assert any(high - low < CLOSE for low, high in attacker.intervals().values())


def test_an_audit_does_not_take_the_searchs_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells shown behind the audit's back make it fail."""
    made = country(2)

    def show_too_much(self: object) -> int:
        system = self.system  # type: ignore[attr-defined]
        shown = [form for form in system.forms if form.hidden and not form.primary]
        for form in shown[:3]:
            form.hidden = False
        return len(shown[:3])

    monkeypatch.setattr("core.national.disclosure.secondary.Search.relax", show_too_much)
    found = control.protect(made.population(), TABLES, made.trees, PUBLIC)
    assert not found.audit.passed
    assert found.audit.failures


def test_worlds_are_checked_one_by_one() -> None:
    """A world that moves something shown is no proof, whoever brings it; one that moves hidden cells is."""
    made = country(3)
    found = control.protect(made.population(), TABLES, made.trees, PUBLIC)
    system = System(made.population(), TABLES, made.trees)
    for key, form in ((key, form) for (_, key), form in system.by_key.items()):
        form.hidden |= key in found.hidden
    shown = next(
        form for form in system.forms if not form.hidden and len(form.towns) == 1 and form.value > 11
    )
    atom = next(one for one in shown.atoms.tolist() if system.truth[one] > 11)
    forged = room.world_of(system, np.array([atom]), np.array([11]))
    ledger = certify.Ledger(system, PUBLIC)
    assert not room.is_possible(system, forged)
    assert not ledger.add(forged)
    assert ledger.proofs == {}
    for form in system.forms:  # the same world, with everything it moves hidden
        form.hidden = True
    assert room.is_possible(system, forged)
    assert ledger.add(forged)
    assert ledger.proofs
