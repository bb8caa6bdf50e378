from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planted", "0004_alterations")]
    operations = [
        migrations.CreateModel(
            "Trace",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("text", models.CharField(max_length=50)),
                ("pupil", models.ForeignKey("planted.pupil", models.CASCADE)),
            ],
        ),
        migrations.RenameModel("Club", "Circle"),
    ]
