from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Pupil",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=50)),
                ("code", models.CharField(max_length=20, db_index=True)),
                ("born_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "Club",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("label", models.CharField(max_length=50, unique=True)),
                ("members", models.ManyToManyField("planted.pupil")),
            ],
        ),
    ]
