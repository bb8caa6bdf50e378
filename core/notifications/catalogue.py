"""Every message of the platform: on which event, to whom, how urgent, in which words, leading where.

An event of an app is announced by its operation (core/journal/announcing.py), one of the calendar by the
job of the reminders (core/notifications/jobs.py). The words name nobody: no child, no adult, no school.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from core.notifications import recipients as who
from core.notifications.enums import Channel
from core.partners.enums import NETWORK_MANAGERS
from core.pathways.models import Pathway, PlaceRequest, ReferentLink, WaitingLine
from core.people.enums import ROLES_UNDER_CHARTER, TOWN_ROLES, Role
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
    urgent: bool = False  # at once, at any hour, whatever was chosen
    letter: bool = False  # the operation itself wrote the e-mail: a calendar entry, a secret


def _to(name: str, *, with_id: bool = True) -> Callable[[int], str]:
    def url(about: int) -> str:
        return reverse(name, args=[about]) if with_id else reverse(name)

    return url


def _page(name: str) -> Callable[[int], str]:
    return _to(name, with_id=False)


def _file_of(rows: type[ReferentLink] | type[Pathway]) -> Callable[[int], str]:
    """The file of the child whom a row is about; the list of messages when the row went."""

    def url(about: int) -> str:
        child_id = rows.objects.filter(pk=about).values_list("child_id", flat=True).first()
        return reverse("children:file", args=[child_id]) if child_id else reverse("notifications:list")

    return url


def _action_of(rows: type[PlaceRequest] | type[WaitingLine]) -> Callable[[int], str]:
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

CATALOGUE: Mapping[str, Message] = {
    "pathways.referral_received": Message(
        ENTRY,
        "Une orientation est reçue",
        "Une situation vous attend",
        "Lire l’orientation",
        who.coordinators,
        COORDINATION,
        _to("pathways:referral"),
        "inbox",
    ),
    "pathways.first_contact_charged": Message(
        ENTRY,
        "On me confie un premier contact",
        "Un premier contact vous est confié",
        "Voir la situation",
        who.named_alone,
        SITTING | {Role.SECRETARY},
        _to("pathways:referral"),
        "phone",
    ),
    "pathways.agreement_missing": Message(
        ENTRY,
        "La réponse d’une famille se fait attendre",
        "Une réponse de la famille se fait attendre",
        "Voir la situation",
        who.who_calls_the_family,
        SITTING | {Role.SECRETARY},
        _to("pathways:referral"),
        "phone",
        Channel.DAILY,
    ),
    "meetings.convening": Message(
        MEETINGS,
        "Convocation",
        "Vous êtes invité·e à une réunion d’équipe",
        "Voir la réunion",
        who.named_alone,
        SITTING,
        _to("meetings:detail"),
        "users-round",
        letter=True,
    ),
    "meetings.changed": Message(
        MEETINGS,
        "Réunion déplacée",
        "Une réunion d’équipe change de date ou de lieu",
        "Voir la réunion",
        who.named_alone,
        SITTING,
        _to("meetings:detail"),
        "users-round",
        letter=True,
    ),
    "meetings.cancelled": Message(
        MEETINGS,
        "Réunion annulée",
        "Une réunion d’équipe est annulée",
        "Voir les réunions",
        who.named_alone,
        SITTING,
        _page("meetings:list"),
        "users-round",
        letter=True,
    ),
    "meetings.withdrawn": Message(
        MEETINGS,
        "Invitation retirée",
        "Vous n’êtes plus attendu·e à une réunion d’équipe",
        "Voir les réunions",
        who.named_alone,
        SITTING,
        _page("meetings:list"),
        "users-round",
        letter=True,
    ),
    "pathways.follow_up_promised": Message(
        MEETINGS,
        "Une suite m’est confiée en réunion",
        "Une suite décidée en réunion vous est confiée",
        "Voir mes suites",
        who.named_alone,
        SITTING | {Role.SECRETARY},
        _page("notifications:follow_ups"),
        "list-checks",
    ),
    "pathways.follow_up_due": Message(
        MEETINGS,
        "Une suite arrive à sa date, ou l’a passée",
        "Une suite promise en réunion est à faire",
        "Voir mes suites",
        who.who_promised,
        SITTING | {Role.SECRETARY},
        _page("notifications:follow_ups"),
        "list-checks",
        Channel.DAILY,
    ),
    "pathways.signature_asked": Message(
        CONTRACTS,
        "Un contrat est à signer",
        "Un contrat est prêt à être signé",
        "Voir le contrat",
        who.both_professionals,
        PROFESSIONALS,
        _to("pathways:contract"),
        "pen-line",
    ),
    "pathways.signature_reminder": Message(
        CONTRACTS,
        "Un contrat attend des signatures",
        "Un contrat attend encore des signatures",
        "Voir le contrat",
        who.who_signs,
        PROFESSIONALS,
        _to("pathways:contract"),
        "pen-line",
        Channel.DAILY,
    ),
    "pathways.contract_signed": Message(
        CONTRACTS,
        "Un contrat est signé par tous",
        "Un contrat est signé par tous",
        "Voir le contrat",
        who.both_professionals,
        PROFESSIONALS,
        _to("pathways:contract"),
        "circle-check",
    ),
    "pathways.referent_named": Message(
        PATHWAYS,
        "On me confie un accompagnement",
        "Un accompagnement vous est confié",
        "Voir la situation",
        who.named_alone,
        frozenset({Role.REFERENT}),
        _file_of(ReferentLink),
        "user-round-plus",
    ),
    "pathways.pathway_ending": Message(
        PATHWAYS,
        "La fin prévue d’un parcours approche",
        "La fin prévue d’un accompagnement approche",
        "Voir la situation",
        who.referent_and_coordinators,
        PROFESSIONALS,
        _file_of(Pathway),
        "flag",
        Channel.WEEKLY,
    ),
    "pathways.pathway_overdue": Message(
        PATHWAYS,
        "La fin prévue d’un parcours est passée",
        "La fin prévue d’un accompagnement est passée",
        "Voir la situation",
        who.referent_and_coordinators,
        PROFESSIONALS,
        _file_of(Pathway),
        "flag",
        Channel.WEEKLY,
    ),
    "pathways.roll_call_missing": Message(
        ACTIONS,
        "Un appel n’est pas fait",
        "Un appel reste à faire",
        "Voir l’action",
        who.who_leads_the_action,
        PROFESSIONALS | {Role.PARTNER_WORKER},
        _to("pathways:action"),
        "calendar-check",
        Channel.DAILY,
    ),
    "pathways.place_asked": Message(
        ACTIONS,
        "Une structure demande une place",
        "Une place est demandée dans une action",
        "Répondre",
        who.coordinators,
        COORDINATION,
        _action_of(PlaceRequest),
        "calendar-check",
        Channel.DAILY,
    ),
    "pathways.place_proposed": Message(
        ACTIONS,
        "Une place se libère",
        "Une place se libère : une famille est à appeler",
        "Voir l’action",
        who.who_answers_for_a_place,
        PROFESSIONALS,
        _action_of(WaitingLine),
        "calendar-check",
    ),
    "pathways.review_due": Message(
        PATHWAYS,
        "Un bilan approche",
        "Un bilan est à préparer",
        "Voir le bilan",
        who.who_holds_the_review,
        PROFESSIONALS,
        _to("pathways:review"),
        "clipboard-list",
        Channel.DAILY,
    ),
    "pathways.review_late": Message(
        PATHWAYS,
        "La date d’un bilan est passée",
        "Un bilan attend d’être fait",
        "Voir le bilan",
        who.who_holds_the_review_and_coordinators,
        PROFESSIONALS,
        _to("pathways:review"),
        "clipboard-list",
        Channel.WEEKLY,
    ),
    "pathways.school_word_received": Message(
        PATHWAYS,
        "L’école a répondu avant un bilan",
        "Une réponse est arrivée pour un bilan",
        "Voir le bilan",
        who.who_holds_the_review,
        PROFESSIONALS,
        _to("pathways:review"),
        "school",
    ),
    "pathways.pathway_ended": Message(
        PATHWAYS,
        "Un accompagnement se termine",
        "Un accompagnement se termine",
        "Voir la situation",
        who.referent_and_coordinators,
        PROFESSIONALS,
        _file_of(Pathway),
        "flag",
    ),
    "pathways.exit_undone": Message(
        PATHWAYS,
        "Une fin notée par erreur est annulée",
        "Une fin notée par erreur est annulée : l’accompagnement continue",
        "Voir la situation",
        who.referent_and_coordinators,
        PROFESSIONALS,
        _file_of(Pathway),
        "flag",
    ),
    "pathways.pathway_suspended_long": Message(
        PATHWAYS,
        "Une suspension se prolonge",
        "Un accompagnement suspendu attend que l’on en reparle",
        "Voir la situation",
        who.referent_and_coordinators,
        PROFESSIONALS,
        _file_of(Pathway),
        "circle-pause",
        Channel.WEEKLY,
    ),
    "pathways.relay_unanswered": Message(
        PATHWAYS,
        "Un relais proposé reste sans réponse",
        "Un relais proposé reste sans réponse",
        "Voir les relais",
        who.coordinators,
        COORDINATION,
        _page("pathways:after_exits"),
        "handshake",
        Channel.WEEKLY,
    ),
    "pathways.after_exit_due": Message(
        PATHWAYS,
        "Des nouvelles sont à prendre après une sortie",
        "Des nouvelles sont à prendre après la fin d’un accompagnement",
        "Voir les nouvelles à prendre",
        who.who_takes_news,
        PROFESSIONALS | {Role.SECRETARY},
        _page("pathways:after_exits"),
        "phone",
        Channel.WEEKLY,
    ),
    "pathways.hand_over_announced": Message(
        PATHWAYS,
        "On va me passer le relais",
        "Un passage de relais vers vous est prévu",
        "Voir les relais",
        who.named_alone,
        frozenset({Role.REFERENT}),
        _page("pathways:hand_overs"),
        "arrow-right-left",
    ),
    "pathways.hand_over_cancelled": Message(
        PATHWAYS,
        "Un passage de relais est annulé",
        "Un passage de relais prévu vers vous est annulé",
        "Voir les relais",
        who.named_alone,
        frozenset({Role.REFERENT}),
        _page("pathways:hand_overs"),
        "arrow-right-left",
    ),
    "pathways.hand_over_done": Message(
        PATHWAYS,
        "Un relais est passé",
        "Un relais est passé aujourd’hui",
        "Voir les relais",
        who.both_sides_of_hand_over,
        frozenset({Role.REFERENT}),
        _page("pathways:hand_overs"),
        "arrow-right-left",
    ),
    "pathways.children_without_referent": Message(
        PATHWAYS,
        "Des enfants n’ont plus de référente ou de référent",
        "Des accompagnements n’ont plus de référente ou de référent",
        "Voir les relais à passer",
        who.coordinators,
        COORDINATION,
        _page("pathways:hand_overs"),
        "user-round-x",
        Channel.DAILY,
    ),
    "partners.agreement_expiring": Message(
        NETWORK,
        "Une convention arrive à son terme",
        "Une convention arrive à son terme",
        "Voir le réseau",
        who.network_managers,
        frozenset(NETWORK_MANAGERS),
        _page("partners:organisations"),
        "handshake",
        Channel.WEEKLY,
    ),
    "protection.information_sent": Message(
        SAFETY,
        "Un message urgent de l’équipe",
        "Un message urgent vous attend",
        "Lire le message",
        who.coordinators,
        COORDINATION,
        _to("protection:detail"),
        "siren",
        urgent=True,
    ),
    "notes.private_ending": Message(
        SAFETY,
        "Des notes privées arrivent à leur fin",
        "Des notes que vous gardez pour vous vont s’effacer",
        "Les relire",
        who.named_alone,
        SITTING,
        _page("notes:mine"),
        "hourglass",
    ),
    "people.charter_to_sign": Message(
        SAFETY,
        "La charte de confidentialité est à signer",
        "La charte de confidentialité est à lire et à signer",
        "Lire la charte",
        who.who_has_not_signed_the_charter,
        ROLES_UNDER_CHARTER,
        _page("people:charter"),
        "shield-check",
        urgent=True,
    ),
    "people.address_refused": Message(
        SAFETY,
        "Une adresse e-mail ne reçoit plus",
        "Une adresse e-mail ne reçoit plus nos messages",
        "Voir les adresses",
        who.coordinators,
        COORDINATION,
        _page("notifications:refused_addresses"),
        "mail-x",
        Channel.DAILY,
    ),
    "privacy.emergency_opened": Message(
        SAFETY,
        "Un dossier est ouvert en urgence",
        "Un dossier a été ouvert par un accès d’urgence",
        "Lire la raison",
        who.coordinators,
        COORDINATION,
        _to("privacy:review"),
        "siren",
        urgent=True,
        letter=True,
    ),
}

# Letters that an operation writes itself, because they carry a secret that is kept nowhere else, or go to
# somebody without account: they are asked for by who gets them, or concern safety, and can't be switched off.
LETTERS: Mapping[str, str] = {
    "invitation": "Le lien pour ouvrir son compte",
    "account": "Codes et nouvelles de son propre compte",
    "referral_draft": "Le lien pour reprendre un texte commencé",
    "signing": "Le lien, puis le code, pour signer chez soi",
    "school_word": "Le lien des quatre questions à l’école",
    "emergency": "Un dossier est ouvert en urgence",
    "convening": "Convocations, avec leur entrée d’agenda",
}

assert all(message.roles <= TOWN_ROLES for message in CATALOGUE.values())  # noqa: S101


def may_choose(message: Message) -> bool:
    """Whether the e-mail of this kind can be put off or switched off."""
    return not message.urgent and not message.letter
