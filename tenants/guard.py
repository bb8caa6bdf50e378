"""Model instances and querysets remember their town; the router (tenants/routers.py) refuses them in another.

Django asks the router about an instance when it saves, deletes, refreshes or relates it. It does not
for bulk_create, bulk_update and an instance given to a filter, and never says where a queryset was
built: `install` puts our question there.
"""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet
from django.db.models.signals import post_init
from django.db.models.sql import Query

from tenants import context
from tenants.errors import NoPlaceError, OtherPlaceError


@cache
def kinds_of(model: type[Model]) -> frozenset[str]:
    """Kinds of schema in which the model has its table: of "public", "town", "national"; empty for none."""
    if model._meta.app_label == "django_cache":  # DatabaseCache's stand-in for tenants.local's table
        return frozenset({"town", "national"})
    config = apps.get_app_config(model._meta.app_label)
    return frozenset(kind for kind, spec in settings.TENANT_TYPES.items() if config.name in spec["APPS"])


def remember(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Note the schema in which an instance came to be, by signal: it holds for third-party models too."""
    place = context.current()
    instance._state.place = place.schema if place is not None else None  # type: ignore[attr-defined]


def check_model(model: type[Model]) -> None:
    """Raise unless the model has a table where the code runs."""
    kinds = kinds_of(model)
    if "public" in kinds or not kinds:
        return
    place = context.current()
    if place is None:
        raise NoPlaceError(f"{model._meta.label} belongs to a town, and none is entered.")
    if place.kind not in kinds:
        raise OtherPlaceError(f"{model._meta.label} has no table in a {place.kind} schema.")


def check_instance(instance: Model) -> None:
    """Raise when the instance comes from another town than the one entered."""
    if "public" in kinds_of(instance.__class__):
        return
    home = getattr(instance._state, "place", None)
    place = context.current()
    here = place.schema if place is not None else None
    if home is None:
        instance._state.place = here  # type: ignore[attr-defined]
    elif home != here:
        raise OtherPlaceError(
            f"A {instance._meta.label} of {home} was used in {here or 'no town'}: load it there."
        )


def check_queryset(model: type[Model], home: str | None) -> None:
    """Raise when a queryset built in the schema `home` is evaluated in another."""
    if home is None or "public" in kinds_of(model):
        return
    place = context.current()
    here = place.schema if place is not None else None
    if home != here:
        raise OtherPlaceError(
            f"A query for {model._meta.label} built in {home} was evaluated in {here or 'no town'}."
        )


def install() -> None:
    """Called once, when applications are ready."""
    post_init.connect(remember, dispatch_uid="tenants.guard.remember")
    if getattr(QuerySet, "_reussite_guarded", False):
        return
    QuerySet._reussite_guarded = True  # type: ignore[attr-defined]
    QuerySet.__init__ = _remembering(QuerySet.__init__)  # type: ignore[method-assign]
    QuerySet.bulk_create = _checking_all(QuerySet.bulk_create)  # type: ignore[method-assign]
    QuerySet.bulk_update = _checking_all(QuerySet.bulk_update)  # type: ignore[method-assign]
    Query.check_query_object_type = _checking_one(Query.check_query_object_type)  # type: ignore[method-assign]


def _remembering(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def remembering(
        self: Any, model: Any = None, query: Any = None, using: str | None = None, hints: Any = None
    ) -> None:
        hints = dict(hints or {})
        # One without a condition belongs nowhere yet: forms and class-based views keep such
        # querysets from their import on, and clone them for each use.
        if "place" not in hints or query is None or not query.where or query.is_empty():
            place = context.current()
            hints["place"] = place.schema if place is not None else None
        init(self, model, query, using, hints)

    return remembering


def _checking_all(method: Callable[..., Any]) -> Any:
    @wraps(method)
    def checking(self: Any, objs: Iterable[Model], *args: Any, **kwargs: Any) -> Any:
        instances = list(objs)
        for instance in instances:
            check_instance(instance)
        return method(self, instances, *args, **kwargs)

    return checking


def _checking_one(method: Callable[..., None]) -> Any:
    @wraps(method)
    def checking(self: Any, value: Model, *args: Any, **kwargs: Any) -> None:
        method(self, value, *args, **kwargs)
        if isinstance(value, Model):
            check_instance(value)

    return checking
