"""Schools and priority districts that a town's programme works with."""

from django.db import models
from django.db.models import Q

from core.children.enums import PriorityNetwork, SchoolLevel


class School(models.Model):
    uai = models.CharField("UAI", max_length=8, unique=True)
    name = models.CharField("nom", max_length=200)
    level = models.CharField("niveau", max_length=20, choices=SchoolLevel)
    insee = models.CharField("commune (code INSEE)", max_length=5)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    network = models.CharField("éducation prioritaire", max_length=4, choices=PriorityNetwork, blank=True)
    active = models.BooleanField("active", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=SchoolLevel.values),
                name="school_level_known",
                violation_error_message="Choisissez le niveau de l’établissement dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(network__in=PriorityNetwork.values),
                name="school_network_known",
                violation_error_message="Choisissez REP, REP+ ou aucun des deux.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriorityDistrict(models.Model):
    """A QPV of the geography in force since 2024. Which address lies in it is another question."""

    code = models.CharField("code", max_length=8, unique=True)
    name = models.CharField("nom", max_length=200)
    insee = models.CharField("commune (code INSEE)", max_length=5)
    active = models.BooleanField("actif", default=True)
    from_file = models.BooleanField("vient du fichier de la ville", default=False)

    def __str__(self) -> str:
        return self.name
