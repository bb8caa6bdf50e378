"""States of a meeting, as data, which operations alone consult."""

from django.db.models import TextChoices


class MeetingState(TextChoices):
    PLANNED = "planned", "Prévue"
    CONVENED = "convened", "Convoquée"
    OPEN = "open", "En cours"
    CLOSED = "closed", "Compte rendu à approuver"
    APPROVED = "approved", "Compte rendu approuvé"
    CANCELLED = "cancelled", "Annulée"


M = MeetingState
# (sources, target), by transition
MEETING: dict[str, tuple[frozenset[str], str]] = {
    "convene": (frozenset({M.PLANNED}), M.CONVENED),
    "open": (frozenset({M.PLANNED, M.CONVENED}), M.OPEN),
    "close": (frozenset({M.OPEN}), M.CLOSED),
    "approve": (frozenset({M.CLOSED}), M.APPROVED),
    "cancel": (frozenset({M.PLANNED, M.CONVENED}), M.CANCELLED),
}

# From the convening to the approval of the minutes, those invited see the situations.
OPENING_FILES = frozenset({M.CONVENED, M.OPEN, M.CLOSED})
# A situation may be put on the agenda, or taken off.
PREPARING = frozenset({M.PLANNED, M.CONVENED, M.OPEN})
