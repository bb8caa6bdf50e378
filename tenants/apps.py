from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"

    def ready(self) -> None:
        from tenants import checks, guard  # noqa: F401 (registers system checks)

        guard.install()
