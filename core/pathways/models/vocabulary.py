"""A town's own words, each with the national code under which it is counted."""

from django.db import models
from django.db.models import Q

from core.pathways.enums import NATIONAL_CODES, NationalDomain, VocabularyKind

UNKNOWN_CODE = "Choisissez le code national dans la liste."


class Domain(models.Model):
    """A domain of accompaniment, as the town names it."""

    code = models.CharField("code", max_length=40, unique=True)
    label = models.CharField("libellé", max_length=200)
    national = models.CharField("code national", max_length=40, choices=NationalDomain)
    order = models.PositiveSmallIntegerField("rang")
    active = models.BooleanField("actif", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(national__in=NationalDomain.values),
                name="domain_national_code_known",
                violation_error_message=UNKNOWN_CODE,
            )
        ]

    def __str__(self) -> str:
        return self.label


class Term(models.Model):
    """A kind of referral source, a motive or an exit reason."""

    kind = models.CharField("liste", max_length=20, choices=VocabularyKind)
    code = models.CharField("code", max_length=40)
    label = models.CharField("libellé", max_length=200)
    national = models.CharField("code national", max_length=40)
    order = models.PositiveSmallIntegerField("rang")
    active = models.BooleanField("actif", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "code",
                name="term_once_a_list",
                violation_error_message="Ce code est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(kind=VocabularyKind.REFERRAL_SOURCE)
                & Q(national__in=NATIONAL_CODES[VocabularyKind.REFERRAL_SOURCE].values)
                | Q(kind=VocabularyKind.MOTIVE) & Q(national__in=NATIONAL_CODES[VocabularyKind.MOTIVE].values)
                | Q(kind=VocabularyKind.EXIT_REASON)
                & Q(national__in=NATIONAL_CODES[VocabularyKind.EXIT_REASON].values),
                name="term_national_code_known",
                violation_error_message=UNKNOWN_CODE,
            ),
        ]

    def __str__(self) -> str:
        return self.label
