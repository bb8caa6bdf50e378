"""A paper taken over from a town's table may have no known signer; every other signature has its name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0012_ending_gaps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signature",
            name="signer_name",
            field=models.CharField(blank=True, max_length=200, verbose_name="nom de qui signe"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(("signer_name", ""), _negated=True) | models.Q(("way", "imported")),
                name="signature_names_its_signer",
                violation_error_message="Dites le nom de qui signe.",
            ),
        ),
    ]
