from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planted", "0001_pupils")]
    operations = [
        migrations.AddField("pupil", "level", models.PositiveSmallIntegerField(default=3)),
        migrations.AddField("pupil", "remark", models.CharField(max_length=40, default="100 % d'accord")),
        migrations.AddField("pupil", "tags", models.JSONField(default=dict)),
        migrations.AddIndex("pupil", models.Index(fields=["level", "name"], name="pupil_level_name")),
    ]
