"""What the acts of this app are called where a log is shown."""

ACTS = {
    "returns.answers_written": "Réponses à l’enquête annuelle écrites",
    "returns.checks_explained": "Contrôles de l’enquête annuelle expliqués",
    "returns.return_sealed": "Retour de l’enquête annuelle arrêté",
}
