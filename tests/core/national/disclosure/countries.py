"""Small random countries, and a child who comes, goes or moves between two releases."""

import random
from dataclasses import dataclass, field

from core.national.disclosure.control import Protected
from core.national.disclosure.shapes import Block, Hierarchy, Key, Population, Table, flat
from tests.core.national.disclosure.attacker import Cell, Joint, Published

DIMENSIONS = ("age", "sex")
AGE = Hierarchy("age", "", {"": ("young", "middle", "old"), "old": ("teen", "adult")})
SEX = flat("sex", ("f", "m"))
TABLES = (
    Table("by sex", "children", {depth: {"sex": 1} for depth in range(4)}),
    Table("by age", "children", {0: {"age": 2}, 1: {"age": 2}, 2: {"age": 1}, 3: {"age": 1}}),
    Table("crossed", "children", {0: {"age": 2, "sex": 1}, 1: {"age": 1, "sex": 1}}),
)
LEAVES = {"age": AGE.leaves, "sex": SEX.leaves}


@dataclass
class Country:
    places: Hierarchy
    counts: dict[Joint, int] = field(default_factory=dict)

    @property
    def trees(self) -> dict[str, Hierarchy]:
        return {"place": self.places, "age": AGE, "sex": SEX}

    @property
    def towns(self) -> tuple[str, ...]:
        return self.places.leaves["nation"]

    def population(self) -> Population:
        return Population("children", (Block(DIMENSIONS, dict(self.counts)),))

    def changed(self, rnd: random.Random, how: str) -> "Country":
        """One child added, removed, or moved from a town to another."""
        counts = dict(self.counts)
        there = [one for one, count in counts.items() if count]
        if how in ("removed", "moved"):
            gone = rnd.choice(there)
            counts[gone] -= 1
            code = gone[1]
        else:
            code = rnd.choice([one[1] for one in there])
        if how in ("added", "moved"):
            town = rnd.choice(self.towns)
            counts[town, code] = counts.get((town, code), 0) + 1
        return Country(self.places, counts)


def country(seed: int, towns: int = 14, mean: int = 90) -> Country:
    rnd = random.Random(seed)
    children: dict[str, tuple[str, ...]] = {"nation": ("r1", "r2"), "r1": ("d1", "d2"), "r2": ("d3",)}
    below: dict[str, list[str]] = {"d1": [], "d2": [], "d3": []}
    for number in range(towns):
        below[rnd.choice(list(below)) if number > 2 else f"d{number + 1}"].append(f"t{number}")
    places = Hierarchy("place", "nation", {**children, **{code: tuple(some) for code, some in below.items()}})
    made = Country(places)
    for town in made.towns:
        for _ in range(max(3, int(rnd.lognormvariate(0, 0.8) * mean))):
            age = rnd.choices(("young", "middle", "teen", "adult"), (15, 52, 31, 2))[0]
            one = (town, (age, rnd.choices(("f", "m"), (42, 58))[0]))
            made.counts[one] = made.counts.get(one, 0) + 1
    return made


def published(made: Country, protected: Protected, first: Country | None = None) -> Published:
    """As it is read: numbers, or None where the mark stands."""
    cells: dict[Cell, int | None] = {
        (key.place, key.breakdown): None if key in protected.hidden else value
        for key, value in protected.values.items()
    }
    difference = {}
    if first is not None:
        for one in made.counts.keys() | first.counts.keys():
            if step := made.counts.get(one, 0) - first.counts.get(one, 0):
                difference[one] = step
    return Published(cells, made.places.leaves, difference)


def counts_of(population: Population) -> dict[Joint, int]:
    return dict(population.blocks[0].counts)


def total(place: str) -> Key:
    return Key("children", place)
