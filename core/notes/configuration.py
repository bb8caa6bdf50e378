"""The hosting of health notes, told to the town's own schema: triggers ask there."""

from core.notes.models import HealthHosting
from tenants import context
from tenants.configuration.changes import Act, Change, Detail
from tenants.configuration.schema import AnyFile, TownFile

NONE = "none"


def apply(file: AnyFile, *, plan: bool) -> list[Change]:
    if not isinstance(file, TownFile):
        return []
    wanted = file.hosting.health_notes
    found = HealthHosting.objects.first() if context.current() is not None else None
    current = found.declared if found else NONE
    if current == wanted:
        return []
    if not plan:
        HealthHosting.objects.all().delete()
        if wanted != NONE:
            HealthHosting.objects.create(pk=1, declared=wanted)
    act = Act.ADD if found is None else Act.RETIRE if wanted == NONE else Act.CHANGE
    return [Change(act, "hébergement", "notes de santé", (Detail("hébergement", current, wanted),))]
