"""The number under which a request's log lines are found goes on to what it asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_relay_reads_migrations")]

    operations = [
        migrations.AddField(
            model_name="outboxrow",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                max_length=64,
                help_text="Of the request or the task that asked: for logs.",
            ),
        ),
        migrations.RunSQL(
            "GRANT INSERT (request_id) ON tenants_outboxrow TO reussite_town",
            "REVOKE INSERT (request_id) ON tenants_outboxrow FROM reussite_town",
        ),
    ]
