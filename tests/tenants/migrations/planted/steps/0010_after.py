from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planted", "0009_concurrently")]
    operations = [migrations.AddField("pupil", "last", models.BooleanField(default=False))]
