"""The product's own jobs and moments, with leases short enough to watch; mail leaves at any hour."""

from tests.settings import SCHEDULED_JOBS as PRODUCTS
from tests.tenants.jobs.settings import *  # noqa: F403

SCHEDULED_JOBS = PRODUCTS
QUIET_TIMES = False
