from django.conf import settings
from django.db import models

from core.pathways.models.contract import Contract


class SigningLink(models.Model):
    """A guardian signs at home: a link, and a code sent to the address that the coordinator confirmed."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="signing_links")
    guardian = models.ForeignKey("children.Guardian", on_delete=models.PROTECT, related_name="+")
    email = models.EmailField("adresse confirmée par la coordination")
    secret_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Lien de signature {self.pk}"
