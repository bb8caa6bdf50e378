"""A release's states and what leads from one to the next, as data. Triggers of the database hold the same."""

from dataclasses import dataclass

from django.db.models import TextChoices


class ReleaseState(TextChoices):
    DRAFT = "draft", "À contrôler"
    AUDITED = "audited", "Contrôle réussi"
    REFUSED = "refused", "Refusée par le contrôle"
    PUBLISHED = "published", "Publiée"
    DISCARDED = "discarded", "Écartée"


WAITING = (ReleaseState.DRAFT, ReleaseState.AUDITED)


@dataclass(frozen=True, slots=True)
class Transition:
    name: str
    sources: tuple[ReleaseState, ...]
    target: ReleaseState


RELEASE = (
    Transition("pass", (ReleaseState.DRAFT,), ReleaseState.AUDITED),
    Transition("refuse", (ReleaseState.DRAFT,), ReleaseState.REFUSED),
    Transition("publish", (ReleaseState.AUDITED,), ReleaseState.PUBLISHED),
    Transition("discard", WAITING, ReleaseState.DISCARDED),
)


def target(name: str, source: str) -> ReleaseState | None:
    """Where the act leads from there; None when it does not start there."""
    for one in RELEASE:
        if one.name == name and source in one.sources:
            return one.target
    return None
