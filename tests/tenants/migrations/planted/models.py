"""Only what the kernel reads of the models themselves: the migrations say the rest."""

from django.db import models


class Trace(models.Model):
    """Comes with 0005: a table in which a town may add and read alone."""

    append_only = True

    text = models.CharField(max_length=50)
