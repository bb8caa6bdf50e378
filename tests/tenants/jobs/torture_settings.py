"""The product's own jobs and moments; mail leaves at any hour.

A lease ends sooner than the product's, yet later than a message waits for a slow machine's worker: a row
that is handed again while its message waits costs a second message for nothing, and then a third.
"""

from datetime import timedelta

from tests.settings import SCHEDULED_JOBS as PRODUCTS
from tests.tenants.jobs.settings import *  # noqa: F403

SCHEDULED_JOBS = PRODUCTS
QUIET_TIMES = False
OUTBOX_LEASE = timedelta(seconds=10)
