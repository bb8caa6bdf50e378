"""What is written around a child."""

from core.notes.models.attachment import Attachment
from core.notes.models.circle import OutsidePerson
from core.notes.models.letter import Letter
from core.notes.models.note import HealthHosting, Note, NoteCorrection
from core.notes.models.private import AuthorKey, PrivateNote
from core.notes.models.profession import ProfessionHeld

__all__ = [
    "Attachment",
    "AuthorKey",
    "HealthHosting",
    "Letter",
    "Note",
    "NoteCorrection",
    "OutsidePerson",
    "PrivateNote",
    "ProfessionHeld",
]
