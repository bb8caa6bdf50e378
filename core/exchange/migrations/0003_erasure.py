"""What is erased though nothing replaced it: cells of towns that are gone, and those past their time."""

from django.db import migrations

RULES = """
GRANT SELECT (schema_name) ON tenants_town TO reussite_retention;

CREATE OR REPLACE FUNCTION exchange_batch_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.made_at < now() - (CASE OLD.status WHEN 'official' THEN interval '3 years' ELSE interval '1 year' END)
        OR NOT OLD.made_up AND NOT EXISTS
            (SELECT 1 FROM public.tenants_town town WHERE town.schema_name = OLD.schema_name)
        OR EXISTS (SELECT 1 FROM public.exchange_batch later
                   WHERE later.schema_name = OLD.schema_name AND later.first_on = OLD.first_on
                   AND later.last_on = OLD.last_on AND later.status = OLD.status AND later.id > OLD.id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The last batch of a town and period stays.' USING ERRCODE = 'restrict_violation';
END $$;
"""

FORMER_RULES = """
CREATE OR REPLACE FUNCTION exchange_batch_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.exchange_batch later
                   WHERE later.schema_name = OLD.schema_name AND later.first_on = OLD.first_on
                   AND later.last_on = OLD.last_on AND later.status = OLD.status AND later.id > OLD.id) THEN
        RAISE EXCEPTION 'The last batch of a town and period stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
REVOKE SELECT (schema_name) ON tenants_town FROM reussite_retention;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_rights")]
    operations = [migrations.RunSQL(RULES, FORMER_RULES)]
