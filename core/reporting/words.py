"""What the acts of this app are called where a log is shown."""

ACTS = {"reporting.figures_frozen": "Chiffres arrêtés"}
PAGES = {"reporting:rows": "Enfants derrière un nombre"}
