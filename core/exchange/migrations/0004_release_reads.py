"""Raw cells are read by the release engine's role alone, not by whatever the national site answers with."""

from django.db import migrations

RIGHTS = """
REVOKE SELECT ON exchange_cell FROM reussite_reporter;
DROP POLICY report ON exchange_cell;
GRANT SELECT ON exchange_cell TO reussite_release;
CREATE POLICY release ON exchange_cell FOR SELECT TO reussite_release USING (true);

-- A pin is short at preparation and long once its release is out; it never ends sooner than it said.
GRANT UPDATE (until) ON exchange_pin TO reussite_reporter;
CREATE FUNCTION exchange_pin_lengthens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.until < OLD.until THEN
        RAISE EXCEPTION 'A pin is not shortened.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pin_lengthens BEFORE UPDATE ON exchange_pin
    FOR EACH ROW EXECUTE FUNCTION exchange_pin_lengthens();
"""

FORMER_RIGHTS = """
DROP TRIGGER pin_lengthens ON exchange_pin;
DROP FUNCTION exchange_pin_lengthens();
REVOKE UPDATE (until) ON exchange_pin FROM reussite_reporter;
DROP POLICY release ON exchange_cell;
REVOKE SELECT ON exchange_cell FROM reussite_release;
GRANT SELECT ON exchange_cell TO reussite_reporter;
CREATE POLICY report ON exchange_cell FOR SELECT TO reussite_reporter USING (true);
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_erasure")]
    operations = [migrations.RunSQL(RIGHTS, FORMER_RIGHTS)]
