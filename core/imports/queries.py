"""What the pages of an import show: counts, lines by what waits in them, words that nobody has explained."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from core.children.models import Child
from core.imports import cells
from core.imports.columns import BY_CODE
from core.imports.enums import RowDecision, RowOutcome
from core.imports.models import Import, ImportRow, ImportRowQuerySet
from core.imports.vocabularies import ASKED_WHEN_EMPTY, Vocabulary
from core.people.names import fold
from core.ui.typography import counted

MOST_WORDS = 80  # asked on one page
PATHWAY_ALONE = frozenset({"signed_on"})
BROUGHT: Mapping[str, tuple[str, str]] = {
    "child": ("dossier d’enfant", "dossiers d’enfants"),
    "guardian": ("adulte", "adultes"),
    "enrolment": ("scolarité", "scolarités"),
    "address": ("adresse", "adresses"),
    "referral": ("orientation", "orientations"),
    "pathway": ("parcours signé sur papier", "parcours signés sur papier"),
    "exit": ("parcours terminé", "parcours terminés"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    ready: int = 0
    to_mend: int = 0
    to_decide: int = 0
    aside: int = 0
    made: int = 0
    left_out: int = 0
    taken_back: int = 0
    kept: int = 0


def tally(batch: Import) -> Tally:
    waiting = Q(outcome=RowOutcome.WAITING)
    skip = Q(decision=RowDecision.SKIP)
    undecided = Q(decision=RowDecision.NONE, errors=0) & ~Q(twins=[])
    found = batch.rows.aggregate(
        to_mend=Count("pk", filter=waiting & Q(errors__gt=0) & ~skip),
        to_decide=Count("pk", filter=waiting & undecided),
        aside=Count("pk", filter=waiting & skip),
        ready=Count("pk", filter=waiting & Q(errors=0) & ~skip & ~undecided),
        made=Count("pk", filter=Q(outcome=RowOutcome.MADE)),
        left_out=Count("pk", filter=Q(outcome__in=[RowOutcome.SKIPPED, RowOutcome.FAILED])),
        taken_back=Count("pk", filter=Q(outcome=RowOutcome.TAKEN_BACK)),
        kept=Count("pk", filter=Q(outcome=RowOutcome.KEPT)),
    )
    return Tally(**found)


def rows_of(batch: Import, which: str) -> ImportRowQuerySet:
    """`which`: what the page's address says; anything else is all lines."""
    rows: ImportRowQuerySet = batch.rows.in_order()
    if which == "erreurs":
        return rows.with_errors()
    if which == "doublons":
        return rows.to_decide()
    if which == "cote":
        return rows.filter(decision=RowDecision.SKIP)
    return rows


def left_out(batch: Import) -> ImportRowQuerySet:
    rows: ImportRowQuerySet = batch.rows.in_order()
    return rows.filter(outcome__in=[RowOutcome.SKIPPED, RowOutcome.FAILED])


def name_in(row: ImportRow) -> str:
    """The child as the line names it."""
    together = row.cells.get("full_name", "")
    apart = f"{row.cells.get('first_name', '')} {row.cells.get('last_name', '')}".strip()
    return apart or together or "sans nom"


def brought(counts: Mapping[str, int]) -> list[str]:
    """What an import made, in words."""
    return [counted(counts[code], *words) for code, words in BROUGHT.items() if counts.get(code)]


def named(children: Iterable[int]) -> list[Child]:
    return list(Child.objects.filter(pk__in=set(children)).by_name())


@dataclass(frozen=True)
class Unknown:
    """Words of one list to be explained, the most frequent first: (word, lines)."""

    vocabulary: Vocabulary
    words: list[tuple[str, int]] = field(default_factory=list)


def unknown_words(
    batch: Import, table: Sequence[Sequence[str]], vocabularies: Mapping[str, Vocabulary]
) -> list[Unknown]:
    """Of each list that the columns use. With signed contracts, an empty cell may stand for something too."""
    found: dict[str, tuple[Counter[str], dict[str, str]]] = {}
    said: Mapping[str, Mapping[str, str]] = batch.values
    for number, code in batch.columns.items():
        item = BY_CODE[code]
        if not item.vocabulary:
            continue
        words, spelled = found.setdefault(item.vocabulary, (Counter(), {}))
        for line in table:
            text = line[int(number)].strip() if int(number) < len(line) else ""
            for word in cells.split_words(text) if item.kind == "words" else [text]:
                if key := fold(word):  # « ? » says no more than an empty cell
                    words[key] += 1
                    spelled.setdefault(key, word)
    if PATHWAY_ALONE & set(batch.columns.values()):
        for code in ASKED_WHEN_EMPTY:
            found.setdefault(code, (Counter(), {}))[0][""] = 0
    result = []
    for code, (words, spelled) in sorted(found.items()):
        vocabulary = vocabularies[code]
        asked = [
            (spelled.get(word, word), lines)
            for word, lines in words.most_common()
            if not word or not vocabulary.known.get(fold(word)) or fold(word) in said.get(code, {})
        ]
        if asked:
            result.append(Unknown(vocabulary, asked[:MOST_WORDS]))
    return result


def waiting_after(batch: Import, number: int) -> int | None:
    """The next line, round to the first, in which something is to be mended or answered."""
    undecided = Q(decision=RowDecision.NONE, errors=0) & ~Q(twins=[])
    waits = Q(errors__gt=0) & ~Q(decision=RowDecision.SKIP) | undecided
    rows = batch.rows.filter(waits).exclude(number=number).in_order().values_list("number", flat=True)
    return rows.filter(number__gt=number).first() or rows.first()
