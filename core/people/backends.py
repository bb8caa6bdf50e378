from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from core.people.models import User


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]
    """By e-mail and password. Asked again at each request: who left or was suspended is out at once."""

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, User) and user.joined_at is not None and user.present_on(timezone.localdate())
