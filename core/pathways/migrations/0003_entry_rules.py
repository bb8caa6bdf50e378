"""What no path may break, in each town's schema: sealed contracts, their signatures, the day of entry."""

from django.db import migrations

RULES = """
CREATE FUNCTION pathways_refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', message USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- The four parts of a contract: the day on which the last was filled, or null while one is missing.
CREATE FUNCTION pathways_last_signature(contract bigint, seal text) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(DISTINCT part) = 4 THEN max(signed_on) END
      FROM pathways_signature WHERE contract_id = contract AND sealed_hash = seal AND seal <> ''
$$;

-- A sealed contract does not move: only its state, its completion and its annulment do.
CREATE FUNCTION pathways_hold_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.sealed_hash <> '' THEN
            PERFORM pathways_refuse('sealed_contract_stays', 'Un contrat scellé ne s’efface pas.');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.sealed_hash <> ''
        AND NEW.sealed_hash <> encode(sha256(convert_to(NEW.sealed_text, 'UTF8')), 'hex') THEN
        PERFORM pathways_refuse('seal_is_the_hash_of_the_text',
                'L’empreinte n’est pas celle du texte.');
    END IF;
    IF NEW.state = 'complete' AND
       (NEW.completed_on IS NULL
        OR NEW.completed_on IS DISTINCT FROM pathways_last_signature(NEW.id, NEW.sealed_hash)) THEN
        PERFORM pathways_refuse('contract_is_complete_with_four_parts',
            'Un contrat est complet au jour de la dernière des quatre signatures.');
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.sealed_hash <> '' THEN
        IF (NEW.id, NEW.child_id, NEW.referral_id, NEW.decision_id, NEW.pathway_id, NEW.kind,
            NEW.coordinator_id, NEW.referent_id, NEW.planned_end_on, NEW.child_commitment, NEW.family_commitment,
            NEW.team_commitment,
            NEW.right_to_stop, NEW.simple_words, NEW.sealed_text, NEW.sealed_hash, NEW.sealed_at)
           IS DISTINCT FROM
           (OLD.id, OLD.child_id, OLD.referral_id, OLD.decision_id, OLD.pathway_id, OLD.kind,
            OLD.coordinator_id, OLD.referent_id, OLD.planned_end_on, OLD.child_commitment, OLD.family_commitment,
            OLD.team_commitment,
            OLD.right_to_stop, OLD.simple_words, OLD.sealed_text, OLD.sealed_hash, OLD.sealed_at) THEN
            PERFORM pathways_refuse('sealed_contract_stays',
                'Un contrat scellé ne change plus : faites un avenant.');
        END IF;
        IF OLD.state IN ('complete', 'void') AND NEW.state <> OLD.state THEN
            PERFORM pathways_refuse('ended_contract_stays',
                'Un contrat signé ou annulé ne change plus d’état.');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_seal BEFORE INSERT OR UPDATE OR DELETE ON pathways_contract
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_seal();

CREATE FUNCTION pathways_hold_sealed_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND EXISTS (
        SELECT FROM pathways_contract WHERE id = OLD.contract_id AND sealed_hash <> '') THEN
        PERFORM pathways_refuse('sealed_contract_stays',
                'Un contrat scellé ne change plus : faites un avenant.');
    END IF;
    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pathways_contract WHERE id = NEW.contract_id AND sealed_hash <> '') THEN
        PERFORM pathways_refuse('sealed_contract_stays',
                'Un contrat scellé ne change plus : faites un avenant.');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER hold_sealed_lines BEFORE INSERT OR UPDATE OR DELETE ON pathways_contractobjective
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_sealed_lines();
CREATE TRIGGER hold_sealed_lines BEFORE INSERT OR UPDATE OR DELETE ON pathways_contractsharing
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_sealed_lines();

-- A signature is of the sealed text, of a day that has come; the contract's row orders two signers at once.
CREATE FUNCTION pathways_check_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    contract pathways_contract%ROWTYPE;
BEGIN
    SELECT * INTO contract FROM pathways_contract WHERE id = NEW.contract_id FOR UPDATE;
    IF contract.state IS DISTINCT FROM 'sealed' OR contract.sealed_hash = '' THEN
        PERFORM pathways_refuse('signature_on_a_sealed_contract',
                'Seul un contrat scellé se signe.');
    END IF;
    IF NEW.sealed_hash <> contract.sealed_hash THEN
        PERFORM pathways_refuse('signature_of_the_sealed_text',
                'La signature n’est pas celle de ce texte.');
    END IF;
    IF NEW.signed_on > (now() AT TIME ZONE 'Pacific/Kiritimati')::date THEN
        PERFORM pathways_refuse('signature_is_not_of_tomorrow',
                'La date de signature est à venir.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_signature BEFORE INSERT ON pathways_signature
    FOR EACH ROW EXECUTE FUNCTION pathways_check_signature();

-- A pathway opens with a complete initial contract of the same child, on the day of its last signature.
CREATE FUNCTION pathways_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    contract pathways_contract%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.contract_id, NEW.child_id, NEW.started_on)
        IS DISTINCT FROM (OLD.id, OLD.contract_id, OLD.child_id, OLD.started_on) THEN
        PERFORM pathways_refuse('pathway_start_stays', 'L’entrée d’un parcours ne change plus.');
    END IF;
    SELECT * INTO contract FROM pathways_contract WHERE id = NEW.contract_id FOR UPDATE;
    IF contract.kind IS DISTINCT FROM 'initial' OR contract.child_id IS DISTINCT FROM NEW.child_id
        OR contract.state IS DISTINCT FROM 'complete' THEN
        PERFORM pathways_refuse('pathway_opens_with_its_contract',
                'Un parcours s’ouvre avec le contrat signé de l’enfant.');
    END IF;
    IF NEW.started_on IS DISTINCT FROM pathways_last_signature(contract.id, contract.sealed_hash) THEN
        PERFORM pathways_refuse('pathway_starts_at_the_last_signature',
            'Le parcours commence à la dernière des quatre signatures.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_entry BEFORE INSERT OR UPDATE ON pathways_pathway
    FOR EACH ROW EXECUTE FUNCTION pathways_check_entry();
"""

NO_RULES = """
DROP TRIGGER check_entry ON pathways_pathway;
DROP TRIGGER check_signature ON pathways_signature;
DROP TRIGGER hold_sealed_lines ON pathways_contractsharing;
DROP TRIGGER hold_sealed_lines ON pathways_contractobjective;
DROP TRIGGER hold_seal ON pathways_contract;
DROP FUNCTION pathways_check_entry();
DROP FUNCTION pathways_check_signature();
DROP FUNCTION pathways_hold_sealed_lines();
DROP FUNCTION pathways_hold_seal();
DROP FUNCTION pathways_last_signature(bigint, text);
DROP FUNCTION pathways_refuse(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0002_entry")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
