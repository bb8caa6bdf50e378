from core.people.views.account import (
    account,
    account_again,
    end_session,
    remove_passkey,
    second_factor,
    sessions,
)
from core.people.views.charter import charter, paper_charter, print_charter, signatures
from core.people.views.invitation import invitation, passkey_options
from core.people.views.people import (
    end_role,
    give_role,
    invite,
    invite_again,
    person,
    person_details,
    person_left,
    person_list,
    resume,
    revoke_invitation,
    suspend,
)

__all__ = [
    "account",
    "account_again",
    "charter",
    "end_role",
    "end_session",
    "give_role",
    "invitation",
    "invite",
    "invite_again",
    "paper_charter",
    "passkey_options",
    "person",
    "person_details",
    "person_left",
    "person_list",
    "print_charter",
    "remove_passkey",
    "resume",
    "revoke_invitation",
    "second_factor",
    "sessions",
    "signatures",
    "suspend",
]
