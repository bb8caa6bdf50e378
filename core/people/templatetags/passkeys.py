import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute, where the template escapes it: no inline script is needed."""
    return json.dumps(value, cls=DjangoJSONEncoder)
