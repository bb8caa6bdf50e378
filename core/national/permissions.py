"""Who may do what with releases. What is published for all is read by all, without an account."""

from core.national.enums import Recipient
from core.national.models import Release
from core.people import queries as people
from core.people.enums import Role
from core.people.models import User
from tenants import context

MAKERS = (Role.NATIONAL_READER, Role.OPERATOR)
SURVEYORS = MAKERS  # who follow campaigns, ask towns and remind them


def can_make_releases(user: User) -> bool:
    """Prepare one, look at its audit, publish it. Nobody sees its figures before it is published."""
    return bool(user.has_role(*MAKERS))


def can_run_survey(user: User) -> bool:
    """Prepare and open campaigns, accept returns or send them back. Readers where the file says so."""
    if user.has_role(Role.OPERATOR):
        return True
    decides = context.require().config.get("survey", {}).get("readers_decide", False)
    return bool(decides and user.has_role(Role.NATIONAL_READER))


def can_read(user: object, release: Release) -> bool:
    """A published release that is for everybody, or for those who read for the nation."""
    if release.recipient == Recipient.PUBLIC:
        return True
    return reads_for_the_nation(user)


def reads_for_the_nation(user: object) -> bool:
    """Pages of releases are open to all: the second factor that the place asks for is asked for here."""
    if not isinstance(user, User) or not user.has_role(Role.NATIONAL_READER):
        return False
    return not people.second_factor_required() or people.has_second_factor(user)
