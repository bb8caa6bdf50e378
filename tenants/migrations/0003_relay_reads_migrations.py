"""`/readyz` asks whether the database is as the code wants it, under the role that reads no town."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_rights_and_registry")]
    operations = [
        migrations.RunSQL(
            "GRANT SELECT ON django_migrations, tenants_migrationscript TO reussite_relay",
            "REVOKE SELECT ON django_migrations, tenants_migrationscript FROM reussite_relay",
        ),
    ]
