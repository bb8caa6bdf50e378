from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("planted", "0002_level")]
    operations = [
        migrations.AddConstraint("pupil", models.UniqueConstraint(fields=["code"], name="one_code_a_pupil")),
        migrations.AddConstraint(
            "pupil", models.CheckConstraint(condition=models.Q(level__in=[1, 2, 3]), name="level_known")
        ),
        migrations.AddConstraint(
            "pupil",
            models.CheckConstraint(
                condition=models.Q(remark__in=["", "100 % d'accord", "non"]), name="remark_known"
            ),
        ),
        migrations.AddIndex("club", models.Index(Lower("label"), name="club_label_lower")),
    ]
