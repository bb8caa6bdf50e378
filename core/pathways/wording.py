"""The platform's wording of a contract, from which a town starts."""

RIGHT_TO_STOP = (
    "La famille et l’enfant peuvent arrêter à tout moment, sans avoir à se justifier. "
    "Il suffit de le dire à la ou au référent, ou à la coordination."
)
TEAM_COMMITMENT = (
    "L’équipe de réussite éducative accompagne l’enfant et sa famille avec respect et discrétion. "
    "Elle cherche d’abord ce qui existe déjà. Elle ne partage que ce qui est écrit dans ce contrat, "
    "avec les organisations qui y sont nommées."
)
FAMILY_COMMITMENT = (
    "La famille participe aux rencontres, dit ce qui va et ce qui ne va pas, "
    "et prévient en cas d’empêchement."
)
CHILD_COMMITMENT = "L’enfant vient aux activités prévues et dit ce qu’il en pense."
SIMPLE_WORDS = (
    "Des adultes t’aident à réussir ce qui est difficile pour toi.\n"
    "Tu dis ce que tu veux.\n"
    "Tu peux demander d’arrêter.\n"
    "Ce que tu racontes reste entre les personnes écrites dans ce contrat."
)
