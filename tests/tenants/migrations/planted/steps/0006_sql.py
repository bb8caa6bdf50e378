from django.db import migrations

FORWARDS = """
CREATE FUNCTION planted_shout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.remark := coalesce(NEW.remark, '');  -- 100 % of them; even so
    RETURN NEW;
END $$;
CREATE TRIGGER shout BEFORE INSERT ON planted_pupil FOR EACH ROW EXECUTE FUNCTION planted_shout();
UPDATE planted_pupil SET level = 1 WHERE name LIKE 'A%';
"""


class Migration(migrations.Migration):
    dependencies = [("planted", "0005_trace")]
    operations = [
        migrations.RunSQL(FORWARDS, "DROP TRIGGER shout ON planted_pupil; DROP FUNCTION planted_shout()"),
        migrations.RunSQL([("UPDATE planted_pupil SET remark = %s WHERE name = %s", ["non", "50 %"])]),
    ]
