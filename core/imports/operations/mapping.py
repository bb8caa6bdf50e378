"""What the coordinator says of the columns and of the town's own words, remembered for the next time."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core.imports import columns
from core.imports.models import Import, RememberedColumns, RememberedValue
from core.imports.operations.moving import CannotImportError, ask_work, locked, move, record
from core.imports.operations.receiving import fingerprint, keep_what_is_used, table_of
from core.imports.vocabularies import IGNORED, TITLES
from core.imports.workflow import MAPPABLE, ImportState
from core.people.models import User
from core.people.names import fold

# Lists whose words name no child and tell of none: what stands elsewhere is asked again of each table.
REMEMBERED = frozenset({"school", "level", "district", "referent", "domain"})


@transaction.atomic
def say_columns(*, batch: Import, said: Mapping[str, str], by: User, at: datetime) -> Import:
    """`{"0": "last_name"}`, a column that holds nothing of interest left out. Raises CannotImportError.

    Lines that were checked under other columns are to be checked anew before they are brought.
    """
    held = locked(batch, MAPPABLE)
    chosen = {number: code for number, code in said.items() if code}
    _check(held, chosen)
    if held.state == ImportState.CHECKED and chosen != held.columns:
        move(held, "map_anew")
    held.columns = chosen
    held.save(update_fields=["columns", "state"])
    RememberedColumns.objects.update_or_create(
        headers_sha256=fingerprint(held.headers), defaults={"columns": chosen, "used_at": at}
    )
    record(held, "columns_said", by=by, at=at)
    return held


@transaction.atomic
def say_words(*, batch: Import, said: Mapping[str, Mapping[str, str]], by: User, at: datetime) -> Import:
    """`{"school": {"jean jaures": "0820001A"}}`; then everything is checked. Raises CannotImportError.

    What an empty cell stands for holds for this table alone; what is not used of it is kept no longer.
    """
    held = locked(batch, MAPPABLE)
    _check(held, held.columns)
    kept: dict[str, dict[str, str]] = {}
    for vocabulary, answers in said.items():
        for word, code in answers.items():
            if vocabulary not in TITLES or not code:
                continue
            folded = fold(word)[:200]
            kept.setdefault(vocabulary, {})[folded] = code
            if folded and vocabulary in REMEMBERED and code != IGNORED:
                RememberedValue.objects.update_or_create(
                    field=vocabulary, word=folded, defaults={"code": code[:100], "used_at": at}
                )
    held.values = kept
    keep_what_is_used(held)
    begin_check(held)
    record(held, "words_said", by=by, at=at)
    return held


def begin_check(held: Import) -> None:
    """In the caller's transaction."""
    move(held, "map")
    held.done, held.total = 0, len(table_of(held))
    held.save()
    ask_work(held.pk)


def _check(held: Import, chosen: Mapping[str, str]) -> None:
    codes = list(chosen.values())
    for number, code in chosen.items():
        if code not in columns.BY_CODE or not number.isdigit() or int(number) >= len(held.headers):
            raise CannotImportError("Une colonne n’est pas de ce tableau. Rechargez la page.")
        if columns.is_forbidden(held.headers[int(number)]):
            raise CannotImportError(f"La colonne « {held.headers[int(number)]} » ne peut pas être reprise.")
    twice = sorted({columns.BY_CODE[code].label for code in codes if codes.count(code) > 1})
    if twice:
        raise CannotImportError(f"Deux colonnes disent la même chose : {', '.join(twice)}. Gardez-en une.")
    if "full_name" not in codes and not {"last_name", "first_name"} <= set(codes):
        raise CannotImportError("Dites dans quelles colonnes sont le nom et le prénom de l’enfant.")
