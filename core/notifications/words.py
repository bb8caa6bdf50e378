"""What this app's pages and acts are called where a log is shown."""

PAGES = {
    "notifications:today": "Aujourd’hui",
    "notifications:waiting": "Ce qui attend",
    "notifications:week": "Semaine",
    "notifications:call_referral": "Appel à une famille",
    "notifications:call_pathway": "Appel à une famille",
    "notifications:follow_up_done": "Aujourd’hui",
    "notifications:outcome": "Aujourd’hui",
    "notifications:relay_answer": "Aujourd’hui",
}
ACTS = {
    "notifications.calendar_link_made": "Adresse d’agenda créée",
    "notifications.calendar_link_ended": "Adresse d’agenda arrêtée",
}
