from core.pathways.models.action import Action, Participation
from core.pathways.models.contract import Contract, ContractObjective, ContractSharing, Signature
from core.pathways.models.decision import Decision, FollowUp
from core.pathways.models.exit import AfterExit, Exit, ObjectiveOutcome, Stopped, Suspension
from core.pathways.models.following import Appointment, Encounter
from core.pathways.models.group import ParentAttendance, ParentParticipation, PlaceRequest, WaitingLine
from core.pathways.models.hand_over import HandOver
from core.pathways.models.objective import Objective, Practice, Solution
from core.pathways.models.pathway import Pathway, ReferentLink
from core.pathways.models.referral import Contact, ParentalAgreement, Referral
from core.pathways.models.review import DomainMark, Review, ReviewLine, ReviewNote
from core.pathways.models.school_word import SchoolWord
from core.pathways.models.session import Attendance, ServiceDone, Session
from core.pathways.models.signing_link import SigningLink
from core.pathways.models.vocabulary import Domain, Term

__all__ = [
    "Action",
    "AfterExit",
    "Appointment",
    "Attendance",
    "Contact",
    "Contract",
    "ContractObjective",
    "ContractSharing",
    "Decision",
    "Domain",
    "DomainMark",
    "Encounter",
    "Exit",
    "FollowUp",
    "HandOver",
    "Objective",
    "ObjectiveOutcome",
    "ParentAttendance",
    "ParentParticipation",
    "ParentalAgreement",
    "Participation",
    "Pathway",
    "PlaceRequest",
    "Practice",
    "ReferentLink",
    "Referral",
    "Review",
    "ReviewLine",
    "ReviewNote",
    "SchoolWord",
    "ServiceDone",
    "Session",
    "Signature",
    "SigningLink",
    "Solution",
    "Stopped",
    "Suspension",
    "Term",
    "WaitingLine",
]
