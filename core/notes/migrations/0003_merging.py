"""Two files of one child that are put together bring their notes and documents along."""

from django.db import migrations

NOTE = """
CREATE OR REPLACE FUNCTION notes_hold_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.by_id, NEW.written_at) IS DISTINCT FROM (OLD.by_id, OLD.written_at) THEN
        PERFORM notes_refuse('note_keeps_its_author', 'Une note garde son auteur et sa date.');
    END IF;
    IF OLD.struck_at IS NOT NULL AND (NEW.struck_at, NEW.struck_by_id, NEW.struck_because)
        IS DISTINCT FROM (OLD.struck_at, OLD.struck_by_id, OLD.struck_because) THEN
        PERFORM notes_refuse('struck_note_stays', 'Une note barrée reste barrée.');
    END IF;
    IF (NEW.facet, NEW.on, NEW.observation, NEW.opinion)
        IS DISTINCT FROM (OLD.facet, OLD.on, OLD.observation, OLD.opinion)
        AND (OLD.struck_at IS NOT NULL OR NEW.rewritten_at IS NULL
             OR NEW.rewritten_at IS NOT DISTINCT FROM OLD.rewritten_at
             OR NEW.rewritten_at < OLD.written_at
             OR NEW.rewritten_at > OLD.written_at + interval '1 day') THEN
        PERFORM notes_refuse('note_moves_within_a_day',
                'Cette note a plus d’un jour : ajoutez une correction, elle la suivra.');
    END IF;
    RETURN NEW;
END $$;
"""
ATTACHMENT = """
CREATE OR REPLACE FUNCTION notes_hold_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.by_id, NEW.at, NEW.sha256) IS DISTINCT FROM (OLD.by_id, OLD.at, OLD.sha256)
        OR (OLD.removed_at IS NOT NULL AND (NEW.removed_at, NEW.removed_by_id, NEW.removed_because, NEW.file)
            IS DISTINCT FROM (OLD.removed_at, OLD.removed_by_id, OLD.removed_because, OLD.file))
        OR (NEW.file IS DISTINCT FROM OLD.file AND NEW.removed_at IS NULL) THEN
        PERFORM notes_refuse('attachment_is_what_was_sent', 'Un document ne se remplace pas : retirez-le.');
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0002_rules")]
    operations = [migrations.RunSQL(NOTE + ATTACHMENT, migrations.RunSQL.noop)]
