"""What was never begun ends the evening before; a child whom nobody accompanies is taken over too."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

RULE = """
CREATE OR REPLACE FUNCTION pathways_check_hand_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pathways_referentlink new_
                    WHERE new_.id = NEW.new_id AND new_.since_on = NEW."on")
        OR NEW.former_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM pathways_referentlink former JOIN pathways_referentlink new_
                ON new_.child_id = former.child_id AND new_.id <> former.id
             WHERE former.id = NEW.former_id AND new_.id = NEW.new_id) THEN
        PERFORM pathways_refuse('hand_over_of_one_child',
                'Un passage de relais est celui d’un enfant, au premier jour du nouveau lien.');
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("children", "0001_initial"),
        ("pathways", "0011_ending"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="participation",
            name="participation_dates_in_order",
        ),
        migrations.AlterField(
            model_name="handover",
            name="former",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handed_over",
                to="pathways.referentlink",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    (
                        "until_on__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("since_on"), "-", models.Value(datetime.timedelta(days=1))
                        ),
                    ),
                    _connector="OR",
                ),
                name="participation_dates_in_order",
            ),
        ),
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
    ]
