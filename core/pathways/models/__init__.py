from core.pathways.models.contract import Contract, ContractObjective, ContractSharing, Signature
from core.pathways.models.decision import Decision, FollowUp
from core.pathways.models.pathway import Pathway, ReferentLink
from core.pathways.models.referral import Contact, ParentalAgreement, Referral
from core.pathways.models.signing_link import SigningLink
from core.pathways.models.vocabulary import Domain, Term

__all__ = [
    "Contact",
    "Contract",
    "ContractObjective",
    "ContractSharing",
    "Decision",
    "Domain",
    "FollowUp",
    "ParentalAgreement",
    "Pathway",
    "ReferentLink",
    "Referral",
    "Signature",
    "SigningLink",
    "Term",
]
