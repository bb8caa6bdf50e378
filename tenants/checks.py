"""System checks: what would make the search path or the kinds of schema unsafe is found at start-up."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from tenants.guard import kinds_of


@register("tenants")
def one_kind_of_schema(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No table exists both in `public` and in a town: the search path would hide a missing one."""
    errors: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        kinds = kinds_of(model)
        if "public" in kinds and len(kinds) > 1:
            errors.append(
                Error(
                    f"{model._meta.label} is in public and in {sorted(kinds - {'public'})}.",
                    id="tenants.E001",
                )
            )
    return errors


@register("tenants")
def no_key_across_schemas(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No foreign key crosses schemas."""
    errors: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            target = field.related_model
            if target is None or isinstance(target, str) or not kinds_of(model):
                continue
            if not kinds_of(model) <= kinds_of(target):
                errors.append(
                    Error(f"{field} points to {target._meta.label}, in another schema.", id="tenants.E002")
                )
    return errors
