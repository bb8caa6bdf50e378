"""What no path may break once a pathway lives: signed objectives, the search first, who takes part, what is owed."""

from django.db import migrations

# Pathways that were opened before objectives had rows of their own.
OBJECTIVES_SO_FAR = """
INSERT INTO pathways_objective (pathway_id, line_id, domain_id, text, wished_by, since_on, standing,
                                standing_note, nothing_exists)
SELECT DISTINCT ON (pathway.id, line.domain_id, line.text)
       pathway.id, line.id, line.domain_id, line.text, line.wished_by, pathway.started_on, 'to_start', '', ''
  FROM pathways_pathway pathway
  JOIN pathways_contractobjective line ON line.contract_id = (
       SELECT max(id) FROM pathways_contract
        WHERE state = 'complete' AND (id = pathway.contract_id OR pathway_id = pathway.id))
 ORDER BY pathway.id, line.domain_id, line.text, line.id
"""

RULES = """
-- An objective is a line of a version of its own pathway that all four signed, and keeps its words.
CREATE FUNCTION pathways_check_objective() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.pathway_id, NEW.domain_id, NEW.text)
        IS DISTINCT FROM (OLD.id, OLD.pathway_id, OLD.domain_id, OLD.text) THEN
        PERFORM pathways_refuse('objective_keeps_its_words',
                'Un objectif signé garde ses mots : pour les changer, faites un avenant.');
    END IF;
    IF NOT EXISTS (
        SELECT FROM pathways_contractobjective line
          JOIN pathways_contract contract ON contract.id = line.contract_id
          JOIN pathways_pathway pathway ON pathway.id = NEW.pathway_id
         WHERE line.id = NEW.line_id AND contract.state = 'complete'
           AND (contract.id = pathway.contract_id OR contract.pathway_id = pathway.id)
           AND line.domain_id = NEW.domain_id AND line.text = NEW.text) THEN
        PERFORM pathways_refuse('objective_is_signed',
                'Un objectif est une ligne d’un contrat signé de ce parcours.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_objective BEFORE INSERT OR UPDATE ON pathways_objective
    FOR EACH ROW EXECUTE FUNCTION pathways_check_objective();

-- Existing solutions are looked for first: one was set aside with its reason, or nothing exists and why.
CREATE FUNCTION pathways_search_recorded(objective bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM pathways_objective WHERE id = objective AND nothing_exists <> '')
        OR EXISTS (SELECT FROM pathways_solution WHERE objective_id = objective AND state = 'not_kept')
$$;

CREATE FUNCTION pathways_check_participation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    action pathways_action%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.action_id, NEW.child_id, NEW.objective_id)
        IS NOT DISTINCT FROM (OLD.action_id, OLD.child_id, OLD.objective_id) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO action FROM pathways_action WHERE id = NEW.action_id FOR UPDATE;
    IF NEW.objective_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM pathways_objective objective JOIN pathways_pathway pathway ON pathway.id = objective.pathway_id
         WHERE objective.id = NEW.objective_id AND pathway.child_id = NEW.child_id) THEN
        PERFORM pathways_refuse('participation_is_for_an_own_objective',
                'L’objectif est celui d’un autre enfant.');
    END IF;
    IF action.form = 'individual' THEN
        IF NEW.objective_id IS NULL THEN
            PERFORM pathways_refuse('individual_action_has_an_objective',
                    'Une action individuelle sert un objectif du parcours.');
        END IF;
        IF EXISTS (SELECT FROM pathways_participation
                    WHERE action_id = action.id AND child_id <> NEW.child_id) THEN
            PERFORM pathways_refuse('individual_action_is_of_one_child',
                    'Une action individuelle est celle d’un seul enfant.');
        END IF;
    END IF;
    IF action.origin = 'made' AND NEW.objective_id IS NOT NULL
        AND NOT pathways_search_recorded(NEW.objective_id) THEN
        PERFORM pathways_refuse('existing_solutions_first',
                'Avant une action sur mesure, notez une solution existante non retenue et pourquoi, '
                'ou dites pourquoi rien n’existe.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_participation BEFORE INSERT OR UPDATE ON pathways_participation
    FOR EACH ROW EXECUTE FUNCTION pathways_check_participation();

-- What an action is does not change under those who take part in it, nor do those who may then see them.
CREATE FUNCTION pathways_hold_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.form, NEW.origin, NEW.offer_id, NEW.organisation_id)
        IS DISTINCT FROM (OLD.form, OLD.origin, OLD.offer_id, OLD.organisation_id)
        AND EXISTS (SELECT FROM pathways_participation WHERE action_id = OLD.id) THEN
        PERFORM pathways_refuse('action_stays_what_it_is',
                'Des enfants participent déjà : terminez cette action et ouvrez-en une autre.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_action BEFORE UPDATE ON pathways_action
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_action();

-- Presence is of somebody who takes part in that very action, at a session that was held.
CREATE FUNCTION pathways_check_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pathways_session session JOIN pathways_participation participation
            ON participation.action_id = session.action_id
         WHERE session.id = NEW.session_id AND participation.id = NEW.participation_id
           AND session.state = 'held') THEN
        PERFORM pathways_refuse('attendance_at_an_own_session',
                'La présence est celle d’un enfant de cette action, à une séance tenue.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_attendance BEFORE INSERT OR UPDATE ON pathways_attendance
    FOR EACH ROW EXECUTE FUNCTION pathways_check_attendance();

-- A provider is owed for a session that was held, under the action's agreement, and never beyond its amount.
CREATE FUNCTION pathways_check_service() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreement partners_agreement%ROWTYPE;
    owed numeric;
BEGIN
    SELECT * INTO agreement FROM partners_agreement WHERE id = NEW.agreement_id FOR UPDATE;
    IF NOT EXISTS (
        SELECT FROM pathways_session session JOIN pathways_action action ON action.id = session.action_id
         WHERE session.id = NEW.session_id AND session.state = 'held' AND action.agreement_id = NEW.agreement_id
           AND session.on >= agreement.starts_on
           AND (agreement.ends_on IS NULL OR session.on <= agreement.ends_on)
           AND (agreement.ended_on IS NULL OR session.on <= agreement.ended_on)) THEN
        PERFORM pathways_refuse('service_is_of_a_held_session',
                'Le service fait est celui d’une séance tenue pendant la convention.');
    END IF;
    SELECT coalesce(sum(round(quantity * unit_price, 2)), 0) INTO owed
      FROM pathways_servicedone WHERE agreement_id = NEW.agreement_id AND id IS DISTINCT FROM NEW.id;
    IF agreement.amount IS NOT NULL AND owed + round(NEW.quantity * NEW.unit_price, 2) > agreement.amount THEN
        PERFORM pathways_refuse('service_within_the_agreement',
                'Le montant de la convention serait dépassé.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_service BEFORE INSERT OR UPDATE ON pathways_servicedone
    FOR EACH ROW EXECUTE FUNCTION pathways_check_service();

-- A session for which a provider is owed does not change.
CREATE FUNCTION pathways_hold_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.action_id, NEW.on, NEW.minutes, NEW.state)
        IS DISTINCT FROM (OLD.action_id, OLD.on, OLD.minutes, OLD.state)
        AND EXISTS (SELECT FROM pathways_servicedone WHERE session_id = OLD.id) THEN
        PERFORM pathways_refuse('session_with_service_stays',
                'Le service fait de cette séance est noté : retirez-le avant de la changer.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_session BEFORE UPDATE ON pathways_session
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_session();
"""

NO_RULES = """
DROP TRIGGER hold_session ON pathways_session;
DROP TRIGGER check_service ON pathways_servicedone;
DROP TRIGGER check_attendance ON pathways_attendance;
DROP TRIGGER hold_action ON pathways_action;
DROP TRIGGER check_participation ON pathways_participation;
DROP TRIGGER check_objective ON pathways_objective;
DROP FUNCTION pathways_hold_session();
DROP FUNCTION pathways_check_service();
DROP FUNCTION pathways_check_attendance();
DROP FUNCTION pathways_hold_action();
DROP FUNCTION pathways_check_participation();
DROP FUNCTION pathways_search_recorded(bigint);
DROP FUNCTION pathways_check_objective();
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0005_life")]
    operations = [
        migrations.RunSQL(RULES, NO_RULES),
        migrations.RunSQL(OBJECTIVES_SO_FAR, "DELETE FROM pathways_objective"),
    ]
