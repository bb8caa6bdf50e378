"""Who was told what, and how each person wants to be told. No name: ids, and the code of the message."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.notifications.enums import Channel

if TYPE_CHECKING:
    from core.people.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: "User") -> "NoticeQuerySet":
        """One's own alone."""
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def for_digest(self, channel: str) -> "NoticeQuerySet":
        """Not mailed and not seen in the application either."""
        return self.filter(channel=channel, mailed_at=None, read_at=None)

    def latest_first(self) -> "NoticeQuerySet":
        return self.order_by("-made_at", "-pk")


class Notice(models.Model):
    """One message to one person; `event` and `about` find its words and its address in the catalogue."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    event = models.CharField(max_length=60)
    about = models.BigIntegerField(help_text="Id of the row that the event speaks of.")
    key = models.CharField(max_length=120, help_text="The same event is told once to a person.")
    # What the person had chosen when it happened; empty where the operation wrote the letter itself.
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "key", name="told_once"),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="notice_channel_known"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-made_at", "-id"], name="notices_of_a_person"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notices_unread"),
            models.Index(
                fields=["channel", "user"],
                condition=Q(mailed_at=None, read_at=None, channel__in=["daily", "weekly"]),
                name="notices_for_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.about}"


class Preference(models.Model):
    """What a person chose for one kind of message; without a row, the catalogue's default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=Channel)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "event", name="one_preference_a_kind"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="preference_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.channel}"


class OutgoingText(models.Model):
    """An SMS about a notice. Neither number nor words are kept here: both are looked up when it leaves."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENDING = "sending", "En cours d’envoi"
        SENT = "sent", "Envoyé"
        REFUSED = "refused", "Refusé"
        UNCERTAIN = "uncertain", "Incertain"

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="text")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    provider_id = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "refused", "uncertain"]),
                name="text_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.state}"


class CalendarLink(models.Model):
    """A person's own address for a calendar programme. The secret is shown once; its hash alone is kept.

    One row a person: renewing replaces the hash, and what knew the former address reads nothing more.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_link"
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(("secret_hash__regex", r"^[0-9a-f]{64}$")), name="calendar_link_hash_shape"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("made_at")),
                name="calendar_link_ends_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"Agenda {self.pk}"
