"""Since when an effect should have been done: due_at is moved by each try and each lease."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_outbox_request")]

    operations = [
        migrations.AddField(
            model_name="outboxrow",
            name="wanted_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="Since when it should have been done: tries and leases don't move it.",
            ),
        ),
        migrations.RunSQL(
            "UPDATE tenants_outboxrow SET wanted_at ="
            " CASE WHEN state = 'waiting' AND tries = 0 THEN due_at ELSE created_at END"
            " WHERE ended_at IS NULL;"
            "GRANT INSERT (wanted_at) ON tenants_outboxrow TO reussite_town",
            "REVOKE INSERT (wanted_at) ON tenants_outboxrow FROM reussite_town",
        ),
    ]
