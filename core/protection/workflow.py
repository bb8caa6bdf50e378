"""States of an *information préoccupante*: nobody approves anything on the way."""

from dataclasses import dataclass

from django.db.models import TextChoices


class ConcernState(TextChoices):
    WRITTEN = "written", "Écrite, à transmettre"
    SENT = "sent", "Transmise"
    ACKNOWLEDGED = "acknowledged", "Reçue par le département"
    ANSWERED = "answered", "Suite connue"


@dataclass(frozen=True, slots=True)
class Transition:
    sources: frozenset[ConcernState]
    target: ConcernState


CONCERN = {
    "send": Transition(frozenset({ConcernState.WRITTEN}), ConcernState.SENT),
    "acknowledge": Transition(frozenset({ConcernState.SENT}), ConcernState.ACKNOWLEDGED),
    "answer": Transition(
        frozenset({ConcernState.SENT, ConcernState.ACKNOWLEDGED, ConcernState.ANSWERED}),
        ConcernState.ANSWERED,
    ),
}
