"""An amendment is of its pathway's child, one at a time, and alone moves the pathway's planned end."""

from django.conf import settings
from django.db import migrations, models

RULES = """
-- An amendment changes an open pathway of the same child.
CREATE FUNCTION pathways_hold_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pathway pathways_pathway%ROWTYPE;
BEGIN
    IF NEW.pathway_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO pathway FROM pathways_pathway WHERE id = NEW.pathway_id FOR UPDATE;
    IF pathway.child_id IS DISTINCT FROM NEW.child_id THEN
        PERFORM pathways_refuse('amendment_is_of_the_same_child',
                'Un avenant est celui du parcours de l’enfant.');
    END IF;
    IF NEW.state = 'complete' AND pathway.state = 'ended'
        AND (TG_OP = 'INSERT' OR OLD.state <> 'complete') THEN
        PERFORM pathways_refuse('amendment_of_an_open_pathway',
                'Le contrat d’un parcours terminé ne change plus.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_amendment BEFORE INSERT OR UPDATE ON pathways_contract
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_amendment();

-- The planned end is the one that all four signed last: at entry, or in an amendment.
CREATE FUNCTION pathways_check_planned_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.planned_end_on IS DISTINCT FROM (
        SELECT planned_end_on FROM pathways_contract
         WHERE state = 'complete' AND (id = NEW.contract_id OR pathway_id = NEW.id)
         ORDER BY id DESC LIMIT 1) THEN
        PERFORM pathways_refuse('planned_end_is_signed',
                'La fin prévue est celle du contrat signé : pour la changer, faites un avenant.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_planned_end BEFORE INSERT OR UPDATE OF planned_end_on ON pathways_pathway
    FOR EACH ROW EXECUTE FUNCTION pathways_check_planned_end();
"""

NO_RULES = """
DROP TRIGGER check_planned_end ON pathways_pathway;
DROP TRIGGER hold_amendment ON pathways_contract;
DROP FUNCTION pathways_check_planned_end();
DROP FUNCTION pathways_hold_amendment();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0003_entry_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                models.F("pathway"),
                condition=models.Q(("state__in", ["draft", "sealed"])),
                name="one_living_amendment_a_pathway",
                violation_error_message="Un avenant est déjà en préparation pour ce parcours.",
            ),
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
