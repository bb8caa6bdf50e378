"""What the acts of this app are called where a log is shown."""

ACTS = {
    "exchange.cells_pushed": "Chiffres transmis à la nation",
    "exchange.campaign_prepared": "Campagne préparée",
    "exchange.campaign_edited": "Campagne modifiée",
    "exchange.questions_edited": "Questions de la campagne modifiées",
    "exchange.questions_revised": "Questions de la campagne révisées",
    "exchange.campaign_opened": "Campagne ouverte",
    "exchange.campaign_closed": "Campagne close",
    "exchange.towns_reminded": "Villes relancées",
    "exchange.return_sent": "Retour de l’enquête transmis",
    "exchange.return_withdrawn": "Retour de l’enquête repris",
    "exchange.return_accepted": "Retour de l’enquête accepté",
    "exchange.return_sent_back": "Retour de l’enquête renvoyé",
    "exchange.return_message_written": "Message sur le retour de l’enquête",
}
