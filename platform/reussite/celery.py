"""The Celery application of workers and beat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reussite.settings")

app = Celery("reussite", task_cls="tenants.tasks:TownTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
