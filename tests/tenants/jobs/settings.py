"""What the processes of these tests run with: tasks that leave traces, leases short enough to watch."""

from datetime import timedelta

from tests.settings import *  # noqa: F403
from tests.settings import CELERY_IMPORTS, MAIL_KINDS, OUTBOX_TASKS, SCHEDULED_JOBS

OUTBOX_LEASE = timedelta(seconds=3)
OUTBOX_FIRST_RETRY = timedelta(seconds=0.4)
OUTBOX_TASKS = {
    **OUTBOX_TASKS,
    "trace": "tests.tenants.jobs.probes.trace",
    "linger": "tests.tenants.jobs.probes.linger",
    "fail": "tests.tenants.jobs.probes.fail",
    "asked": "tests.tenants.jobs.probes.asked",
}
MAIL_KINDS = {**MAIL_KINDS, "may-come-twice": {"resendable": True, "urgency": 1}}
CELERY_IMPORTS = [*CELERY_IMPORTS, "tests.tenants.jobs.probes"]
SCHEDULED_JOBS = [*SCHEDULED_JOBS, "tests.tenants.jobs.probes"]
