"""From the referral to the exit."""

from core.reporting.indicators.shapes import Counted, Indicator, Mean, Share, Unit

REFERRAL_FIELDS = (
    "pathways.Referral.received_on",
    "pathways.Referral.source",
    "pathways.Referral.motives",
    "pathways.ParentalAgreement.kind",
    "pathways.Decision.kind",
    "pathways.Referral.closed_on",
    "pathways.Pathway.started_on",
)
PATHWAY_FIELDS = (
    "pathways.Pathway.started_on",
    "pathways.Pathway.ended_on",
    "pathways.Exit.reason",
    "pathways.Suspension.since_on",
)
NO_MISTAKE = " Les entrées par erreur, constatées à la date de l’état, n’y sont pas."

ENTRIES: tuple[Indicator | Share | Mean, ...] = (
    Indicator(
        code="referrals",
        name="Orientations reçues",
        definition="Orientations reçues pendant la période, une par enfant, y compris celles qui n’ont pas "
        "eu de "
        "suite. La suite est celle que disent, à la date de l’état, l’accord de la famille, la décision "
        "de l’équipe et l’entrée.",
        population="Orientations reçues pendant la période",
        unit=Unit.REFERRALS,
        rows="referrals",
        fields=REFERRAL_FIELDS,
        tables=(("source",), ("uptake",), ("source", "uptake")),
        theme="referrals",
    ),
    Indicator(
        code="referral_motives",
        name="Motifs des orientations",
        definition="Orientations reçues pendant la période qui portent ce motif. Une orientation peut avoir "
        "plusieurs motifs.",
        population="Orientations reçues pendant la période",
        unit=Unit.REFERRALS,
        rows="motives",
        fields=REFERRAL_FIELDS,
        tables=(("motive",), ("motive", "uptake")),
        theme="referrals",
    ),
    Share(
        code="uptake_share",
        name="Part des orientations suivies d’une entrée",
        definition="Orientations suivies d’une entrée dans le PRE à la date de l’état, rapportées à toutes "
        "les "
        "orientations reçues pendant la période.",
        numerator=Counted("referrals", "uptake", ("entered",)),
        denominator=Counted("referrals"),
        of_what="orientations reçues",
        theme="referrals",
    ),
    Indicator(
        code="referent_waits",
        name="Enfants admis",
        definition="Orientations dont l’entrée a été décidée pendant la période, selon qu’un référent a été "
        "nommé "
        "ou non à la date de l’état.",
        population="Décisions d’entrée de la période",
        unit=Unit.REFERRALS,
        rows="waits",
        fields=("pathways.Decision.decided_on", "pathways.ReferentLink.since_on"),
        tables=(("waiting",),),
        theme="referrals",
    ),
    Mean(
        code="referent_wait",
        name="Attente d’un référent",
        definition="Jours entre la décision d’entrée et le premier jour du référent. Ceux qui attendent "
        "encore "
        "sont comptés à part.",
        spread="referent_wait",
        of_what="enfants admis dont le référent a été nommé",
        unit="days",
        theme="referrals",
    ),
    Indicator(
        code="pathways",
        name="Parcours de la période",
        definition="Parcours ouverts au moins un jour de la période." + NO_MISTAKE,
        population="Parcours de la période",
        unit=Unit.PATHWAYS,
        rows="pathways",
        fields=PATHWAY_FIELDS,
        tables=(("standing",),),
        theme="pathways",
    ),
    Indicator(
        code="pathways_opened",
        name="Parcours commencés",
        definition="Parcours dont le premier jour, celui de la dernière des quatre signatures, est dans la "
        "période." + NO_MISTAKE,
        population="Parcours de la période",
        unit=Unit.PATHWAYS,
        rows="pathways",
        where=(("opened", ("yes",)),),
        fields=PATHWAY_FIELDS,
        tables=(("sex",), ("bracket",)),
        theme="pathways",
    ),
    Indicator(
        code="pathways_open",
        name="Parcours ouverts à la date de l’état",
        definition="Parcours commencés et pas terminés à la date de l’état, suspendus compris." + NO_MISTAKE,
        population="Parcours de la période",
        unit=Unit.PATHWAYS,
        rows="pathways",
        where=(("standing", ("active", "suspended")),),
        fields=PATHWAY_FIELDS,
        tables=(("standing",),),
        theme="pathways",
    ),
    Indicator(
        code="pathways_ended",
        name="Parcours terminés",
        definition="Parcours dont le dernier jour est dans la période, selon le motif de sortie."
        + NO_MISTAKE,
        population="Parcours terminés pendant la période",
        unit=Unit.PATHWAYS,
        rows="pathways",
        where=(("standing", ("ended",)),),
        fields=PATHWAY_FIELDS,
        tables=(("reason",), ("duration",), ("sex",), ("bracket",)),
        theme="pathways",
    ),
    Indicator(
        code="exit_outcomes",
        name="Objectifs à la sortie",
        definition="Objectifs des parcours terminés pendant la période, selon ce qu’ils sont devenus.",
        population="Objectifs des parcours terminés pendant la période",
        unit=Unit.OBJECTIVES,
        rows="outcomes",
        fields=("pathways.ObjectiveOutcome.outcome",),
        tables=(("outcome",), ("domain",), ("domain", "outcome")),
        theme="pathways",
    ),
    Indicator(
        code="mistakes",
        name="Entrées par erreur",
        definition="Parcours terminés pendant la période parce qu’ils avaient été ouverts par erreur. Ils "
        "ne sont "
        "comptés nulle part ailleurs.",
        population="Parcours terminés pendant la période",
        unit=Unit.PATHWAYS,
        rows="mistakes",
        fields=PATHWAY_FIELDS,
        theme="pathways",
    ),
    Mean(
        code="pathway_duration",
        name="Durée des parcours terminés",
        definition="Du premier au dernier jour, suspensions comprises, en mois de 30,44\u00a0jours.",
        spread="pathway_duration",
        of_what="parcours terminés pendant la période",
        unit="months",
        theme="pathways",
    ),
    Indicator(
        code="reviews_due",
        name="Bilans attendus",
        definition="Bilans dont la date prévue est dans la période et déjà passée à la date de l’état.",
        population="Bilans prévus pendant la période",
        unit=Unit.REVIEWS,
        rows="reviews",
        fields=("pathways.Review.due_on", "pathways.Review.held_on"),
        tables=(("punctuality",),),
        theme="pathways",
    ),
    Share(
        code="reviews_on_time",
        name="Bilans tenus à temps",
        definition="Bilans tenus à la date prévue ou avant, rapportés aux bilans attendus.",
        numerator=Counted("reviews_due", "punctuality", ("on_time",)),
        denominator=Counted("reviews_due"),
        of_what="bilans attendus",
        theme="pathways",
    ),
)
