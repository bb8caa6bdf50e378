"""Migrations of one and the same form for the planted application, as many as the measures need."""

from pathlib import Path

from tests.tenants.migrations.staging import NAMES, STEPS

STEP = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planted", "{before}")]
    operations = [
        migrations.AddField("pupil", "extra_{number}", models.IntegerField(default={number})),
        migrations.AddIndex("pupil", models.Index(fields=["extra_{number}"], name="pupil_extra_{number}")),
    ]
"""


def package(number: int) -> str:
    """Name of the package with the first migration and `number` steps after it."""
    return f"planted_bench_{number}"


def write(folder: Path, numbers: int) -> None:
    for number in range(numbers + 1):
        target = folder / package(number)
        target.mkdir()
        (target / "__init__.py").touch()
        (target / f"{NAMES[0]}.py").write_text((STEPS / f"{NAMES[0]}.py").read_text())
        before = NAMES[0]
        for step in range(1, number + 1):
            name = f"{step + 1:04d}_extra"
            (target / f"{name}.py").write_text(STEP.format(before=before, number=step))
            before = name
