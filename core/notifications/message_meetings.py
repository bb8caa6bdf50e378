"""What is told about meetings, and what was promised there (core/notifications/catalogue.py)."""

from collections.abc import Mapping

from core.notifications import recipients as who
from core.notifications.enums import Channel
from core.notifications.message import MEETINGS, SITTING, Message, page, to
from core.people.enums import Role

OF_MEETINGS: Mapping[str, Message] = {
    "meetings.convening": Message(
        MEETINGS,
        "Convocation",
        "Vous êtes invité·e à une réunion d’équipe",
        "Voir la réunion",
        who.named_alone,
        SITTING,
        to("meetings:detail"),
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
        to("meetings:detail"),
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
        page("meetings:list"),
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
        page("meetings:list"),
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
        page("notifications:follow_ups"),
        "list-checks",
    ),
    "pathways.follow_up_due": Message(
        MEETINGS,
        "Une suite arrive à sa date, ou l’a passée",
        "Une suite promise en réunion est à faire",
        "Voir mes suites",
        who.who_promised,
        SITTING | {Role.SECRETARY},
        page("notifications:follow_ups"),
        "list-checks",
        Channel.DAILY,
    ),
}
