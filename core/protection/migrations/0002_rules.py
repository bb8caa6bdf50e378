"""An information that left does not move, and its author never changes."""

from django.db import migrations

RULES = """
CREATE FUNCTION protection_hold_concern() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.author_id, NEW.written_at) IS DISTINCT FROM (OLD.author_id, OLD.written_at) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'concern_keeps_its_author',
            MESSAGE = 'Une information garde son auteur et sa date.';
    END IF;
    IF OLD.sent_at IS NOT NULL AND
        (NEW.child_id, NEW.child_said, NEW.household, NEW.danger, NEW.facts, NEW.child_words, NEW.judgement,
         NEW.parents, NEW.parents_said, NEW.parents_reason, NEW.sent_at, NEW.sent_by_id, NEW.sent_how, NEW.sent_to)
        IS DISTINCT FROM
        (OLD.child_id, OLD.child_said, OLD.household, OLD.danger, OLD.facts, OLD.child_words, OLD.judgement,
         OLD.parents, OLD.parents_said, OLD.parents_reason, OLD.sent_at, OLD.sent_by_id, OLD.sent_how, OLD.sent_to)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'sent_concern_stays',
            MESSAGE = 'Cette information est transmise : ajoutez un complément, elle ne change plus.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_concern BEFORE UPDATE ON protection_concern
    FOR EACH ROW EXECUTE FUNCTION protection_hold_concern();
"""

NO_RULES = """
DROP TRIGGER hold_concern ON protection_concern;
DROP FUNCTION protection_hold_concern();
"""


class Migration(migrations.Migration):
    dependencies = [("protection", "0001_concerns")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
