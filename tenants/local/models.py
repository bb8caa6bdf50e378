from django.db import models


class CacheEntry(models.Model):
    """Rows of Django's DatabaseCache (same columns): rate limits and one-time codes of this town."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "local_cacheentry"


class OutgoingMail(models.Model):
    """A message that waits for the worker. Text and recipients are wiped once it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENDING = "sending", "En cours d’envoi"
        SENT = "sent", "Envoyé"
        REFUSED = "refused", "Refusé par le serveur"
        UNCERTAIN = "uncertain", "Incertain"

    kind = models.CharField(max_length=80, blank=True, help_text="Name of the message in the catalogue.")
    message_id = models.CharField(max_length=320, unique=True)
    recipients = models.JSONField(default=list)
    refused = models.JSONField(default=list, help_text="Recipients that the server refused for good.")
    source = models.BinaryField(help_text="The message as it goes over SMTP (RFC 5322).")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    copies = models.PositiveSmallIntegerField(default=0, help_text="How often a server was given its text.")
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sending", "sent", "refused", "uncertain"]),
                name="mail_state_known",
            ),
        ]


class RefusedAddress(models.Model):
    """An address that a mail server refused for good; gone when a message arrives there again."""

    address = models.EmailField(max_length=320, unique=True)
    refused_at = models.DateTimeField()
