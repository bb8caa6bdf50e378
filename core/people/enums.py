from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is to one place. A person may hold several; none gives what another holds."""

    COORDINATOR = "coordinator", "Coordination du PRE"
    REFERENT = "referent", "Référente ou référent de parcours"
    SECRETARY = "secretary", "Secrétariat"
    TEAM_MEMBER = "team_member", "Équipe pluridisciplinaire"
    PARTNER_WORKER = "partner_worker", "Professionnel d’un partenaire"
    STEERING = "steering", "Pilotage, élus"
    TOWN_ADMIN = "town_admin", "Administration des comptes"
    NATIONAL_READER = "national_reader", "Lecture nationale"
    OPERATOR = "operator", "Exploitation de la plateforme"


NATIONAL_ROLES = frozenset({Role.NATIONAL_READER, Role.OPERATOR})
TOWN_ROLES = frozenset(Role) - NATIONAL_ROLES
ROLES_OF_KIND = {"town": TOWN_ROLES, "national": NATIONAL_ROLES}

# Those who invite people and give them roles, in each kind of place.
PEOPLE_MANAGERS = frozenset({Role.COORDINATOR, Role.TOWN_ADMIN, Role.OPERATOR})

# Under the charter: whoever may meet a child's name. Steering and administration never do.
ROLES_UNDER_CHARTER = frozenset(
    {Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER}
)

ROLE_HINTS = {
    Role.COORDINATOR: "Anime le PRE : toutes les situations, les réunions, les décisions, les signatures.",
    Role.REFERENT: "Suit des enfants et leurs familles : les situations dont elle ou il est référent.",
    Role.SECRETARY: "Rendez-vous, documents et identités ; pas les notes.",
    Role.TEAM_MEMBER: "Siège en équipe : les situations des réunions où elle ou il est convié.",
    Role.PARTNER_WORKER: "Ses propres orientations et les enfants de ses actions, rien d’autre.",
    Role.STEERING: "Élus et financeurs : des chiffres d’ensemble, jamais un nom.",
    Role.TOWN_ADMIN: "Comptes et réglages ; aucun dossier d’enfant par ce rôle.",
    Role.NATIONAL_READER: "Chiffres des villes au-dessus du seuil ; aucune donnée individuelle.",
    Role.OPERATOR: "Villes, domaines, tâches et santé de la plateforme ; aucun dossier d’enfant.",
}


class SignedHow(TextChoices):
    SCREEN = "screen", "À l’écran"
    PAPER = "paper", "Sur papier"


class PersonAct(TextChoices):
    INVITED = "invited", "Invitation envoyée"
    INVITED_AGAIN = "invited_again", "Invitation renvoyée"
    INVITATION_REVOKED = "invitation_revoked", "Invitation annulée"
    JOINED = "joined", "Compte ouvert"
    ROLE_GIVEN = "role_given", "Rôle donné"
    ROLE_ENDED = "role_ended", "Rôle terminé"
    SUSPENDED = "suspended", "Compte suspendu"
    RESUMED = "resumed", "Compte rouvert"
    LEFT = "left", "Départ enregistré"
    DETAILS_CHANGED = "details_changed", "Coordonnées modifiées"
    CHARTER_PUBLISHED = "charter_published", "Charte publiée"
    CHARTER_SIGNED = "charter_signed", "Charte signée"
