"""Who may do what with cells: towns add their own, the reporter reads, retention removes what was replaced."""

from django.db import migrations

RIGHTS = """
ALTER TABLE exchange_cell ADD CONSTRAINT cell_of_a_batch_of_its_town
    FOREIGN KEY (batch_id, schema_name) REFERENCES exchange_batch (id, schema_name) ON DELETE CASCADE;
ALTER TABLE exchange_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_cell ENABLE ROW LEVEL SECURITY;

-- Not the ids: the highest one counts, and a town does not choose it.
GRANT SELECT, INSERT (schema_name, first_on, last_on, status, catalogue, fingerprint, size, made_up, made_at)
    ON exchange_batch TO reussite_town, reussite_simulation;
GRANT SELECT, INSERT (batch_id, schema_name, indicator, breakdown, count, version)
    ON exchange_cell TO reussite_town, reussite_simulation;

-- The national site's role is of the towns' group too: it adds none.
CREATE POLICY own_read ON exchange_batch FOR SELECT TO reussite_town USING (schema_name = current_user::text);
CREATE POLICY own_add ON exchange_batch FOR INSERT TO reussite_town
    WITH CHECK (schema_name = current_user::text AND NOT made_up
        AND NOT pg_has_role(current_user, 'reussite_reporter', 'USAGE'));
CREATE POLICY own_read ON exchange_cell FOR SELECT TO reussite_town USING (schema_name = current_user::text);
CREATE POLICY own_add ON exchange_cell FOR INSERT TO reussite_town
    WITH CHECK (schema_name = current_user::text
        AND NOT pg_has_role(current_user, 'reussite_reporter', 'USAGE'));

CREATE POLICY made_up ON exchange_batch TO reussite_simulation USING (made_up) WITH CHECK (made_up);
CREATE POLICY made_up ON exchange_cell TO reussite_simulation
    USING (schema_name LIKE 'fictive\\_%') WITH CHECK (schema_name LIKE 'fictive\\_%');

GRANT SELECT ON exchange_batch, exchange_cell TO reussite_reporter;
GRANT SELECT, INSERT (batch_id, release, until) ON exchange_pin TO reussite_reporter;
CREATE POLICY report ON exchange_batch FOR SELECT TO reussite_reporter USING (true);
CREATE POLICY report ON exchange_cell FOR SELECT TO reussite_reporter USING (true);

GRANT SELECT, DELETE ON exchange_batch, exchange_cell, exchange_pin TO reussite_retention;
CREATE POLICY retention ON exchange_batch TO reussite_retention USING (true);
CREATE POLICY retention ON exchange_cell TO reussite_retention USING (true);

DO $$
DECLARE site text;
BEGIN
    FOR site IN SELECT schema_name FROM tenants_town WHERE kind = 'national' LOOP
        EXECUTE format('GRANT reussite_reporter TO %I WITH INHERIT TRUE, SET FALSE', site);
    END LOOP;
END $$;
"""

TAKE_RIGHTS_BACK = """
DO $$
DECLARE site text;
BEGIN
    FOR site IN SELECT schema_name FROM tenants_town WHERE kind = 'national' LOOP
        EXECUTE format('REVOKE reussite_reporter FROM %I', site);
    END LOOP;
END $$;
DROP POLICY retention ON exchange_cell;
DROP POLICY retention ON exchange_batch;
DROP POLICY report ON exchange_cell;
DROP POLICY report ON exchange_batch;
DROP POLICY made_up ON exchange_cell;
DROP POLICY made_up ON exchange_batch;
DROP POLICY own_add ON exchange_cell;
DROP POLICY own_read ON exchange_cell;
DROP POLICY own_add ON exchange_batch;
DROP POLICY own_read ON exchange_batch;
ALTER TABLE exchange_cell DISABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_batch DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON exchange_batch, exchange_cell, exchange_pin
    FROM reussite_town, reussite_simulation, reussite_reporter, reussite_retention;
ALTER TABLE exchange_cell DROP CONSTRAINT cell_of_a_batch_of_its_town;
"""

TRIGGERS = """
CREATE FUNCTION exchange_batch_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.made_at = transaction_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER batch_dated BEFORE INSERT ON exchange_batch
    FOR EACH ROW EXECUTE FUNCTION exchange_batch_dated();

-- A batch is whole when its transaction is: nothing is added to it afterwards.
CREATE FUNCTION exchange_cells_with_their_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added JOIN public.exchange_batch b ON b.id = added.batch_id
               WHERE b.made_at <> transaction_timestamp()) THEN
        RAISE EXCEPTION 'A batch is written in one transaction.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cells_with_their_batch AFTER INSERT ON exchange_cell REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_cells_with_their_batch();

CREATE FUNCTION exchange_batch_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.exchange_batch later
                   WHERE later.schema_name = OLD.schema_name AND later.first_on = OLD.first_on
                   AND later.last_on = OLD.last_on AND later.status = OLD.status AND later.id > OLD.id) THEN
        RAISE EXCEPTION 'The last batch of a town and period stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER batch_replaced BEFORE DELETE ON exchange_batch
    FOR EACH ROW EXECUTE FUNCTION exchange_batch_replaced();
"""

NO_TRIGGERS = """
DROP TRIGGER batch_replaced ON exchange_batch;
DROP TRIGGER cells_with_their_batch ON exchange_cell;
DROP TRIGGER batch_dated ON exchange_batch;
DROP FUNCTION exchange_batch_replaced();
DROP FUNCTION exchange_cells_with_their_batch();
DROP FUNCTION exchange_batch_dated();
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_cells"), ("tenants", "0003_relay_reads_migrations")]
    operations = [
        migrations.RunSQL(RIGHTS, TAKE_RIGHTS_BACK),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
