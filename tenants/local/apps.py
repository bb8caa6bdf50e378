from django.apps import AppConfig


class LocalConfig(AppConfig):
    """The kernel's tables inside each schema: cache entries (rate limits, codes) and outgoing mail."""

    name = "tenants.local"
    label = "local"
