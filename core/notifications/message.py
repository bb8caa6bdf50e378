"""What a message of the catalogue says, and where it leads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from core.notifications.enums import Channel
from core.pathways.models import Pathway, PlaceRequest, ReferentLink, WaitingLine
from core.people.enums import Role
from core.people.models import User

Who = Callable[[int, date], Iterable[User]]
PROFESSIONALS = frozenset({Role.COORDINATOR, Role.REFERENT})
SITTING = frozenset({Role.COORDINATOR, Role.REFERENT, Role.TEAM_MEMBER})
COORDINATION = frozenset({Role.COORDINATOR})


@dataclass(frozen=True, slots=True)
class Message:
    """`line` is the subject and the line in the application; `label` names the kind in the preferences."""

    group: str
    label: str
    line: str
    action: str  # what the link says
    who: Who
    roles: frozenset[Role]  # whose preferences show it
    url: Callable[[int], str]
    icon: str = "bell"
    default: Channel = Channel.NOW
    urgent: bool = False  # at once, at any hour, by SMS too, whatever was chosen
    binding: bool = False  # whatever was chosen, at an hour when messages may leave
    letter: bool = False  # the operation itself wrote the e-mail: a calendar entry, a secret


def to(name: str, *, with_id: bool = True) -> Callable[[int], str]:
    def url(about: int) -> str:
        return reverse(name, args=[about]) if with_id else reverse(name)

    return url


def page(name: str) -> Callable[[int], str]:
    return to(name, with_id=False)


def file_of(rows: type[ReferentLink] | type[Pathway]) -> Callable[[int], str]:
    """The file of the child whom a row is about; the list of messages when the row went."""

    def url(about: int) -> str:
        child_id = rows.objects.filter(pk=about).values_list("child_id", flat=True).first()
        return reverse("children:file", args=[child_id]) if child_id else reverse("notifications:list")

    return url


def action_of(rows: type[PlaceRequest] | type[WaitingLine]) -> Callable[[int], str]:
    """The action that a place is asked of, or proposed in."""

    def url(about: int) -> str:
        action_id = rows.objects.filter(pk=about).values_list("action_id", flat=True).first()
        return reverse("pathways:action", args=[action_id]) if action_id else reverse("pathways:actions")

    return url


ENTRY, MEETINGS, CONTRACTS, PATHWAYS, ACTIONS, NETWORK, SAFETY = (
    "Orientations",
    "Réunions",
    "Contrats",
    "Parcours",
    "Actions",
    "Partenaires",
    "Sécurité",
)
