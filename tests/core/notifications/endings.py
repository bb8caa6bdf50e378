"""Each end, pause and relay that somebody is told of, with names that nothing else holds."""

from core.pathways.operations import ending, pausing, referents
from core.pathways.operations.ending import Relay
from core.people.enums import Role
from core.people.models import RoleAssignment, User
from tests.core.pathways import ends, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY


def pathways_end(boss: User, first_name: str, words: str) -> None:
    """One ends with a relay, one is taken back, one pauses, one passes to a colleague, one is nobody's."""
    ends.close(_life(first_name), relay=Relay(words=words), words=words)
    mistaken = ends.close(_life(first_name), words=words)
    ending.undo_exit(ending=mistaken, by=boss, at=NOW)
    pausing.suspend(pathway=_life(first_name).pathway, since_on=TODAY, reason=words, by=boss, at=NOW)
    passed, colleague = _life(first_name), making.user(Role.REFERENT)
    planned = ends.hand_over(passed.child, colleague, by=boss, note=words)
    referents.cancel_hand_over(hand_over=planned, by=boss, at=NOW)
    ends.hand_over(passed.child, colleague, by=boss, on=TODAY, note=words)
    RoleAssignment.objects.filter(user=_life(first_name).referent).update(until_on=TODAY)


def _life(first_name: str) -> Life:
    life = Life()
    life.child.first_name = first_name
    life.child.fold_names()
    life.child.save()
    return life
