"""The suite's settings with the planted application, at the stage that the folder of its migrations holds."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, NATIONAL_APPS, PUBLIC_APPS, TENANT_TYPES, TOWN_APPS

_PLANTED = "tests.tenants.migrations.planted"
INSTALLED_APPS = [*INSTALLED_APPS, _PLANTED]
TENANT_TYPES = {
    "public": {**TENANT_TYPES["public"], "APPS": PUBLIC_APPS},
    "town": {**TENANT_TYPES["town"], "APPS": [*TOWN_APPS, _PLANTED]},
    "national": {**TENANT_TYPES["national"], "APPS": NATIONAL_APPS},
}
# a package in a folder of PYTHONPATH: see staging.py
MIGRATION_MODULES = {"planted": os.environ["PLANTED_MIGRATIONS"]}
