"""The Celery application of workers and beat."""

import os
from typing import Any

from celery import Celery
from celery.app.log import Logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reussite.settings")


class OurLog(Logging):
    """Celery's own handlers would print what exceptions say: settings.LOGGING stands as it is."""

    def setup(self, *args: Any, **named: Any) -> bool:
        return True

    def setup_logging_subsystem(self, *args: Any, **named: Any) -> None:
        pass


app = Celery("reussite", task_cls="tenants.tasks:TownTask", log=OurLog)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
