"""What no path may break: what is published stays as it is, and nothing is published that failed its audit."""

from django.db import migrations

RULES = """
CREATE FUNCTION national_refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = rule, MESSAGE = message;
END $$;

-- A release begins as a draft, is audited once, and what it was audited for is what is published.
CREATE FUNCTION national_hold_release() RETURNS trigger LANGUAGE plpgsql AS $$
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
        (('draft', 'draft'), ('draft', 'audited'), ('draft', 'refused'), ('audited', 'published')) THEN
        PERFORM national_refuse('release_goes_its_way', 'Cette publication ne peut pas changer ainsi d’état.');
    END IF;
    IF OLD.state = 'audited' AND
        to_jsonb(NEW) - '{state,published_at,published_by_id}'::text[]
        <> to_jsonb(OLD) - '{state,published_at,published_by_id}'::text[] THEN
        PERFORM national_refuse('audited_release_stays', 'Une publication contrôlée ne change plus.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_release BEFORE INSERT OR UPDATE OR DELETE ON national_release
    FOR EACH ROW EXECUTE FUNCTION national_hold_release();

-- Cells come while their release is a draft, with its audit; none changes, and those of a published one stay.
CREATE FUNCTION national_hold_cell() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF its_state = 'published' THEN
        PERFORM national_refuse('released_cell_stays', 'Une publication parue ne change plus.');
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER hold_cell BEFORE INSERT OR UPDATE OR DELETE ON national_releasedcell
    FOR EACH ROW EXECUTE FUNCTION national_hold_cell();
"""

NO_RULES = """
DROP TRIGGER hold_cell ON national_releasedcell;
DROP TRIGGER hold_release ON national_release;
DROP FUNCTION national_hold_cell();
DROP FUNCTION national_hold_release();
DROP FUNCTION national_refuse(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("national", "0001_releases")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
