"""A release that waits may be set aside, and its cells with it; cells that passed their audit stay till then."""

from django.db import migrations, models

RULES = """
CREATE OR REPLACE FUNCTION national_hold_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            PERFORM national_refuse('release_begins_as_draft', 'Une publication commence par un contrôle.');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'published' THEN
        PERFORM national_refuse('published_release_stays', 'Une publication parue ne change plus.');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (OLD.state, NEW.state) NOT IN
        (('draft', 'draft'), ('draft', 'audited'), ('draft', 'refused'), ('audited', 'published')%s) THEN
        PERFORM national_refuse('release_goes_its_way', 'Cette publication ne peut pas changer ainsi d’état.');
    END IF;
    IF OLD.state = 'audited' AND
        to_jsonb(NEW) - '{state,published_at,published_by_id}'::text[]
        <> to_jsonb(OLD) - '{state,published_at,published_by_id}'::text[] THEN
        PERFORM national_refuse('audited_release_stays', 'Une publication contrôlée ne change plus.');
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION national_hold_cell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_state text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM national_refuse('released_cell_stays', 'Un chiffre contrôlé ne change plus.');
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT state INTO its_state FROM national_release WHERE id = NEW.release_id;
        IF its_state IS DISTINCT FROM 'draft' THEN
            PERFORM national_refuse('released_cell_stays', 'Rien ne s’ajoute à une publication contrôlée.');
        END IF;
        RETURN NEW;
    END IF;
    SELECT state INTO its_state FROM national_release WHERE id = OLD.release_id;
    IF its_state IN (%s) THEN
        PERFORM national_refuse('released_cell_stays', 'Une publication contrôlée ne change plus.');
    END IF;
    RETURN OLD;
END $$;
"""
NOW = RULES % (", ('draft', 'discarded'), ('audited', 'discarded')", "'audited', 'published'")
BEFORE = RULES % ("", "'published'")
STATES = [
    ("draft", "À contrôler"),
    ("audited", "Contrôle réussi"),
    ("refused", "Refusée par le contrôle"),
    ("published", "Publiée"),
    ("discarded", "Écartée"),
]


class Migration(migrations.Migration):
    dependencies = [("national", "0002_rules")]
    operations = [
        migrations.AlterField(
            model_name="release",
            name="state",
            field=models.CharField(choices=STATES, default="draft", max_length=10, verbose_name="état"),
        ),
        migrations.RemoveConstraint(model_name="release", name="release_state_known"),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=[code for code, _ in STATES]), name="release_state_known"
            ),
        ),
        migrations.AddIndex(
            model_name="releasedcell",
            index=models.Index(fields=["release", "place"], name="cells_of_a_place"),
        ),
        migrations.RunSQL(NOW, BEFORE),
    ]
