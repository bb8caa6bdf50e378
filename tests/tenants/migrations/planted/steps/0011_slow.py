from django.db import migrations


class Migration(migrations.Migration):
    """Long enough to be killed in, or to be joined by a second migrator."""

    dependencies = [("planted", "0010_after")]
    operations = [
        migrations.RunSQL(
            "SELECT pg_sleep(0.25); UPDATE planted_pupil SET last = true", migrations.RunSQL.noop
        )
    ]
