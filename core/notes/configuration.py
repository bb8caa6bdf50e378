"""The hosting of health notes, told to the town's own schema: triggers ask there."""

from core.notes.letter_texts import FOUND, PLACEHOLDERS
from core.notes.models import HealthHosting
from tenants import context
from tenants.configuration.changes import Act, Change, Detail
from tenants.configuration.reading import Draft, Problem
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


def check(draft: Draft) -> list[Problem]:
    """Placeholders of the town's letters, of a closed list; each code once."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for path, entry in draft.tables("letters"):
        text, code = entry.get("text"), entry.get("code")
        for name in FOUND.findall(text) if isinstance(text, str) else ():
            if name not in PLACEHOLDERS:
                expected = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
                problems.append(draft.problem((*path, "text"), found=f"{{{name}}}", expected=expected))
        if isinstance(code, str):
            if code in seen:
                problems.append(
                    draft.problem((*path, "code"), found=code, expected="un code qui ne sert qu’une fois")
                )
            seen.add(code)
    return problems
