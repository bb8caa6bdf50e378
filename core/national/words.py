"""What the acts of this app are called where a log is shown."""

ACTS = {
    "national.effects_replayed": "Effets redemandés",
    "national.effects_parked": "Effets mis en attente",
    "national.release_prepared": "Publication nationale préparée",
    "national.release_audited": "Publication nationale contrôlée",
    "national.release_discarded": "Publication nationale écartée",
    "national.release_published": "Publication nationale parue",
}
