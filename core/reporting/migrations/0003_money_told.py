from django.db import migrations, models


class Migration(migrations.Migration):
    """Years told before this have no money kept: no release had reports yet."""

    dependencies = [("reporting", "0002_reports")]

    operations = [
        migrations.AddField(
            model_name="toldfigures",
            name="money",
            field=models.JSONField(default={"funders": [], "expenses": [], "in_kind": []}),
            preserve_default=False,
        ),
    ]
