"""The end of a pathway, its pauses, who accompanies in turn: and what no path may break of them."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

RULES = """
-- An exit is of a pathway that goes on, not before its first day; its reason is a word of the town's list.
CREATE FUNCTION pathways_check_exit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pathway pathways_pathway%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM pathways_pathway WHERE id = OLD.pathway_id AND state = 'ended') THEN
            PERFORM pathways_refuse('exit_of_an_ended_pathway_stays',
                    'La sortie d’un parcours terminé ne s’efface pas.');
        END IF;
        RETURN OLD;
    END IF;
    SELECT * INTO pathway FROM pathways_pathway WHERE id = NEW.pathway_id FOR UPDATE;
    IF TG_OP = 'INSERT' AND pathway.state = 'ended' THEN
        PERFORM pathways_refuse('exit_of_an_open_pathway', 'Ce parcours est déjà terminé.');
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.pathway_id, NEW."on") IS DISTINCT FROM (OLD.pathway_id, OLD."on") THEN
        PERFORM pathways_refuse('exit_keeps_its_day', 'Le jour d’une sortie ne change plus.');
    END IF;
    IF NEW."on" < pathway.started_on THEN
        PERFORM pathways_refuse('no_exit_before_the_start', 'La fin du parcours précède son début.');
    END IF;
    IF NEW.reason_id IS NOT NULL
        AND (TG_OP = 'INSERT' OR (NEW.reason_id, NEW.national) IS DISTINCT FROM (OLD.reason_id, OLD.national))
        AND NOT EXISTS (SELECT FROM pathways_term WHERE id = NEW.reason_id
                         AND kind = 'exit_reason' AND national = NEW.national) THEN
        PERFORM pathways_refuse('exit_reason_is_of_the_list',
                'Le motif est l’un des motifs de sortie de la ville.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_exit BEFORE INSERT OR UPDATE OR DELETE ON pathways_exit
    FOR EACH ROW EXECUTE FUNCTION pathways_check_exit();

-- Whoever has an exit has ended, that very day: seen at the commit.
ALTER TABLE pathways_pathway ADD CONSTRAINT pathway_and_its_end UNIQUE (id, ended_on);
ALTER TABLE pathways_exit ADD CONSTRAINT exit_is_the_end_of_its_pathway
    FOREIGN KEY (pathway_id, "on") REFERENCES pathways_pathway (id, ended_on) DEFERRABLE INITIALLY DEFERRED;

-- A pathway ends with its exit, that day, and one outcome for each objective in force. It is suspended while a
-- suspension is open.
CREATE FUNCTION pathways_check_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    IF NEW.state = 'ended' THEN
        SELECT id INTO found FROM pathways_exit WHERE pathway_id = NEW.id AND "on" = NEW.ended_on;
        IF found IS NULL THEN
            PERFORM pathways_refuse('ended_pathway_has_its_exit',
                    'Un parcours se termine avec un motif de sortie, à sa date.');
        END IF;
        IF EXISTS (SELECT FROM pathways_objective objective
                    WHERE objective.pathway_id = NEW.id AND objective.dropped_on IS NULL
                      AND NOT EXISTS (SELECT FROM pathways_objectiveoutcome outcome
                                       WHERE outcome.objective_id = objective.id
                                         AND outcome.exit_id = found)) THEN
            PERFORM pathways_refuse('each_objective_has_its_outcome',
                    'Chaque objectif en vigueur dit ce qu’il en est.');
        END IF;
    END IF;
    IF (NEW.state = 'suspended') IS DISTINCT FROM EXISTS (
        SELECT FROM pathways_suspension WHERE pathway_id = NEW.id AND until_on IS NULL) THEN
        PERFORM pathways_refuse('suspended_while_a_suspension_is_open',
                'Un parcours est suspendu tant que sa suspension est ouverte.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_end BEFORE INSERT OR UPDATE OF state, ended_on ON pathways_pathway
    FOR EACH ROW EXECUTE FUNCTION pathways_check_end();

-- An outcome is of an objective in force of the very pathway that ends; afterwards its words alone change.
CREATE FUNCTION pathways_check_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pathway pathways_pathway%ROWTYPE;
BEGIN
    SELECT pathway_.* INTO pathway FROM pathways_exit ending
      JOIN pathways_pathway pathway_ ON pathway_.id = ending.pathway_id
     WHERE ending.id = (CASE TG_OP WHEN 'DELETE' THEN OLD.exit_id ELSE NEW.exit_id END);
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.exit_id, NEW.objective_id) IS DISTINCT FROM (OLD.exit_id, OLD.objective_id) THEN
            PERFORM pathways_refuse('outcome_stays_with_its_objective',
                    'Ce qu’il en est d’un objectif reste avec lui.');
        END IF;
        RETURN NEW;
    END IF;
    IF pathway.state = 'ended' THEN
        PERFORM pathways_refuse('ended_pathway_keeps_its_outcomes',
                'Ce parcours est terminé : ce qu’il en est de ses objectifs reste écrit.');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT FROM pathways_objective WHERE id = NEW.objective_id
                      AND pathway_id = pathway.id AND dropped_on IS NULL) THEN
        PERFORM pathways_refuse('outcome_of_an_own_objective',
                'L’objectif est un objectif en vigueur de ce parcours.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_outcome BEFORE INSERT OR UPDATE OR DELETE ON pathways_objectiveoutcome
    FOR EACH ROW EXECUTE FUNCTION pathways_check_outcome();

CREATE FUNCTION pathways_check_suspension() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pathway pathways_pathway%ROWTYPE;
BEGIN
    SELECT * INTO pathway FROM pathways_pathway WHERE id = NEW.pathway_id FOR UPDATE;
    IF TG_OP = 'UPDATE' AND (NEW.pathway_id, NEW.since_on) IS DISTINCT FROM (OLD.pathway_id, OLD.since_on) THEN
        PERFORM pathways_refuse('suspension_keeps_its_day', 'Le premier jour d’une suspension ne change plus.');
    END IF;
    IF TG_OP = 'INSERT' AND pathway.state = 'ended' THEN
        PERFORM pathways_refuse('suspension_of_an_open_pathway', 'Ce parcours est terminé.');
    END IF;
    IF NEW.since_on < pathway.started_on THEN
        PERFORM pathways_refuse('no_suspension_before_the_start', 'La suspension précède le début du parcours.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_suspension BEFORE INSERT OR UPDATE ON pathways_suspension
    FOR EACH ROW EXECUTE FUNCTION pathways_check_suspension();

-- What ended is read, not written.
CREATE FUNCTION pathways_hold_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pathways_pathway WHERE id = NEW.pathway_id AND state = 'ended') THEN
        PERFORM pathways_refuse('ended_pathway_stays',
                'Ce parcours est terminé : on peut le relire, il ne change plus.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_ended BEFORE INSERT OR UPDATE ON pathways_encounter
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_ended();
CREATE TRIGGER hold_ended BEFORE INSERT OR UPDATE ON pathways_appointment
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_ended();
CREATE TRIGGER hold_ended BEFORE INSERT OR UPDATE ON pathways_objective
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_ended();

CREATE FUNCTION pathways_hold_ended_objective() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pathways_objective objective
                 JOIN pathways_pathway pathway ON pathway.id = objective.pathway_id
                WHERE objective.id = NEW.objective_id AND pathway.state = 'ended') THEN
        PERFORM pathways_refuse('ended_pathway_stays',
                'Ce parcours est terminé : on peut le relire, il ne change plus.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_ended BEFORE INSERT OR UPDATE ON pathways_solution
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_ended_objective();
CREATE TRIGGER hold_ended BEFORE INSERT ON pathways_participation
    FOR EACH ROW EXECUTE FUNCTION pathways_hold_ended_objective();

ALTER TABLE pathways_stopped ADD CONSTRAINT stopped_is_one_thing CHECK (
    num_nonnulls(participation_id, action_id, session_id, appointment_id, amendment_id, link_id, suspension_id) = 1);

-- Where a colleague was named on a day, the former's last day is the one before.
UPDATE pathways_referentlink former
   SET until_on = greatest(later.since_on, former.since_on) - 1
  FROM pathways_referentlink later
 WHERE later.child_id = former.child_id AND later.id > former.id
   AND later.since_on = former.until_on;

-- One referent at a time: who accompanies on a day is one answer.
CREATE FUNCTION pathways_check_referent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM children_child WHERE id = NEW.child_id FOR NO KEY UPDATE;
    IF coalesce(NEW.until_on, 'infinity') >= NEW.since_on AND EXISTS (
        SELECT FROM pathways_referentlink other
         WHERE other.child_id = NEW.child_id AND other.id <> NEW.id
           AND coalesce(other.until_on, 'infinity') >= other.since_on
           AND other.since_on <= coalesce(NEW.until_on, 'infinity')
           AND coalesce(other.until_on, 'infinity') >= NEW.since_on) THEN
        PERFORM pathways_refuse('one_referent_at_a_time',
                'Une autre personne accompagne déjà l’enfant à cette date.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_referent BEFORE INSERT OR UPDATE OF since_on, until_on ON pathways_referentlink
    FOR EACH ROW EXECUTE FUNCTION pathways_check_referent();

CREATE FUNCTION pathways_check_hand_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pathways_referentlink former JOIN pathways_referentlink new_
                       ON new_.child_id = former.child_id AND new_.id <> former.id
                    WHERE former.id = NEW.former_id AND new_.id = NEW.new_id AND new_.since_on = NEW."on") THEN
        PERFORM pathways_refuse('hand_over_of_one_child',
                'Un passage de relais est celui d’un enfant, au premier jour du nouveau lien.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_hand_over BEFORE INSERT OR UPDATE ON pathways_handover
    FOR EACH ROW EXECUTE FUNCTION pathways_check_hand_over();
"""

NO_RULES = """
DROP TRIGGER check_hand_over ON pathways_handover;
DROP TRIGGER check_referent ON pathways_referentlink;
ALTER TABLE pathways_stopped DROP CONSTRAINT stopped_is_one_thing;
DROP TRIGGER hold_ended ON pathways_participation;
DROP TRIGGER hold_ended ON pathways_solution;
DROP TRIGGER hold_ended ON pathways_objective;
DROP TRIGGER hold_ended ON pathways_appointment;
DROP TRIGGER hold_ended ON pathways_encounter;
DROP TRIGGER check_suspension ON pathways_suspension;
DROP TRIGGER check_outcome ON pathways_objectiveoutcome;
DROP TRIGGER check_end ON pathways_pathway;
ALTER TABLE pathways_exit DROP CONSTRAINT exit_is_the_end_of_its_pathway;
ALTER TABLE pathways_pathway DROP CONSTRAINT pathway_and_its_end;
DROP TRIGGER check_exit ON pathways_exit;
DROP FUNCTION pathways_check_hand_over();
DROP FUNCTION pathways_check_referent();
DROP FUNCTION pathways_hold_ended_objective();
DROP FUNCTION pathways_hold_ended();
DROP FUNCTION pathways_check_suspension();
DROP FUNCTION pathways_check_outcome();
DROP FUNCTION pathways_check_end();
DROP FUNCTION pathways_check_exit();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("children", "0001_initial"),
        ("partners", "0002_directory"),
        ("pathways", "0010_group_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AfterExit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="mois après la sortie")),
                ("due_on", models.DateField(verbose_name="à prendre le")),
                ("opens_on", models.DateField(verbose_name="ouvre l’identité de l’enfant à partir du")),
                ("closes_on", models.DateField(verbose_name="jusqu’au")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="prises le")),
                ("reached", models.BooleanField(null=True, verbose_name="la famille a été jointe")),
                (
                    "became",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="ce qu’il en est, en une ligne"
                    ),
                ),
                ("noted_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Exit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="le")),
                (
                    "national",
                    models.CharField(
                        choices=[
                            ("goals_met", "Objectifs atteints"),
                            ("existing_schemes", "Relais vers le droit commun"),
                            ("care", "Relais soin"),
                            ("child_protection", "Relais vers la protection de l’enfance"),
                            ("moved", "Déménagement"),
                            ("family_stopped", "Arrêt voulu par la famille"),
                            ("lost", "Perdu de vue"),
                            ("age_limit", "Limite d’âge"),
                            ("end_of_term", "Fin de la durée prévue"),
                            ("mistake", "Entrée par erreur"),
                            ("death", "Décès"),
                        ],
                        max_length=20,
                        verbose_name="motif, code national",
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[
                            ("family", "La famille"),
                            ("child", "L’enfant ou le jeune"),
                            ("team", "L’équipe"),
                            ("school", "L’école"),
                            ("partner", "Un partenaire"),
                            ("event", "Personne : un départ, un âge, un terme"),
                        ],
                        max_length=10,
                        verbose_name="demandée par",
                    ),
                ),
                ("said_by", models.CharField(blank=True, max_length=200, verbose_name="qui l’a dit")),
                (
                    "said_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("call", "Appel"),
                            ("visit", "Visite à domicile"),
                            ("meeting", "Rencontre"),
                            ("message", "Message"),
                            ("letter", "Courrier"),
                        ],
                        max_length=10,
                        verbose_name="comment",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="en quelques mots")),
                (
                    "strengths",
                    models.TextField(blank=True, verbose_name="ce que l’enfant sait faire, ce qui va bien"),
                ),
                (
                    "relay_words",
                    models.CharField(blank=True, max_length=200, verbose_name="relais, en une ligne"),
                ),
                (
                    "relay_state",
                    models.CharField(
                        choices=[
                            ("none", "Pas de relais"),
                            ("proposed", "Proposé, sans réponse"),
                            ("accepted", "Accepté"),
                            ("declined", "Refusé"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="relais",
                    ),
                ),
                ("relay_on", models.DateField(blank=True, null=True, verbose_name="réponse du")),
                ("relay_noted_at", models.DateTimeField(blank=True, null=True)),
                ("noted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="le")),
                ("note", models.TextField(blank=True, verbose_name="à savoir d’abord")),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("objectives", "Les objectifs et ce qui est fait"),
                                ("story", "Ce qui s’est passé"),
                                ("contract", "Le contrat en vigueur"),
                                ("family", "Les adultes autour de l’enfant"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="à lire d’abord",
                    ),
                ),
                ("noted_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="lu le")),
            ],
        ),
        migrations.CreateModel(
            name="ObjectiveOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "Atteint"),
                            ("partly", "Atteint en partie"),
                            ("not_met", "Non atteint"),
                            ("not_started", "Non commencé"),
                            ("unknown", "À dire"),
                        ],
                        max_length=12,
                        verbose_name="ce qu’il en est",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="en une ligne")),
            ],
        ),
        migrations.CreateModel(
            name="Stopped",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was_until_on", models.DateField(blank=True, null=True)),
                ("was_state", models.CharField(blank=True, max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since_on", models.DateField(verbose_name="depuis le")),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="reprise envisagée le")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                ("reason", models.CharField(max_length=300, verbose_name="parce que")),
                ("noted_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="referentlink",
            name="referent_dates_in_order",
        ),
        migrations.AddConstraint(
            model_name="referentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    (
                        "until_on__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("since_on"), "-", models.Value(datetime.timedelta(days=1))
                        ),
                    ),
                    _connector="OR",
                ),
                name="referent_dates_in_order",
            ),
        ),
        migrations.AddField(
            model_name="afterexit",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="afterexit",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="exit",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="exit",
            name="pathway",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="exit", to="pathways.pathway"
            ),
        ),
        migrations.AddField(
            model_name="exit",
            name="reason",
            field=models.ForeignKey(
                blank=True,
                limit_choices_to={"active": True, "kind": "exit_reason"},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.term",
                verbose_name="motif",
            ),
        ),
        migrations.AddField(
            model_name="exit",
            name="relay_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="exit",
            name="relay_organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
                verbose_name="relais vers la structure",
            ),
        ),
        migrations.AddField(
            model_name="afterexit",
            name="exit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="looks", to="pathways.exit"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="former",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handed_over",
                to="pathways.referentlink",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="new",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received_by",
                to="pathways.referentlink",
            ),
        ),
        migrations.AddField(
            model_name="objectiveoutcome",
            name="exit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="outcomes", to="pathways.exit"
            ),
        ),
        migrations.AddField(
            model_name="objectiveoutcome",
            name="objective",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="pathways.objective"
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="action",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pathways.action"
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="amendment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pathways.contract",
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="appointment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pathways.appointment",
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="exit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="stopped", to="pathways.exit"
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="link",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pathways.referentlink",
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="participation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pathways.participation",
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="session",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pathways.session",
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="pathway",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="pathways.pathway"
            ),
        ),
        migrations.AddField(
            model_name="stopped",
            name="suspension",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pathways.suspension",
            ),
        ),
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "national__in",
                        [
                            "goals_met",
                            "existing_schemes",
                            "care",
                            "child_protection",
                            "moved",
                            "family_stopped",
                            "lost",
                            "age_limit",
                            "end_of_term",
                            "mistake",
                            "death",
                        ],
                    )
                ),
                name="exit_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by__in", ["family", "child", "team", "school", "partner", "event"])
                ),
                name="exit_asked_by_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("said_how", ""),
                    ("said_how__in", ["call", "visit", "meeting", "message", "letter"]),
                    _connector="OR",
                ),
                name="exit_said_how_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("national", "family_stopped"), _negated=True),
                    models.Q(
                        models.Q(("said_by", ""), _negated=True), models.Q(("said_how", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="withdrawal_says_who_and_how",
                violation_error_message="Dites qui, dans la famille, l’a dit, et comment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=models.Q(("relay_state__in", ["none", "proposed", "accepted", "declined"])),
                name="exit_relay_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("relay_organisation__isnull", True), ("relay_state", "none"), ("relay_words", "")
                    ),
                    models.Q(
                        models.Q(("relay_state", "none"), _negated=True),
                        models.Q(
                            ("relay_organisation__isnull", False),
                            models.Q(("relay_words", ""), _negated=True),
                            _connector="OR",
                        ),
                        ("relay_by__isnull", False),
                        ("relay_noted_at__isnull", False),
                        ("relay_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="relay_is_to_somebody_and_dated",
                violation_error_message="Dites vers qui est le relais.",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterexit",
            constraint=models.UniqueConstraint(
                models.F("exit"), models.F("months"), name="after_exit_once_a_term"
            ),
        ),
        migrations.AddConstraint(
            model_name="afterexit",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__gte", 1), ("months__lte", 36)), name="after_exit_months_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="afterexit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closes_on__gte", models.F("due_on")), ("opens_on__lte", models.F("due_on"))
                ),
                name="after_exit_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterexit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("became", ""), ("done_on__isnull", True), ("reached__isnull", True)),
                    models.Q(
                        ("by__isnull", False),
                        ("done_on__isnull", False),
                        ("reached__isnull", False),
                        models.Q(
                            ("reached", False), models.Q(("became", ""), _negated=True), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="after_exit_says_what_became",
                violation_error_message="Dites en une ligne ce qu’il en est.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at__isnull", True), ("read_at__isnull", True), _connector="OR"
                ),
                name="hand_over_read_or_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                models.F("former"),
                condition=models.Q(("cancelled_at__isnull", True)),
                name="hand_over_once_a_link",
                violation_error_message="Un passage de relais est déjà prévu pour cet enfant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="objectiveoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["met", "partly", "not_met", "not_started", "unknown"])),
                name="objective_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                models.F("pathway"),
                condition=models.Q(("until_on__isnull", True)),
                name="one_open_suspension_a_pathway",
                violation_error_message="Ce parcours est déjà suspendu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True), ("until_on__gte", models.F("since_on")), _connector="OR"
                ),
                name="suspension_dates_in_order",
                violation_error_message="La reprise précède la suspension.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_on__isnull", True), ("expected_on__gte", models.F("since_on")), _connector="OR"
                ),
                name="suspension_expected_after_it_begins",
                violation_error_message="La reprise envisagée précède la suspension.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="suspension_says_why",
                violation_error_message="Dites en une ligne pourquoi.",
            ),
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
