"""Every write about people. Each act names its actor, takes its time, and leaves a line in PersonChange."""

from core.people.operations.accounts import (
    CannotActOnSelf,
    LastManager,
    change_details,
    record_departure,
    resume,
    suspend,
)
from core.people.operations.charter import (
    AlreadySigned,
    NameDiffers,
    NotTheCurrentCharter,
    publish_charter,
    record_paper_signature,
    sign_charter,
)
from core.people.operations.invitations import (
    AddressTaken,
    AlreadyJoined,
    InvitationClosed,
    accept_invitation,
    invitation_of,
    invite,
    invite_again,
    revoke_invitation,
)
from core.people.operations.roles import AlreadyHeld, NotARoleHere, end_role, give_role

__all__ = [
    "AddressTaken",
    "AlreadyHeld",
    "AlreadyJoined",
    "AlreadySigned",
    "CannotActOnSelf",
    "InvitationClosed",
    "LastManager",
    "NameDiffers",
    "NotARoleHere",
    "NotTheCurrentCharter",
    "accept_invitation",
    "change_details",
    "end_role",
    "give_role",
    "invitation_of",
    "invite",
    "invite_again",
    "publish_charter",
    "record_departure",
    "record_paper_signature",
    "resume",
    "revoke_invitation",
    "sign_charter",
    "suspend",
]
