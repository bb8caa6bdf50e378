import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """A default that each town has to compute for itself: replayed, it would be the same everywhere."""

    dependencies = [("planted", "0007_python")]
    operations = [migrations.AddField("pupil", "token", models.UUIDField(default=uuid.uuid4))]
