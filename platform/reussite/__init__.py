"""The Django project of Réussite: settings, addresses, processes."""

from reussite import errors, logs
from reussite.celery import app as celery_app

logs.configure()
errors.configure()

__all__ = ["celery_app"]
