"""What no path may break: a note that does not move after a day, and health notes where they may lie alone."""

from django.db import migrations

RULES = """
CREATE FUNCTION notes_refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = rule, MESSAGE = message;
END $$;

-- Health: only where the town's file declares certified hosting or its own servers.
CREATE FUNCTION notes_check_hosting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.facet = 'health' AND NOT EXISTS (SELECT FROM notes_healthhosting) THEN
        PERFORM notes_refuse('health_needs_hosting',
                'Aucune note de santé : la ville n’a pas déclaré d’hébergement de données de santé.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_hosting BEFORE INSERT OR UPDATE OF facet ON notes_note
    FOR EACH ROW EXECUTE FUNCTION notes_check_hosting();
CREATE TRIGGER check_hosting BEFORE INSERT OR UPDATE OF facet ON notes_attachment
    FOR EACH ROW EXECUTE FUNCTION notes_check_hosting();

-- Whose note it is never changes; its words change within a day, by a rewriting that says when; what is struck stays.
CREATE FUNCTION notes_hold_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.child_id, NEW.by_id, NEW.written_at) IS DISTINCT FROM (OLD.child_id, OLD.by_id, OLD.written_at) THEN
        PERFORM notes_refuse('note_keeps_its_author', 'Une note garde son enfant, son auteur et sa date.');
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
CREATE TRIGGER hold_note BEFORE UPDATE ON notes_note FOR EACH ROW EXECUTE FUNCTION notes_hold_note();

-- A file is the one that was sent: it can be removed, never replaced, nor come back.
CREATE FUNCTION notes_hold_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.child_id, NEW.by_id, NEW.at, NEW.sha256) IS DISTINCT FROM (OLD.child_id, OLD.by_id, OLD.at, OLD.sha256)
        OR OLD.removed_at IS NOT NULL
        OR (NEW.file IS DISTINCT FROM OLD.file AND NEW.removed_at IS NULL) THEN
        PERFORM notes_refuse('attachment_is_what_was_sent', 'Un document ne se remplace pas : retirez-le.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_attachment BEFORE UPDATE ON notes_attachment
    FOR EACH ROW EXECUTE FUNCTION notes_hold_attachment();
"""

NO_RULES = """
DROP TRIGGER hold_attachment ON notes_attachment;
DROP TRIGGER hold_note ON notes_note;
DROP TRIGGER check_hosting ON notes_attachment;
DROP TRIGGER check_hosting ON notes_note;
DROP FUNCTION notes_hold_attachment();
DROP FUNCTION notes_hold_note();
DROP FUNCTION notes_check_hosting();
DROP FUNCTION notes_refuse(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0001_around_a_child")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
