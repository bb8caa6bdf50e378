"""What no path may break in reviews: what was held stays as it was, each line is of an own objective."""

from django.db import migrations

RULES = """
-- A held review does not change, and neither does one that was set aside.
CREATE FUNCTION pathways_hold_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pathway pathways_pathway%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state <> 'planned' THEN
        PERFORM pathways_refuse('held_review_stays',
                'Un bilan fait ne change plus : ajoutez une note datée.');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state <> 'planned' THEN
        PERFORM pathways_refuse('review_begins_planned', 'Un bilan est d’abord prévu.');
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.pathway_id, NEW.due_on) IS DISTINCT FROM (OLD.id, OLD.pathway_id, OLD.due_on) THEN
        PERFORM pathways_refuse('review_date_stays',
                'La date d’un bilan vient du rythme de la ville : elle ne change pas.');
    END IF;
    SELECT * INTO pathway FROM pathways_pathway WHERE id = NEW.pathway_id;
    IF NEW.due_on < pathway.started_on OR NEW.held_on < pathway.started_on THEN
        PERFORM pathways_refuse('review_is_of_the_pathway', 'Un bilan ne précède pas le début du parcours.');
    END IF;
    IF NEW.held_on > (now() AT TIME ZONE 'Pacific/Kiritimati')::date THEN
        PERFORM pathways_refuse('review_is_not_of_tomorrow', 'La date du bilan est à venir.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_review BEFORE INSERT OR UPDATE OR DELETE ON pathways_review
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_review();

-- A line is of an objective of the same pathway, and comes before the review is closed.
CREATE FUNCTION pathways_check_review_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pathways_review review JOIN pathways_objective objective
            ON objective.pathway_id = review.pathway_id
         WHERE review.id = NEW.review_id AND objective.id = NEW.objective_id) THEN
        PERFORM pathways_refuse('review_line_is_of_an_own_objective', 'L’objectif est celui d’un autre parcours.');
    END IF;
    IF NOT EXISTS (SELECT FROM pathways_review WHERE id = NEW.review_id AND state = 'planned') THEN
        PERFORM pathways_refuse('held_review_stays',
                'Un bilan fait ne change plus : ajoutez une note datée.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_review_line BEFORE INSERT ON pathways_reviewline
    FOR EACH ROW EXECUTE FUNCTION pathways_check_review_line();

-- A mark is of the same pathway. Those of a review come before it is closed; the one of the entry can be put
-- right until a review has marked the same domain.
CREATE FUNCTION pathways_hold_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mark pathways_domainmark%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.pathway_id, NEW.review_id, NEW.domain_id)
        IS DISTINCT FROM (OLD.id, OLD.pathway_id, OLD.review_id, OLD.domain_id) THEN
        PERFORM pathways_refuse('mark_stays_where_it_is', 'Une réponse reste à sa place.');
    END IF;
    IF TG_OP = 'INSERT' THEN
        mark := NEW;
    ELSE
        mark := OLD;
    END IF;
    IF mark.review_id IS NULL AND EXISTS (
        SELECT FROM pathways_domainmark later
         WHERE later.pathway_id = mark.pathway_id AND later.domain_id = mark.domain_id
           AND later.review_id IS NOT NULL) THEN
        PERFORM pathways_refuse('entry_mark_stays', 'Un bilan part déjà de ce point de départ : il ne change plus.');
    END IF;
    IF mark.review_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM pathways_review
         WHERE id = mark.review_id AND state = 'planned' AND pathway_id = mark.pathway_id) THEN
        PERFORM pathways_refuse('held_review_stays',
                'Un bilan fait ne change plus : ajoutez une note datée.');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER hold_mark BEFORE INSERT OR UPDATE OR DELETE ON pathways_domainmark
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_mark();

-- What a teacher answered stays as it was given; nobody is asked for a review that took place.
CREATE FUNCTION pathways_hold_school_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.answered_at IS NOT NULL THEN
        PERFORM pathways_refuse('school_word_stays', 'Le mot de l’école ne change plus.');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.review_id, NEW.may_ask, NEW.organisation_id, NEW.agreed_by, NEW.secret_hash)
        IS DISTINCT FROM
        (OLD.id, OLD.review_id, OLD.may_ask, OLD.organisation_id, OLD.agreed_by, OLD.secret_hash) THEN
        PERFORM pathways_refuse('school_word_is_of_its_review', 'Une demande reste celle de son bilan.');
    END IF;
    IF (TG_OP = 'INSERT' OR NEW.answered_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM pathways_review WHERE id = NEW.review_id AND state = 'planned') THEN
        PERFORM pathways_refuse('school_word_comes_before', 'Ce bilan a déjà eu lieu.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_school_word BEFORE INSERT OR UPDATE OR DELETE ON pathways_schoolword
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_school_word();
"""

NO_RULES = """
DROP TRIGGER hold_school_word ON pathways_schoolword;
DROP TRIGGER hold_mark ON pathways_domainmark;
DROP TRIGGER check_review_line ON pathways_reviewline;
DROP TRIGGER hold_review ON pathways_review;
DROP FUNCTION pathways_hold_school_word();
DROP FUNCTION pathways_hold_mark();
DROP FUNCTION pathways_check_review_line();
DROP FUNCTION pathways_hold_review();
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0007_reviews")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
