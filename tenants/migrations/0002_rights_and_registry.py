"""Rights in `public`, row security of the outbox, and the triggers that move the registry's version."""

from django.db import migrations

RIGHTS = """
GRANT SELECT ON tenants_town, tenants_domain, tenants_registryversion TO reussite_app;

-- Not the id: a town that chose it could take the number that another town's next row will get.
GRANT SELECT, INSERT (schema_name, kind, key, payload, urgency, state, tries, handings, due_at, error,
    created_at, ended_at) ON tenants_outboxrow TO reussite_town;
ALTER TABLE tenants_outboxrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_read ON tenants_outboxrow FOR SELECT TO reussite_town
    USING (schema_name = current_user::text);
CREATE POLICY own_rows_add ON tenants_outboxrow FOR INSERT TO reussite_town
    WITH CHECK (schema_name = current_user::text AND state = 'waiting' AND tries = 0 AND handings = 0
        AND kind NOT IN ('job', 'platform_job'));

GRANT SELECT, INSERT, UPDATE ON tenants_outboxrow TO reussite_relay;
GRANT USAGE ON SEQUENCE tenants_outboxrow_id_seq TO reussite_relay;
CREATE POLICY relay ON tenants_outboxrow TO reussite_relay USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants_scheduledjob TO reussite_relay;
GRANT USAGE ON SEQUENCE tenants_scheduledjob_id_seq TO reussite_relay;
GRANT SELECT ON tenants_town, tenants_domain, tenants_registryversion TO reussite_relay;

GRANT SELECT, DELETE ON tenants_outboxrow TO reussite_retention;
CREATE POLICY retention ON tenants_outboxrow TO reussite_retention USING (ended_at IS NOT NULL);
"""

TAKE_RIGHTS_BACK = """
DROP POLICY retention ON tenants_outboxrow;
DROP POLICY relay ON tenants_outboxrow;
DROP POLICY own_rows_add ON tenants_outboxrow;
DROP POLICY own_rows_read ON tenants_outboxrow;
ALTER TABLE tenants_outboxrow DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON tenants_town, tenants_domain, tenants_registryversion, tenants_outboxrow, tenants_scheduledjob
    FROM reussite_app, reussite_town, reussite_relay, reussite_retention;
"""

REGISTRY = """
INSERT INTO tenants_registryversion (version) VALUES (1);
CREATE FUNCTION tenants_registry_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.tenants_registryversion SET version = version + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_moved AFTER INSERT OR UPDATE OR DELETE ON tenants_town
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_registry_moved();
CREATE TRIGGER registry_moved AFTER INSERT OR UPDATE OR DELETE ON tenants_domain
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_registry_moved();
"""

NO_REGISTRY = """
DROP TRIGGER registry_moved ON tenants_domain;
DROP TRIGGER registry_moved ON tenants_town;
DROP FUNCTION tenants_registry_moved();
DELETE FROM tenants_registryversion;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [
        migrations.RunSQL(RIGHTS, TAKE_RIGHTS_BACK),
        migrations.RunSQL(REGISTRY, NO_REGISTRY),
    ]
