"""The audit: for each hidden cell, worlds that nobody can tell from the truth and in which it is another.

A world is checked in whole numbers against everything that is shown, so that what is certified does not
hang on a solver's word. The truth itself is a world. A proof for a cell is a world (or two) in which its
value is as far from the truth (or from the other) as the threshold, and one of the two reaches it. A town
that knows its own counts is answered by proofs that leave that town as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.national.disclosure.room import World, is_possible
from core.national.disclosure.shapes import Recipient
from core.national.disclosure.system import System


@dataclass(frozen=True, eq=False)
class Proof:
    """Worlds that keep a reader from a cell; `towns` are those that they touch."""

    worlds: tuple[World, ...]

    @cached_property
    def towns(self) -> frozenset[int]:
        return frozenset().union(*(world.towns for world in self.worlds))

    @cached_property
    def forms(self) -> frozenset[int]:
        return frozenset().union(*(world.forms for world in self.worlds))

    def span(self, number: int, value: int) -> tuple[int, int]:
        values = [value, *(value + world.forms.get(number, 0) for world in self.worlds)]
        return min(values), max(values)


class Ledger:
    """Proofs by the hidden form that they keep."""

    def __init__(self, system: System, recipient: Recipient) -> None:
        self.system = system
        self.recipient = recipient
        self.proofs: dict[int, list[Proof]] = {}
        self._outside: set[int] = set()
        # the towns that every proof against towns moves
        self._core: dict[int, frozenset[int]] = {}
        self._kept_by: dict[Proof, set[int]] = {}  # the forms for which a proof is held
        self._moving: dict[int, set[Proof]] = {}  # the proofs that move a form

    def add(self, *worlds: World) -> bool:
        """Note a proof for all that it keeps. False when a reader could tell a world from the truth."""
        if not all(is_possible(self.system, world) for world in worlds):
            return False
        proofs = [Proof((world,)) for world in worlds]
        if len(worlds) > 1:
            proofs.append(Proof(worlds))
        for proof in proofs:
            self._note(proof)
        return True

    def _note(self, proof: Proof) -> None:
        kept = set()
        for number in proof.forms:
            outside, inside = self._is_wide(proof, number), self._is_wide_inside(proof, number)
            core = self._core.get(number)
            news = (outside and number not in self._outside) or (
                inside and (core is None or core - proof.towns)
            )
            if news:
                kept.add(number)
                self.proofs.setdefault(number, []).append(proof)
                if outside:
                    self._outside.add(number)
                if inside:
                    self._core[number] = proof.towns if core is None else core & proof.towns
        if kept:
            self._kept_by[proof] = kept
            for number in proof.forms:
                self._moving.setdefault(number, set()).add(proof)

    def _is_wide(self, proof: Proof, number: int) -> bool:
        low, high = proof.span(number, self.system.forms[number].value)
        return high - low >= self.recipient.threshold and high >= self.recipient.threshold

    def _is_wide_inside(self, proof: Proof, number: int) -> bool:
        low, high = proof.span(number, self.system.forms[number].value)
        return high - low >= self.recipient.inside

    def is_safe_outside(self, number: int) -> bool:
        return number in self._outside

    def knowing(self, number: int) -> list[int]:
        """The towns against which it is not yet safe, each knowing its own counts: every proof moves them.

        What is left of the cell without the town's own part is no secret when the others' parts are
        shown anyway.
        """
        core = self._core.get(number, frozenset())
        return sorted(town for town in core if not self.system.rest_is_shown(number, town))

    def is_safe(self, number: int) -> bool:
        return self.is_safe_outside(number) and not self.knowing(number)

    def unsafe(self) -> list[int]:
        return [n for n in hidden_numbers(self.system) if not self.is_safe(n)]

    def least_width(self, number: int) -> int:
        """How far apart the values are that a reader can't exclude, as far as worlds were found."""
        value = self.system.forms[number].value
        spans = [proof.span(number, value) for proof in self.proofs.get(number, ())]
        return max((high for _, high in spans), default=value) - min((low for low, _ in spans), default=value)

    # --- when a form is shown again ---------------------------------------------------------------
    def without(self, number: int) -> dict[int, list[Proof]]:
        """Forget the proofs that move this form. Returns what was forgotten, by form, for `restore`."""
        gone = {proof for proof in self._moving.get(number, ()) if proof in self._kept_by}
        before: dict[int, list[Proof]] = {}
        for other in set().union(*(self._kept_by[proof] for proof in gone)):
            before[other] = self.proofs[other]
            self.proofs[other] = [proof for proof in before[other] if proof not in gone]
            self._count(other)
        return before

    def restore(self, before: dict[int, list[Proof]]) -> None:
        for number, proofs in before.items():
            self.proofs[number] = proofs
            self._count(number)

    def _count(self, number: int) -> None:
        self._outside.discard(number)
        if any(self._is_wide(proof, number) for proof in self.proofs[number]):
            self._outside.add(number)
        towns = [proof.towns for proof in self.proofs[number] if self._is_wide_inside(proof, number)]
        if towns:
            self._core[number] = frozenset.intersection(*towns)
        else:
            self._core.pop(number, None)


def hidden_numbers(system: System) -> list[int]:
    return [number for number, form in enumerate(system.forms) if form.hidden]


@dataclass(frozen=True)
class Audit:
    """The result of the attack on a whole population."""

    population: str
    hidden: int
    worlds: int
    least_width: int
    failures: tuple[int, ...]  # numbers of forms

    @property
    def passed(self) -> bool:
        return not self.failures


def audited(ledger: Ledger, lost: Sequence[int] = ()) -> Audit:
    """Check every world again, and every hidden cell against them; nothing is taken from the search.

    `lost` are small cells that an earlier release showed: they fail whatever is hidden.
    """
    fresh = Ledger(ledger.system, ledger.recipient)
    seen: set[Proof] = set()
    for proof in _all_proofs(ledger):
        if proof not in seen:
            seen.add(proof)
            fresh.add(*proof.worlds)
    numbers = hidden_numbers(fresh.system)
    return Audit(
        population=fresh.system.population,
        hidden=len(numbers),
        worlds=len({id(world) for proof in seen for world in proof.worlds}),
        least_width=min(map(fresh.least_width, numbers), default=0),
        failures=tuple(sorted({*fresh.unsafe(), *lost})),
    )


def _all_proofs(ledger: Ledger) -> Iterable[Proof]:
    for proofs in ledger.proofs.values():
        yield from proofs
