from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planted", "0003_constraints")]
    operations = [
        migrations.AlterField("pupil", "name", models.TextField(db_index=True)),
        migrations.AlterField("pupil", "code", models.CharField(max_length=30)),
        migrations.AlterField("pupil", "level", models.BigIntegerField(default=2)),
        migrations.AlterField("club", "label", models.CharField(max_length=60, null=True)),
        migrations.RenameField("pupil", "born_on", "birth"),
        migrations.RemoveField("pupil", "tags"),
        migrations.AddField("pupil", "made_at", models.DateTimeField(db_default=models.functions.Now())),
        migrations.AddField(
            "pupil",
            "best_club",
            models.ForeignKey("planted.club", models.PROTECT, null=True, related_name="+"),
        ),
        migrations.AlterUniqueTogether("pupil", {("name", "birth")}),
    ]
