"""What acts and pages around a child are called where a log is shown."""

ACTS = {
    "notes.note_written": "Note écrite",
    "notes.note_rewritten": "Note reprise le jour même",
    "notes.note_corrected": "Note corrigée",
    "notes.note_struck": "Note barrée",
    "notes.attached": "Document ajouté",
    "notes.attachment_removed": "Document retiré",
    "notes.person_added": "Personne notée autour de l’enfant",
    "notes.person_ended": "Personne qui n’est plus autour de l’enfant",
    "notes.letter_written": "Courrier écrit",
    "notes.letter_returned": "Retour d’une autorisation",
}
PAGES = {
    "notes:child": "Notes et documents",
    "notes:write": "Notes et documents",
    "notes:rewrite": "Reprise d’une note",
    "notes:correct": "Correction d’une note",
    "notes:strike": "Note à barrer",
    "notes:attach": "Ajout d’un document",
    "notes:open_file": "Document ouvert",
    "notes:remove_file": "Retrait d’un document",
    "notes:add_person": "Autour de l’enfant",
    "notes:end_person": "Autour de l’enfant",
    "notes:letters": "Courriers",
    "notes:write_letter": "Courrier à écrire",
    "notes:letter_pdf": "Courrier imprimé",
    "notes:letter_return": "Retour d’une autorisation",
}
