"""What the acts of this app are called where a log is shown."""

ACTS = {
    "partners.create_organisation": "Structure ajoutée",
    "partners.change_organisation": "Structure modifiée",
    "partners.close_organisation": "Structure sortie du réseau",
    "partners.reopen_organisation": "Structure revenue dans le réseau",
    "partners.add_contact": "Contact ajouté",
    "partners.change_contact": "Contact modifié",
    "partners.close_contact": "Contact retiré",
    "partners.reopen_contact": "Contact remis",
    "partners.add_offer": "Offre ajoutée",
    "partners.change_offer": "Offre modifiée",
    "partners.tell_places": "Places libres mises à jour",
    "partners.close_offer": "Offre retirée",
    "partners.reopen_offer": "Offre remise",
    "partners.sign_agreement": "Convention enregistrée",
    "partners.change_agreement": "Convention modifiée",
    "partners.end_agreement": "Convention arrêtée",
}
