"""Campaigns and returns: the nation asks, a town answers for itself alone, and nobody takes a word back."""

from django.db import migrations

RIGHTS = """
ALTER TABLE exchange_returnstep ADD CONSTRAINT step_of_a_return_of_its_town
    FOREIGN KEY (sent_id, schema_name) REFERENCES exchange_returnintransit (id, schema_name) ON DELETE CASCADE;
ALTER TABLE exchange_campaign ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_campaignform ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_campaignreminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_returnintransit ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_returnstep ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_returnmessage ENABLE ROW LEVEL SECURITY;

GRANT SELECT ON exchange_campaign, exchange_campaignform, exchange_campaignreminder TO reussite_town;
CREATE POLICY opened ON exchange_campaign FOR SELECT TO reussite_town USING (state <> 'draft');
CREATE POLICY opened ON exchange_campaignform FOR SELECT TO reussite_town USING (frozen_at IS NOT NULL);
CREATE POLICY opened ON exchange_campaignreminder FOR SELECT TO reussite_town USING (true);

GRANT SELECT, INSERT (campaign_id, schema_name, number, form_version, sha256, text, submitted_at)
    ON exchange_returnintransit TO reussite_town;
GRANT SELECT, INSERT (sent_id, schema_name, kind, at) ON exchange_returnstep TO reussite_town;
GRANT SELECT, INSERT (campaign_id, schema_name, side, text, at) ON exchange_returnmessage TO reussite_town;

-- The national site's role is of the towns' group too: it answers in no town's name.
CREATE POLICY own_read ON exchange_returnintransit FOR SELECT TO reussite_town
    USING (schema_name = current_user::text);
CREATE POLICY own_add ON exchange_returnintransit FOR INSERT TO reussite_town
    WITH CHECK (schema_name = current_user::text AND NOT pg_has_role(current_user, 'reussite_reporter', 'USAGE'));
CREATE POLICY own_read ON exchange_returnstep FOR SELECT TO reussite_town
    USING (schema_name = current_user::text);
CREATE POLICY own_add ON exchange_returnstep FOR INSERT TO reussite_town
    WITH CHECK (schema_name = current_user::text AND kind = 'withdrawn'
        AND NOT pg_has_role(current_user, 'reussite_reporter', 'USAGE'));
CREATE POLICY own_read ON exchange_returnmessage FOR SELECT TO reussite_town
    USING (schema_name = current_user::text);
CREATE POLICY own_add ON exchange_returnmessage FOR INSERT TO reussite_town
    WITH CHECK (schema_name = current_user::text AND side = 'town'
        AND campaign_id IN (SELECT campaign.id FROM exchange_campaign campaign)
        AND NOT pg_has_role(current_user, 'reussite_reporter', 'USAGE'));

GRANT SELECT, INSERT, UPDATE (title, first_on, last_on, opens_on, due_on, state)
    ON exchange_campaign TO reussite_reporter;
GRANT SELECT, INSERT, UPDATE (document, frozen_at) ON exchange_campaignform TO reussite_reporter;
GRANT SELECT, INSERT ON exchange_campaignreminder TO reussite_reporter;
GRANT SELECT ON exchange_returnintransit TO reussite_reporter;
GRANT SELECT, INSERT (sent_id, schema_name, kind, at) ON exchange_returnstep TO reussite_reporter;
GRANT SELECT, INSERT (campaign_id, schema_name, side, text, at) ON exchange_returnmessage TO reussite_reporter;
CREATE POLICY survey ON exchange_campaign TO reussite_reporter USING (true) WITH CHECK (true);
CREATE POLICY survey ON exchange_campaignform TO reussite_reporter USING (true) WITH CHECK (true);
CREATE POLICY survey ON exchange_campaignreminder TO reussite_reporter USING (true) WITH CHECK (true);
CREATE POLICY survey ON exchange_returnintransit FOR SELECT TO reussite_reporter USING (true);
CREATE POLICY survey ON exchange_returnstep FOR SELECT TO reussite_reporter USING (true);
CREATE POLICY verdict ON exchange_returnstep FOR INSERT TO reussite_reporter
    WITH CHECK (kind IN ('sent_back', 'accepted'));
CREATE POLICY survey ON exchange_returnmessage FOR SELECT TO reussite_reporter USING (true);
CREATE POLICY asks ON exchange_returnmessage FOR INSERT TO reussite_reporter WITH CHECK (side = 'nation');

-- What a town said goes with the town.
GRANT SELECT, DELETE ON exchange_returnintransit, exchange_returnstep, exchange_returnmessage
    TO reussite_retention;
CREATE POLICY retention ON exchange_returnintransit TO reussite_retention
    USING (schema_name NOT IN (SELECT town.schema_name FROM tenants_town town));
CREATE POLICY retention ON exchange_returnstep TO reussite_retention
    USING (schema_name NOT IN (SELECT town.schema_name FROM tenants_town town));
CREATE POLICY retention ON exchange_returnmessage TO reussite_retention
    USING (schema_name NOT IN (SELECT town.schema_name FROM tenants_town town));
"""

TAKE_RIGHTS_BACK = """
DROP POLICY retention ON exchange_returnmessage;
DROP POLICY retention ON exchange_returnstep;
DROP POLICY retention ON exchange_returnintransit;
DROP POLICY asks ON exchange_returnmessage;
DROP POLICY survey ON exchange_returnmessage;
DROP POLICY verdict ON exchange_returnstep;
DROP POLICY survey ON exchange_returnstep;
DROP POLICY survey ON exchange_returnintransit;
DROP POLICY survey ON exchange_campaignreminder;
DROP POLICY survey ON exchange_campaignform;
DROP POLICY survey ON exchange_campaign;
DROP POLICY own_add ON exchange_returnmessage;
DROP POLICY own_read ON exchange_returnmessage;
DROP POLICY own_add ON exchange_returnstep;
DROP POLICY own_read ON exchange_returnstep;
DROP POLICY own_add ON exchange_returnintransit;
DROP POLICY own_read ON exchange_returnintransit;
DROP POLICY opened ON exchange_campaignreminder;
DROP POLICY opened ON exchange_campaignform;
DROP POLICY opened ON exchange_campaign;
ALTER TABLE exchange_returnmessage DISABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_returnstep DISABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_returnintransit DISABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_campaignreminder DISABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_campaignform DISABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_campaign DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON exchange_campaign, exchange_campaignform, exchange_campaignreminder, exchange_returnintransit,
    exchange_returnstep, exchange_returnmessage FROM reussite_town, reussite_reporter, reussite_retention;
ALTER TABLE exchange_returnstep DROP CONSTRAINT step_of_a_return_of_its_town;
"""

TRIGGERS = """
CREATE FUNCTION exchange_campaign_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (NEW.state = OLD.state OR OLD.state = 'draft' AND NEW.state = 'open'
            OR OLD.state = 'open' AND NEW.state = 'closed') THEN
        RAISE EXCEPTION 'A campaign opens, then closes.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'draft' AND (NEW.title <> OLD.title OR NEW.first_on <> OLD.first_on
            OR NEW.last_on <> OLD.last_on OR NEW.opens_on <> OLD.opens_on OR NEW.due_on < OLD.due_on) THEN
        RAISE EXCEPTION 'What was announced stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'open' AND NOT EXISTS (SELECT 1 FROM public.exchange_campaignform form
            WHERE form.campaign_id = NEW.id AND form.frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'A campaign opens with its questions.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaign_moves BEFORE UPDATE ON exchange_campaign
    FOR EACH ROW EXECUTE FUNCTION exchange_campaign_moves();

CREATE FUNCTION exchange_form_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION 'A form that was frozen stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER form_stays BEFORE UPDATE ON exchange_campaignform
    FOR EACH ROW EXECUTE FUNCTION exchange_form_stays();

-- Numbered without a gap, while the campaign is open or the nation sent the former one back.
CREATE FUNCTION exchange_return_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE former text;
BEGIN
    NEW.submitted_at = transaction_timestamp();
    SELECT step.kind INTO former FROM public.exchange_returnintransit sent
        JOIN public.exchange_returnstep step ON step.sent_id = sent.id
        WHERE sent.campaign_id = NEW.campaign_id AND sent.schema_name = NEW.schema_name
        AND sent.number = NEW.number - 1;
    IF NEW.number <> 1 AND (former IS NULL OR former = 'accepted') THEN
        RAISE EXCEPTION 'A return waits, or was accepted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.exchange_campaign campaign WHERE campaign.id = NEW.campaign_id
            AND (campaign.state = 'open' OR campaign.state = 'closed' AND former = 'sent_back')) THEN
        RAISE EXCEPTION 'The campaign is not open.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.exchange_campaignform form WHERE form.campaign_id = NEW.campaign_id
            AND form.version = NEW.form_version AND form.frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'These questions were not asked.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER return_in_turn BEFORE INSERT ON exchange_returnintransit
    FOR EACH ROW EXECUTE FUNCTION exchange_return_in_turn();

CREATE FUNCTION exchange_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at = transaction_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER step_dated BEFORE INSERT ON exchange_returnstep FOR EACH ROW EXECUTE FUNCTION exchange_dated();
CREATE TRIGGER message_dated BEFORE INSERT ON exchange_returnmessage
    FOR EACH ROW EXECUTE FUNCTION exchange_dated();
"""

NO_TRIGGERS = """
DROP TRIGGER message_dated ON exchange_returnmessage;
DROP TRIGGER step_dated ON exchange_returnstep;
DROP TRIGGER return_in_turn ON exchange_returnintransit;
DROP TRIGGER form_stays ON exchange_campaignform;
DROP TRIGGER campaign_moves ON exchange_campaign;
DROP FUNCTION exchange_dated();
DROP FUNCTION exchange_return_in_turn();
DROP FUNCTION exchange_form_stays();
DROP FUNCTION exchange_campaign_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_campaigns")]
    operations = [
        migrations.RunSQL(RIGHTS, TAKE_RIGHTS_BACK),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
