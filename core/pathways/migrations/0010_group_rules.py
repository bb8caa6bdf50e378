"""What no path may break about a group: no more take part than there are places, and nobody loses one."""

from django.db import migrations, models

RULES = """
-- No more children take part than the action has places, whichever path they come by; parents apart.
CREATE FUNCTION pathways_check_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    action pathways_action%ROWTYPE;
    allowed integer;
    taken integer;
BEGIN
    IF NEW.until_on IS NOT NULL
        OR (TG_OP = 'UPDATE' AND OLD.until_on IS NULL AND NEW.action_id = OLD.action_id) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO action FROM pathways_action WHERE id = NEW.action_id FOR UPDATE;
    IF TG_TABLE_NAME = 'pathways_participation' THEN
        allowed := action.places;
        SELECT count(*) INTO taken FROM pathways_participation
         WHERE action_id = action.id AND until_on IS NULL AND id IS DISTINCT FROM NEW.id;
    ELSE
        allowed := action.parent_places;
        SELECT count(*) INTO taken FROM pathways_parentparticipation
         WHERE action_id = action.id AND until_on IS NULL AND id IS DISTINCT FROM NEW.id;
    END IF;
    IF allowed IS NOT NULL AND taken >= allowed THEN
        PERFORM pathways_refuse('action_has_a_place', 'Cette action est complète.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_places BEFORE INSERT OR UPDATE ON pathways_participation
    FOR EACH ROW EXECUTE FUNCTION pathways_check_places();
CREATE TRIGGER check_places BEFORE INSERT OR UPDATE ON pathways_parentparticipation
    FOR EACH ROW EXECUTE FUNCTION pathways_check_places();

-- Places are not taken away from under those who have them.
CREATE FUNCTION pathways_hold_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.places IS DISTINCT FROM OLD.places AND NEW.places < (
            SELECT count(*) FROM pathways_participation WHERE action_id = NEW.id AND until_on IS NULL))
        OR (NEW.parent_places IS DISTINCT FROM OLD.parent_places AND NEW.parent_places < (
            SELECT count(*) FROM pathways_parentparticipation WHERE action_id = NEW.id AND until_on IS NULL))
    THEN
        PERFORM pathways_refuse('places_hold_who_takes_part',
                'Il y aurait moins de places que de participants.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_places BEFORE UPDATE ON pathways_action
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_places();

-- Parents take part in what is done together; a child waits for a place there, for an own objective.
CREATE FUNCTION pathways_check_around_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pathways_action WHERE id = NEW.action_id AND form = 'group') THEN
        PERFORM pathways_refuse('around_a_group', 'C’est pour une action collective.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_around_group BEFORE INSERT OR UPDATE ON pathways_parentparticipation
    FOR EACH ROW EXECUTE FUNCTION pathways_check_around_group();
CREATE TRIGGER check_around_group BEFORE INSERT OR UPDATE ON pathways_waitingline
    FOR EACH ROW EXECUTE FUNCTION pathways_check_around_group();
CREATE TRIGGER check_around_group BEFORE INSERT OR UPDATE ON pathways_placerequest
    FOR EACH ROW EXECUTE FUNCTION pathways_check_around_group();

CREATE FUNCTION pathways_check_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.objective_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM pathways_objective objective JOIN pathways_pathway pathway ON pathway.id = objective.pathway_id
         WHERE objective.id = NEW.objective_id AND pathway.child_id = NEW.child_id) THEN
        PERFORM pathways_refuse('waiting_is_for_an_own_objective', 'L’objectif est celui d’un autre enfant.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_waiting BEFORE INSERT OR UPDATE OF child_id, objective_id ON pathways_waitingline
    FOR EACH ROW EXECUTE FUNCTION pathways_check_waiting();

-- Presence of a parent: of that very action, at a session that was held.
CREATE FUNCTION pathways_check_parent_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pathways_session session JOIN pathways_parentparticipation parent
            ON parent.action_id = session.action_id
         WHERE session.id = NEW.session_id AND parent.id = NEW.parent_id AND session.state = 'held') THEN
        PERFORM pathways_refuse('parent_attendance_at_an_own_session',
                'La présence est celle d’un parent de cette action, à une séance tenue.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_parent_attendance BEFORE INSERT OR UPDATE ON pathways_parentattendance
    FOR EACH ROW EXECUTE FUNCTION pathways_check_parent_attendance();
"""

NO_RULES = """
DROP TRIGGER check_parent_attendance ON pathways_parentattendance;
DROP TRIGGER check_waiting ON pathways_waitingline;
DROP TRIGGER check_around_group ON pathways_placerequest;
DROP TRIGGER check_around_group ON pathways_waitingline;
DROP TRIGGER check_around_group ON pathways_parentparticipation;
DROP TRIGGER hold_places ON pathways_action;
DROP TRIGGER check_places ON pathways_parentparticipation;
DROP TRIGGER check_places ON pathways_participation;
DROP FUNCTION pathways_check_parent_attendance();
DROP FUNCTION pathways_check_waiting();
DROP FUNCTION pathways_check_around_group();
DROP FUNCTION pathways_hold_places();
DROP FUNCTION pathways_check_places();
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0009_groups")]
    operations = [
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form", "group"), ("kind__in", ["workshop", "outing", "camp"])),
                    models.Q(("form", "individual"), ("kind", ""), ("parent_places__isnull", True)),
                    _connector="OR",
                ),
                name="group_action_has_its_kind",
                violation_error_message="Dites si c’est un atelier, une sortie ou un séjour.",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["camp", "outing"]), _negated=True),
                    ("planned_until__isnull", False),
                    _connector="OR",
                ),
                name="camp_or_outing_has_its_last_day",
                violation_error_message="Dites jusqu’à quel jour dure ce séjour ou cette sortie.",
            ),
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
