"""An import can be taken back: what nobody may delete, one function may, for the rows of an import alone.

Sealed contracts, signatures and the parents' answers never go by the town's role. `imports_take_back` runs as
the owner of the tables and removes what one row of an import made, once the import is being taken back and if
each of its signatures was taken over from paper. The triggers that hold these rows let a deletion by the
owner
pass; what is written stays under them, whoever writes.
"""

from django.db import migrations

HELD = {
    "pathways_contract": ("hold_seal", "pathways_hold_seal"),
    "pathways_contractobjective": ("hold_sealed_lines", "pathways_hold_sealed_lines"),
    "pathways_exit": ("check_exit", "pathways_check_exit"),
    "pathways_objectiveoutcome": ("check_outcome", "pathways_check_outcome"),
}

IN_TWO = "".join(
    f"""
DROP TRIGGER {name} ON {table};
CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
CREATE TRIGGER {name}_gone BEFORE DELETE ON {table} FOR EACH ROW
    WHEN (current_user IS DISTINCT FROM 'reussite_owner') EXECUTE FUNCTION {function}();
"""
    for table, (name, function) in HELD.items()
)
IN_ONE = "".join(
    f"""
DROP TRIGGER {name}_gone ON {table};
DROP TRIGGER {name} ON {table};
CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
"""
    for table, (name, function) in HELD.items()
)

TAKE_BACK = """
CREATE FUNCTION imports_take_back(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    contracts bigint[];
BEGIN
    IF NOT EXISTS (
        SELECT FROM imports_importrow line JOIN imports_import batch ON batch.id = line.batch_id
         WHERE line.id = wanted AND line.outcome = 'made' AND batch.state = 'undoing') THEN
        PERFORM pathways_refuse('only_an_import_is_taken_back', 'Cette ligne n’est pas à retirer.');
    END IF;
    SELECT coalesce(array_agg(object_id), '{}') INTO contracts
      FROM imports_importeditem WHERE row_id = wanted AND model = 'pathways.contract';
    IF EXISTS (SELECT FROM pathways_signature WHERE contract_id = ANY (contracts) AND way <> 'imported') THEN
        PERFORM pathways_refuse('only_an_import_is_taken_back', 'Ce contrat a été signé ici.');
    END IF;
    DELETE FROM pathways_objectiveoutcome WHERE exit_id IN (
        SELECT object_id FROM imports_importeditem WHERE row_id = wanted AND model = 'pathways.exit');
    DELETE FROM pathways_exit WHERE id IN (
        SELECT object_id FROM imports_importeditem WHERE row_id = wanted AND model = 'pathways.exit');
    DELETE FROM pathways_objective WHERE id IN (
        SELECT object_id FROM imports_importeditem WHERE row_id = wanted AND model = 'pathways.objective');
    DELETE FROM pathways_pathway WHERE contract_id = ANY (contracts) AND id IN (
        SELECT object_id FROM imports_importeditem WHERE row_id = wanted AND model = 'pathways.pathway');
    DELETE FROM pathways_signature WHERE contract_id = ANY (contracts);
    DELETE FROM pathways_contractobjective WHERE contract_id = ANY (contracts);
    DELETE FROM pathways_contract WHERE id = ANY (contracts);
    DELETE FROM pathways_parentalagreement WHERE id IN (
        SELECT object_id FROM imports_importeditem
         WHERE row_id = wanted AND model = 'pathways.parentalagreement');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_tables"), ("pathways", "0011_ending")]
    operations = [
        migrations.RunSQL(IN_TWO, IN_ONE),
        migrations.RunSQL(TAKE_BACK, "DROP FUNCTION imports_take_back(bigint);"),
    ]
