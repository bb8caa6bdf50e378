"""Where an import stands, as data."""

from dataclasses import dataclass

from django.db.models import TextChoices


class ImportState(TextChoices):
    SENT = "sent", "Colonnes à associer"
    CHECKING = "checking", "Vérification en cours"
    CHECKED = "checked", "À relire"
    RUNNING = "running", "Reprise en cours"
    DONE = "done", "Repris"
    UNDOING = "undoing", "Retrait en cours"
    UNDONE = "undone", "Retiré"
    ABANDONED = "abandoned", "Abandonné"


S = ImportState


@dataclass(frozen=True, slots=True)
class Transition:
    name: str
    sources: frozenset[str]
    target: str


def _transition(name: str, sources: tuple[str, ...], target: str) -> tuple[str, Transition]:
    return name, Transition(name, frozenset(sources), target)


IMPORT = dict(
    [
        _transition("map", (S.SENT, S.CHECKED), S.CHECKING),
        _transition("map_anew", (S.SENT, S.CHECKED), S.SENT),
        _transition("check_again", (S.CHECKED,), S.CHECKING),
        _transition("checked", (S.CHECKING,), S.CHECKED),
        _transition("run", (S.CHECKED,), S.RUNNING),
        _transition("finish", (S.RUNNING,), S.DONE),
        _transition("undo", (S.DONE,), S.UNDOING),
        _transition("undone", (S.UNDOING,), S.UNDONE),
        _transition("abandon", (S.SENT, S.CHECKING, S.CHECKED), S.ABANDONED),
    ]
)
# A job is at work: nothing is to be done but wait.
WORKING = frozenset({S.CHECKING, S.RUNNING, S.UNDOING})
# Its sheet, its columns and its words may be said.
MAPPABLE = frozenset({S.SENT, S.CHECKED})
# What was sent is still kept, so that it can be mended.
OPEN = frozenset({S.SENT, S.CHECKING, S.CHECKED})
