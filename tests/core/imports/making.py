"""Tables of made-up children, and an import led through its steps without a worker."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.imports.columns import BY_CODE
from core.imports.models import Import
from core.imports.operations import mapping, receiving, running, undoing, working
from core.people.models import User
from core.sheets.shapes import Cell, SheetData
from tests.core.pathways import making
from tests.core.pathways.making import NOW

TITLES = (
    "last_name", "first_name", "birth_on", "sex", "address", "city", "adult_name", "adult_first_name",
    "adult_link", "adult_authority", "adult_phone", "received_on", "motives", "facts", "closing_reason",
    "signed_on", "planned_end_on", "referent", "domain", "objective", "ended_on",
    "family_signer", "coordinator_signer",
)  # fmt: skip
CHILD: Mapping[str, Cell] = {
    "last_name": "Fictif",
    "first_name": "Zoé",
    "birth_on": "09/03/2016",
    "sex": "F",
    "address": "1 rue de l’Essai",
    "city": "Montauban",
    "adult_name": "Fictif",
    "adult_first_name": "Ana",
    "adult_link": "mère",
    "adult_authority": "conjointe",
    "adult_phone": "06 00 00 00 01",
}
REFERRAL: Mapping[str, Cell] = {"received_on": "12/09/2025", "motives": "apprentissages", "facts": "Lit peu."}


def pathway(referent: User, **more: Cell) -> dict[str, Cell]:
    return {
        **REFERRAL,
        "signed_on": "03/11/2025",
        "referent": referent.full_name,
        "domain": "Éducatif",
        "objective": "Lire avec plaisir",
        **more,
    }


def child(number: int = 0, **more: Cell) -> dict[str, Cell]:
    """Each number another family, whose names sound like no other's."""
    letters = "".join("bdfglmnprtvz"[int(figure)] + "aoe"[number % 3] for figure in f"{number:04d}")
    return {
        **CHILD,
        "last_name": f"K{letters}",
        "first_name": f"X{letters[::-1]}",
        "birth_on": f"{number % 27 + 1:02d}/{number % 12 + 1:02d}/{2012 + number % 8}",
        "adult_name": f"K{letters}",
        "adult_phone": f"06 00 {number // 10000:02d} {number // 100 % 100:02d} {number % 100:02d}",
        **more,
    }


def sheet(rows: Iterable[Mapping[str, Cell]], titles: Sequence[str] = TITLES) -> SheetData:
    labels: list[Cell] = [BY_CODE[code].label for code in titles]
    return SheetData("Enfants", [labels, *([row.get(code) for code in titles] for row in rows)])


def lists() -> None:
    """What the town's rows name."""
    making.domain()
    making.term("motive", "apprentissages", "learning")


def sent(rows: Iterable[Mapping[str, Cell]], by: User, titles: Sequence[str] = TITLES) -> Import:
    return receiving.receive(file_name="Essai.xlsx", sheets=[sheet(rows, titles)], by=by, at=NOW)


def work(batch: Import, at: datetime = NOW) -> Import:
    """What workers would do, until there is nothing left."""
    while working.go_on(batch_id=batch.pk, now=lambda: at):
        pass
    batch.refresh_from_db()
    return batch


def checked(rows: Iterable[Mapping[str, Cell]], by: User, **said: Any) -> Import:
    batch = sent(rows, by)
    mapping.say_words(batch=batch, said=said, by=by, at=NOW)
    return work(batch)


def ran(batch: Import, by: User) -> Import:
    running.run(batch=batch, by=by, at=NOW)
    return work(batch)


def undone(batch: Import, by: User, *, the_rest: bool = False) -> Import:
    undoing.undo(batch=batch, the_rest=the_rest, by=by, at=NOW)
    return work(batch)


def outcomes(batch: Import) -> dict[int, str]:
    return {row.number: row.outcome for row in batch.rows.in_order()}
