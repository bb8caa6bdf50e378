"""What the acts of this app are called where a log is shown."""

ACTS = {
    "reporting.figures_frozen": "Chiffres arrêtés",
    "reporting.report_begun": "Bilan commencé",
    "reporting.report_written": "Bilan écrit",
    "reporting.report_finalised": "Bilan arrêté",
    "reporting.report_reopened": "Bilan repris",
}
PAGES = {"reporting:rows": "Enfants derrière un nombre"}
