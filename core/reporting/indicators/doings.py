"""What is done, with whom: objectives, actions, hours, partners, meetings."""

from core.reporting.indicators.shapes import Counted, Indicator, Sensitivity, Share, Unit

ACTION_FIELDS = (
    "pathways.Action.domain",
    "pathways.Action.origin",
    "pathways.Action.form",
    "pathways.Session.on",
    "pathways.Session.minutes",
)
HELD = "Séances tenues pendant la période."

DOINGS: tuple[Indicator | Share, ...] = (
    Indicator(
        code="objectives",
        name="Objectifs",
        definition="Objectifs des parcours de la période, en vigueur au moins un jour de la période.",
        population="Objectifs de la période",
        unit=Unit.OBJECTIVES,
        rows="objectives",
        fields=(
            "pathways.Objective.domain",
            "pathways.Objective.since_on",
            "pathways.Objective.dropped_on",
            "pathways.Objective.wished_by",
        ),
        tables=(("domain",), ("wished_by",)),
        theme="actions",
    ),
    Indicator(
        code="actions",
        name="Actions",
        definition="Actions commencées et pas encore terminées au moins un jour de la période.",
        population="Actions de la période",
        unit=Unit.ACTIONS,
        rows="actions",
        fields=("pathways.Action.started_on", "pathways.Action.ended_on", *ACTION_FIELDS[:3]),
        tables=(("domain",), ("origin",), ("form",), ("domain", "origin"), ("form", "origin")),
        theme="actions",
    ),
    Share(
        code="existing_share",
        name="Part des actions menées avec l’existant",
        definition="Actions d’un dispositif existant, rapportées à toutes les actions de la période. Les "
        "autres "
        "sont faites sur mesure.",
        numerator=Counted("actions", "origin", ("existing",)),
        denominator=Counted("actions"),
        of_what="actions de la période",
        theme="actions",
    ),
    Indicator(
        code="sessions_held",
        name="Séances tenues",
        definition=HELD,
        population="Séances tenues pendant la période",
        unit=Unit.SESSIONS,
        rows="sessions",
        fields=ACTION_FIELDS,
        tables=(("form",), ("domain",), ("origin",)),
        theme="actions",
    ),
    Indicator(
        code="minutes_delivered",
        name="Temps délivré",
        definition="Durée des séances tenues pendant la période, une fois par séance quel que soit le nombre "
        "d’enfants. Montré en heures.",
        population="Séances tenues pendant la période",
        unit=Unit.MINUTES,
        rows="sessions",
        measure="minutes",
        fields=ACTION_FIELDS,
        tables=(("form",), ("domain",), ("origin",)),
        theme="actions",
    ),
    Indicator(
        code="presences",
        name="Présences notées",
        definition="Une par enfant et par séance tenue pendant la période.",
        population="Appels faits pendant la période",
        unit=Unit.PRESENCES,
        rows="presences",
        fields=("pathways.Attendance.presence", "pathways.Session.on"),
        tables=(("presence",), ("form", "presence")),
        theme="actions",
    ),
    Indicator(
        code="parents",
        name="Parents présents aux actions collectives",
        definition="Adultes présents à au moins une séance d’action collective pendant la période. Un "
        "adulte connu "
        "est compté une fois, un prénom seul une fois par action.",
        population="Parents inscrits à une action collective",
        unit=Unit.ADULTS,
        rows="parents",
        fields=("pathways.ParentAttendance.presence", "pathways.ParentParticipation.guardian"),
        theme="actions",
    ),
    Indicator(
        code="encounters",
        name="Rencontres et appels",
        definition="Rencontres qui ont eu lieu pendant la période dans le cadre d’un parcours, quel qu’en "
        "soit "
        "l’auteur.",
        population="Rencontres notées pendant la période",
        unit=Unit.ENCOUNTERS,
        rows="encounters",
        fields=("pathways.Encounter.kind", "pathways.Encounter.on", "pathways.Encounter.reached"),
        tables=(("encounter",),),
        theme="actions",
    ),
    Indicator(
        code="partners",
        name="Partenaires mobilisés",
        definition="Structures qui, pendant la période, ont orienté un enfant, mené une action, ou ont eu "
        "une "
        "convention en vigueur.",
        population="Structures de l’annuaire",
        unit=Unit.ORGANISATIONS,
        rows="partners",
        fields=(
            "partners.Organisation.kind",
            "partners.Agreement.starts_on",
            "pathways.Action.organisation",
            "pathways.Referral.organisation",
        ),
        tables=(("kind",),),
        # that one referred a child tells of that child
        sensitivity=Sensitivity.CHILDREN,
        theme="network",
    ),
    Indicator(
        code="meetings_held",
        name="Réunions tenues",
        definition="Réunions de l’équipe pluridisciplinaire de soutien ouvertes pendant la période.",
        population="Réunions de la période",
        unit=Unit.MEETINGS,
        rows="meetings",
        fields=("meetings.Meeting.starts_at", "meetings.Meeting.opened_at"),
        sensitivity=Sensitivity.NONE,
        theme="network",
    ),
    Indicator(
        code="situations",
        name="Situations vues en réunion",
        definition="Situations à l’ordre du jour des réunions tenues pendant la période, selon la décision. "
        "Une même situation vue à deux réunions compte deux fois.",
        population="Ordres du jour des réunions tenues",
        unit=Unit.SITUATIONS,
        rows="situations",
        fields=("meetings.AgendaItem.decision", "pathways.Decision.kind"),
        tables=(("decision",),),
        theme="network",
    ),
)
