"""What the acts and pages of this app are called where a log is shown."""

ACTS = {
    "funding.create_convention": "Convention de financement ajoutée",
    "funding.change_convention": "Convention de financement corrigée",
    "funding.withdraw_convention": "Convention de financement retirée",
    "funding.restore_convention": "Convention de financement remise",
    "funding.create_expense": "Dépense ajoutée",
    "funding.change_expense": "Dépense corrigée",
    "funding.withdraw_expense": "Dépense retirée",
    "funding.restore_expense": "Dépense remise",
    "funding.create_in_kind": "Apport en nature ajouté",
    "funding.change_in_kind": "Apport en nature corrigé",
    "funding.withdraw_in_kind": "Apport en nature retiré",
    "funding.restore_in_kind": "Apport en nature remis",
}
PAGES = {
    "funding:aid": "Aide individuelle d’un enfant",
    "funding:new_aid": "Aide individuelle d’un enfant",
}
