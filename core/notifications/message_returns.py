"""What is told about the yearly survey (core/notifications/catalogue.py). `about` is the campaign."""

from collections.abc import Mapping

from core.notifications import recipients as who
from core.notifications.enums import Channel
from core.notifications.message import COORDINATION, NETWORK, Message, to

OF_RETURNS: Mapping[str, Message] = {
    "returns.campaign_opened": Message(
        NETWORK,
        "L’enquête annuelle est ouverte",
        "L’enquête annuelle est ouverte",
        "Voir l’enquête",
        who.coordinators,
        COORDINATION,
        to("returns:detail"),
        "clipboard-check",
        Channel.DAILY,
    ),
    "returns.return_due": Message(
        NETWORK,
        "L’enquête annuelle est à rendre",
        "Le retour de l’enquête annuelle est attendu",
        "Voir ce qui manque",
        who.coordinators,
        COORDINATION,
        to("returns:detail"),
        "clipboard-check",
        Channel.DAILY,
    ),
    "returns.return_sent_back": Message(
        NETWORK,
        "L’enquête annuelle est renvoyée",
        "La nation a renvoyé le retour de l’enquête avec une question",
        "Lire la question",
        who.coordinators,
        COORDINATION,
        to("returns:detail"),
        "clipboard-check",
    ),
    "returns.question_asked": Message(
        NETWORK,
        "Une question sur l’enquête annuelle",
        "La nation pose une question sur l’enquête annuelle",
        "Lire la question",
        who.coordinators,
        COORDINATION,
        to("returns:detail"),
        "clipboard-check",
        Channel.DAILY,
    ),
    "returns.return_accepted": Message(
        NETWORK,
        "L’enquête annuelle est acceptée",
        "Le retour de l’enquête annuelle est accepté",
        "Voir le retour",
        who.coordinators,
        COORDINATION,
        to("returns:detail"),
        "circle-check",
        Channel.DAILY,
    ),
}
