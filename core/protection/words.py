"""What the lines of its own log are called on its page."""

LINES = {
    "written": "Écrite",
    "rewritten": "Texte repris",
    "sent": "Transmise",
    "acknowledged": "Accusé de réception noté",
    "answered": "Suite notée",
    "complemented": "Complément ajouté",
    "let_in": "Accès donné",
    "let_out": "Accès retiré",
    "read_detail": "Lue",
    "read_pdf": "Lettre ouverte",
    "read_rewrite": "Lue, pour la reprendre",
    "read_send": "Lue, pour noter la transmission",
    "read_acknowledge": "Lue, pour noter la réception",
    "read_result": "Lue, pour noter la suite",
    "read_complement": "Lue, pour la compléter",
    "read_circle": "Lue, pour dire qui doit savoir",
}
