from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("planted", "0008_computed")]
    operations = [AddIndexConcurrently("pupil", models.Index(fields=["birth"], name="pupil_birth"))]
