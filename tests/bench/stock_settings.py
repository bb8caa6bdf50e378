"""django-tenants as it comes, on the same applications and models, in a database of its own.

Same pool as ours, since without one it would connect at each request and lose for another reason.
"""

import os

from reussite.settings import env
from tests.bench.our_settings import *  # noqa: F403
from tests.bench.our_settings import INSTALLED_APPS

INSTALLED_APPS = [
    "django_tenants",
    *(
        "tests.bench.stock_apps.StockTenants" if app == "tenants" else app
        for app in INSTALLED_APPS
        if app != "django_tenants"
    ),
]
TENANT_SYNC_ROUTER = "django_tenants.routers.TenantSyncRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
MIDDLEWARE = [
    "django_tenants.middleware.main.TenantMainMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
_POOL = {"min_size": 0, "max_size": 10, "timeout": 10} if os.environ["REUSSITE_LOGIN"] == "app" else False
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        **env.database("admin"),
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"options": "-c TimeZone=UTC", **({"pool": _POOL} if _POOL else {})},
    }
}
