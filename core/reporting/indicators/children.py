"""Children and families of a period."""

from core.reporting.indicators.shapes import Counted, Indicator, Share, Unit

OF_THE_PERIOD = (
    "Enfants dont un parcours est ouvert pendant la période, ou présents à au moins une séance d’action "
    "collective pendant la période. Un enfant est compté une fois. Une entrée par erreur, constatée à la "
    "date de l’état, n’est pas comptée. Des dossiers réunis comptent pour un enfant."
)
CHILD_FIELDS = (
    "pathways.Pathway.started_on",
    "pathways.Pathway.ended_on",
    "pathways.Attendance.presence",
    "pathways.Session.on",
    "children.Child.merged_into",
    "children.Child.sex",
    "children.Child.birth_on",
    "children.Enrolment.level",
    "children.Enrolment.school",
    "children.SchoolNetworkYear.network",
    "children.Address.in_district",
)

CHILDREN: tuple[Indicator | Share, ...] = (
    Indicator(
        code="children",
        name="Enfants accompagnés",
        definition=OF_THE_PERIOD
        + " L’âge est pris au jour indiqué. Le niveau, l’établissement et l’adresse sont les derniers connus "
        "pendant la période.",
        population="Enfants de la période",
        unit=Unit.CHILDREN,
        rows="children",
        fields=CHILD_FIELDS,
        tables=(
            ("participation",),
            ("sex",),
            ("bracket",),
            ("bracket", "sex"),
            ("level",),
            ("residence",),
            ("district",),
            ("network",),
            ("network", "residence"),
            ("bracket", "participation"),
            ("participation", "sex"),
        ),
        theme="children",
    ),
    Share(
        code="individualisation",
        name="Taux d’individualisation",
        definition="Enfants ayant un parcours, rapportés à tous les enfants de la période.",
        numerator=Counted("children", "participation", ("pathway", "both")),
        denominator=Counted("children"),
        of_what="enfants de la période",
        theme="children",
    ),
    Indicator(
        code="families",
        name="Familles",
        definition="Fratries des enfants de la période\u00a0: deux enfants qu’un même adulte de la famille "
        "relie, "
        "directement ou de proche en proche, au jour de l’état, sont d’une même famille. Un enfant sans "
        "adulte "
        "connu compte pour une famille.",
        population="Enfants de la période",
        unit=Unit.FAMILIES,
        rows="families",
        fields=("children.Guardianship.guardian", "children.Guardianship.link"),
        theme="children",
    ),
    Share(
        code="residence_share",
        name="Part des enfants en quartier prioritaire",
        definition="Enfants dont l’adresse est en QPV, rapportés à ceux dont l’adresse a été vérifiée. "
        "Les adresses non vérifiées sont comptées à part.",
        numerator=Counted("children", "residence", ("in_district",)),
        denominator=Counted("children", "residence", ("in_district", "outside")),
        of_what="enfants dont l’adresse a été vérifiée",
        theme="children",
    ),
    Share(
        code="network_share",
        name="Part des enfants scolarisés en REP ou REP+",
        definition="Enfants scolarisés en REP ou REP+, rapportés à ceux dont l’établissement est connu.",
        numerator=Counted("children", "network", ("REP", "REP+")),
        denominator=Counted("children", "network", ("REP", "REP+", "none")),
        of_what="enfants dont l’établissement est connu",
        theme="children",
    ),
)
