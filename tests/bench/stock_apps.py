from django.apps import AppConfig


class StockTenants(AppConfig):
    """Our towns and domains as models, without the kernel's guard and checks."""

    name = "tenants"
    label = "tenants"
