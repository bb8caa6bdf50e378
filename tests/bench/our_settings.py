"""The product's kernel, with the planted application and a page of three queries."""

from tests.tenants.migrations.settings import *  # noqa: F403
from tests.tenants.migrations.settings import TENANT_TYPES

# the second does nothing here, but allauth insists on it
MIDDLEWARE = ["tenants.middleware.TownMiddleware", "allauth.account.middleware.AccountMiddleware"]
TENANT_TYPES = {**TENANT_TYPES, "town": {**TENANT_TYPES["town"], "URLCONF": "tests.bench.pages"}}
