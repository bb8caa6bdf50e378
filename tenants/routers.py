"""Which tables exist where, and the guard that keeps a town's objects at home.

A router, since Django asks it before each read, write and relation, third-party models included.
"""

from typing import Any

from django.db.models import Model
from django_tenants.routers import TenantSyncRouter

from tenants import guard


class TownRouter(TenantSyncRouter):
    def db_for_read(self, model: type[Model], **hints: Any) -> None:
        self._check(model, **hints)

    def db_for_write(self, model: type[Model], **hints: Any) -> None:
        self._check(model, **hints)

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> None:
        guard.check_instance(obj1)
        guard.check_instance(obj2)

    @staticmethod
    def _check(
        model: type[Model], instance: Model | None = None, place: str | None = None, **hints: Any
    ) -> None:
        guard.check_model(model)
        guard.check_queryset(model, place)
        if instance is not None:
            guard.check_instance(instance)
