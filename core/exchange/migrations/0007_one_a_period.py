"""One campaign a period; a closed one still takes what was under correction, and gives nothing back."""

from django.db import migrations, models
from django.db.models import Q

FORMER = "campaign.state = 'closed' AND former = 'sent_back'"
NOW = "campaign.state = 'closed' AND former IN ('sent_back', 'withdrawn')"
IN_TURN = """
CREATE OR REPLACE FUNCTION exchange_return_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
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
            AND (campaign.state = 'open' OR {closed})) THEN
        RAISE EXCEPTION 'The campaign is not open.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.exchange_campaignform form WHERE form.campaign_id = NEW.campaign_id
            AND form.version = NEW.form_version AND form.frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'These questions were not asked.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
IN_TIME = """
CREATE FUNCTION exchange_step_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM public.exchange_returnintransit sent
            JOIN public.exchange_campaign campaign ON campaign.id = sent.campaign_id
            WHERE sent.id = NEW.sent_id AND campaign.state = 'open') THEN
        RAISE EXCEPTION 'Closed, a campaign gives nothing back.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_in_time BEFORE INSERT ON exchange_returnstep
    FOR EACH ROW EXECUTE FUNCTION exchange_step_in_time();
"""
NOT_IN_TIME = """
DROP TRIGGER step_in_time ON exchange_returnstep;
DROP FUNCTION exchange_step_in_time();
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_campaign_rights")]
    operations = [
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                fields=["first_on", "last_on"],
                condition=~Q(state="draft"),
                name="one_campaign_a_period",
                violation_error_message="Une campagne de cette période est déjà ouverte, ou l’a été.",
            ),
        ),
        migrations.RunSQL(IN_TURN.format(closed=NOW), IN_TURN.format(closed=FORMER)),
        migrations.RunSQL(IN_TIME, NOT_IN_TIME),
    ]
