"""States and transitions, as data, which operations alone consult: from the referral to the last session."""

from dataclasses import dataclass

from django.db.models import TextChoices

from core.pathways.enums import PathwayState, RelayState


class ReferralState(TextChoices):
    DRAFT = "draft", "Brouillon"
    RECEIVED = "received", "Reçue"
    CONTACTED = "contacted", "Famille contactée"
    AGREED = "agreed", "Accord de la famille"
    REFUSED = "refused", "Refus de la famille"
    NO_ANSWER = "no_answer", "Sans réponse"
    ON_AGENDA = "on_agenda", "À l’ordre du jour"
    WAITING = "waiting", "Admise, en attente de référent"
    ADMITTED = "admitted", "Admise, contrat à signer"
    ENTERED = "entered", "Entrée dans le PRE"
    CLOSED = "closed", "Close"


class ContractState(TextChoices):
    DRAFT = "draft", "En préparation"
    SEALED = "sealed", "À signer"
    COMPLETE = "complete", "Signé"
    VOID = "void", "Annulé"


class SolutionState(TextChoices):
    CONSIDERED = "considered", "À regarder"
    CONTACTED = "contacted", "Contactée"
    KEPT = "kept", "Retenue"
    NOT_KEPT = "not_kept", "Non retenue"


class ActionState(TextChoices):
    PLANNED = "planned", "Prévue"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminée"
    STOPPED = "stopped", "Arrêtée"


class SessionState(TextChoices):
    PLANNED = "planned", "Prévue"
    HELD = "held", "Tenue"
    CANCELLED = "cancelled", "Annulée"


class AppointmentState(TextChoices):
    PLANNED = "planned", "Prévu"
    KEPT = "kept", "Honoré"
    MISSED = "missed", "Manqué"
    CANCELLED = "cancelled", "Annulé"


class ReviewState(TextChoices):
    PLANNED = "planned", "À faire"
    HELD = "held", "Fait"
    CANCELLED = "cancelled", "Sans objet"


class WaitingState(TextChoices):
    WAITING = "waiting", "En attente"
    PROPOSED = "proposed", "Place proposée"
    TAKEN = "taken", "Inscrit·e"
    DECLINED = "declined", "Place refusée"
    UNANSWERED = "unanswered", "Sans réponse"
    WITHDRAWN = "withdrawn", "N’attend plus"


class RequestState(TextChoices):
    ASKED = "asked", "Demandée"
    ACCEPTED = "accepted", "Acceptée"
    DECLINED = "declined", "Refusée"


R = ReferralState


@dataclass(frozen=True, slots=True)
class Transition:
    name: str
    sources: frozenset[str]
    target: str


def _transition(name: str, sources: tuple[str, ...], target: str) -> tuple[str, Transition]:
    return name, Transition(name, frozenset(sources), target)


REFERRAL = dict(
    [
        _transition("send", (R.DRAFT,), R.RECEIVED),
        _transition("contact", (R.RECEIVED, R.NO_ANSWER), R.CONTACTED),
        _transition("agree", (R.RECEIVED, R.CONTACTED, R.NO_ANSWER, R.REFUSED), R.AGREED),
        _transition("refuse", (R.RECEIVED, R.CONTACTED, R.NO_ANSWER), R.REFUSED),
        _transition("withdraw", (R.AGREED, R.ON_AGENDA, R.WAITING, R.ADMITTED), R.REFUSED),
        _transition("no_answer", (R.RECEIVED, R.CONTACTED), R.NO_ANSWER),
        _transition("put_on_agenda", (R.AGREED,), R.ON_AGENDA),
        _transition("take_off_agenda", (R.ON_AGENDA,), R.AGREED),
        _transition("ask_more", (R.ON_AGENDA,), R.AGREED),
        _transition("admit", (R.ON_AGENDA,), R.WAITING),
        _transition("admit_urgently", (R.AGREED, R.ON_AGENDA), R.WAITING),
        _transition("name_referent", (R.WAITING,), R.ADMITTED),
        _transition("enter", (R.ADMITTED,), R.ENTERED),
        _transition("decline", (R.ON_AGENDA,), R.CLOSED),
        _transition(
            "close",
            (R.RECEIVED, R.CONTACTED, R.AGREED, R.REFUSED, R.NO_ANSWER, R.WAITING, R.ADMITTED),
            R.CLOSED,
        ),
        _transition("reopen", (R.CLOSED,), R.RECEIVED),
    ]
)

CONTRACT = dict(
    [
        _transition("seal", (ContractState.DRAFT,), ContractState.SEALED),
        _transition("complete", (ContractState.SEALED,), ContractState.COMPLETE),
        _transition("void", (ContractState.DRAFT, ContractState.SEALED), ContractState.VOID),
    ]
)

SOLUTION = dict(
    [
        _transition("contact", (SolutionState.CONSIDERED,), SolutionState.CONTACTED),
        _transition("keep", (SolutionState.CONSIDERED, SolutionState.CONTACTED), SolutionState.KEPT),
        _transition("set_aside", (SolutionState.CONSIDERED, SolutionState.CONTACTED), SolutionState.NOT_KEPT),
        _transition("look_again", (SolutionState.KEPT, SolutionState.NOT_KEPT), SolutionState.CONSIDERED),
    ]
)

ACTION = dict(
    [
        _transition("start", (ActionState.PLANNED,), ActionState.RUNNING),
        _transition("finish", (ActionState.RUNNING,), ActionState.DONE),
        _transition("stop", (ActionState.PLANNED, ActionState.RUNNING), ActionState.STOPPED),
    ]
)

SESSION = dict(
    [
        _transition("hold", (SessionState.PLANNED,), SessionState.HELD),
        _transition("correct", (SessionState.HELD,), SessionState.HELD),
        _transition("cancel", (SessionState.PLANNED,), SessionState.CANCELLED),
    ]
)

W = WaitingState
WAITING = dict(
    [
        _transition("propose", (W.WAITING,), W.PROPOSED),
        _transition("take", (W.PROPOSED,), W.TAKEN),
        _transition("decline", (W.PROPOSED,), W.DECLINED),
        _transition("pass_over", (W.PROPOSED,), W.UNANSWERED),
        _transition("withdraw", (W.WAITING, W.PROPOSED), W.WITHDRAWN),
    ]
)

REQUEST = dict(
    [
        _transition("accept", (RequestState.ASKED,), RequestState.ACCEPTED),
        _transition("decline", (RequestState.ASKED,), RequestState.DECLINED),
    ]
)

APPOINTMENT = dict(
    [
        _transition("keep", (AppointmentState.PLANNED,), AppointmentState.KEPT),
        _transition("miss", (AppointmentState.PLANNED,), AppointmentState.MISSED),
        _transition("cancel", (AppointmentState.PLANNED,), AppointmentState.CANCELLED),
    ]
)

# A held review does not change: what was wrong in it is said by a dated note.
REVIEW = dict(
    [
        _transition("hold", (ReviewState.PLANNED,), ReviewState.HELD),
        _transition("cancel", (ReviewState.PLANNED,), ReviewState.CANCELLED),
    ]
)

P = PathwayState
PATHWAY = dict(
    [
        _transition("suspend", (P.ACTIVE,), P.SUSPENDED),
        _transition("resume", (P.SUSPENDED,), P.ACTIVE),
        _transition("close", (P.ACTIVE, P.SUSPENDED), P.ENDED),
        _transition("withdraw", (P.ACTIVE, P.SUSPENDED), P.ENDED),
        # An exit by mistake, taken back in its first days: to where the pathway stood.
        _transition("reopen", (P.ENDED,), P.ACTIVE),
        _transition("reopen_suspended", (P.ENDED,), P.SUSPENDED),
    ]
)

RELAY = dict(
    [
        _transition("propose", (RelayState.NONE, RelayState.DECLINED), RelayState.PROPOSED),
        _transition("accept", (RelayState.PROPOSED,), RelayState.ACCEPTED),
        _transition("decline", (RelayState.PROPOSED,), RelayState.DECLINED),
    ]
)

# What who refers is told, and no more.
STATUS_FOR_REFERRER = {
    R.DRAFT: "À compléter",
    R.RECEIVED: "Reçue",
    R.CONTACTED: "À l’étude",
    R.AGREED: "À l’étude",
    R.REFUSED: "Close",
    R.NO_ANSWER: "À l’étude",
    R.ON_AGENDA: "À l’étude",
    R.WAITING: "Suite donnée",
    R.ADMITTED: "Suite donnée",
    R.ENTERED: "Suite donnée",
    R.CLOSED: "Close",
}

LIVING_CONTRACT = frozenset({ContractState.DRAFT, ContractState.SEALED})
# States in which the parents' agreement is in force, by construction of the table above.
WITH_AGREEMENT = frozenset({R.AGREED, R.ON_AGENDA, R.WAITING, R.ADMITTED, R.ENTERED})
OPEN = frozenset(R.values) - {R.DRAFT, R.CLOSED, R.ENTERED, R.REFUSED}
LIVING_ACTION = frozenset({ActionState.PLANNED, ActionState.RUNNING})
LIVING_WAIT = frozenset({WaitingState.WAITING, WaitingState.PROPOSED})
