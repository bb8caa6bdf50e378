"""The product's settings, mail at any hour, and the job that is measured."""

from tests.settings import *  # noqa: F403
from tests.settings import CELERY_IMPORTS

QUIET_TIMES = False
CELERY_IMPORTS = [*CELERY_IMPORTS, "tests.bench.nightly"]
SCHEDULED_JOBS = ["tenants.jobs", "tests.bench.nightly"]
