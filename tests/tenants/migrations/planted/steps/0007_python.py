from django.db import migrations


def level_up(apps, schema_editor):
    for pupil in apps.get_model("planted", "Pupil").objects.filter(level=2):
        pupil.level = 3
        pupil.save()


class Migration(migrations.Migration):
    dependencies = [("planted", "0006_sql")]
    operations = [migrations.RunPython(level_up, migrations.RunPython.noop)]
