"""Ends, pauses and passages: what nobody closes by itself, and what is to be asked for afterwards."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from core.children.models import Child
from core.notifications.today.shapes import Line, Press, Reader, Source
from core.pathways import ending
from core.pathways.models import AfterExit, Exit, HandOver, Pathway, Suspension
from core.people.enums import Role
from core.ui.typography import counted, days_away

FOLLOWING = (Role.COORDINATOR, Role.REFERENT)
ASKING = (*FOLLOWING, Role.SECRETARY)
RELAYS = "relais-sans-reponse"


# --- ends ---------------------------------------------------------------------------------------
def _past(reader: Reader) -> "QuerySet[Pathway] | None":
    return ending.ends_past(reader.user, reader.day) if reader.has(*FOLLOWING) else None


def _in_sight(reader: Reader) -> "QuerySet[Pathway] | None":
    return ending.ends_in_sight(reader.user, reader.day) if reader.has(*FOLLOWING) else None


def _ends(rows: Sequence[Pathway], reader: Reader) -> list[Line]:
    """The coordination writes the exit; a referent looks first, for the end is not one's alone to say."""
    lines = []
    for row in rows:
        late = row.planned_end_on < reader.day
        away = days_away(row.planned_end_on, reader.day)
        page = reverse("pathways:pathway", args=[row.pk])
        act = ("Terminer ou renouveler", page)
        if late and reader.coordinates:
            act = ("Dire la sortie", reverse("pathways:exit", args=[row.pk]))
        lines.append(_line(row, page, f"fin prévue {away}", *act, late=late))
    return lines


def _line(pathway: Pathway, url: str, detail: str, do: str, do_url: str, *, late: bool = False) -> Line:
    name = pathway.child.full_name
    return Line(name, url, detail, do, do_url, late=late, child_id=pathway.child_id)


# --- pauses -------------------------------------------------------------------------------------
def _paused(reader: Reader) -> "QuerySet[Suspension] | None":
    return ending.long_suspended(reader.user, reader.day) if reader.has(*FOLLOWING) else None


def _pauses(rows: Sequence[Suspension], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        detail = f"suspendu depuis {counted((reader.day - row.since_on).days, 'jour')}"
        if row.expected_on is not None:
            detail = f"reprise envisagée {days_away(row.expected_on, reader.day)}"
        page = reverse("pathways:pathway", args=[row.pathway_id])
        act = ("Reprendre le parcours", reverse("pathways:resume_pathway", args=[row.pathway_id]))
        lines.append(_line(row.pathway, page, detail, *act))
    return lines


# --- after the end ------------------------------------------------------------------------------
def _to_ask(reader: Reader) -> "QuerySet[AfterExit] | None":
    """Whoever was charged with it; the coordination, where nobody is."""
    return ending.after_exits_due(reader.user, reader.day) if reader.has(*ASKING) else None


def _news(rows: Sequence[AfterExit], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        page = reverse("pathways:after_exit", args=[row.pk])
        detail = (
            f"{counted(row.months, 'mois', 'mois')} après la sortie, à prendre {_since(row.due_on, reader)}"
        )
        pathway = row.exit.pathway
        lines.append(
            _line(pathway, page, detail, "Prendre des nouvelles", page, late=row.closes_on < reader.day)
        )
    return lines


def _since(on: date, reader: Reader) -> str:
    """ "depuis hier", "depuis 3 jours", "depuis le 3 mars"."""
    return f"depuis {days_away(on, reader.day).removeprefix('il y a ')}"


def _unanswered(reader: Reader) -> "QuerySet[Exit] | None":
    """The coordination's alone: a referent's link ended with the pathway."""
    return ending.relays_unanswered(reader.user, reader.day) if reader.coordinates else None


def _relays(rows: Sequence[Exit], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        asked = days_away(row.relay_on, reader.day) if row.relay_on else ""
        page = reverse("pathways:note_relay", args=[row.pathway_id])
        answer = reverse("notifications:relay_answer", args=[row.pathway_id])
        lines.append(
            Line(
                title=row.pathway.child.full_name,
                url=page,
                detail=", ".join(part for part in (row.relay_to, f"proposé {asked}") if part),
                child_id=row.pathway.child_id,
                presses=(
                    Press("Accepté", answer, "reponse", "accepted"),
                    Press("Refusé", answer, "reponse", "declined"),
                ),
            )
        )
    return lines


# --- who accompanies ----------------------------------------------------------------------------
def _alone(reader: Reader) -> "QuerySet[Child] | None":
    """Nobody present accompanies them today: the coordination's to mend."""
    return ending.children_without_referent(reader.user, reader.day) if reader.coordinates else None


def _to_accompany(rows: Sequence[Child], reader: Reader) -> list[Line]:
    return [
        Line(
            title=row.full_name,
            url=reverse("children:file", args=[row.pk]),
            detail="personne n’accompagne l’enfant aujourd’hui",
            do="Choisir la ou le référent",
            do_url=reverse("pathways:hand_over_child", args=[row.pk]),
            child_id=row.pk,
        )
        for row in rows
    ]


def _to_read(reader: Reader) -> "QuerySet[HandOver] | None":
    return ending.hand_overs_to_read(reader.user, reader.day) if reader.has(Role.REFERENT) else None


def _read_first(rows: Sequence[HandOver], reader: Reader) -> list[Line]:
    """« C’est lu » stands on the file, under what is to be read."""
    lines = []
    for row in rows:
        before = f", jusque-là {row.former.user.full_name}" if row.former else ""
        page = reverse("children:file", args=[row.new.child_id])
        lines.append(
            Line(
                title=row.new.child.full_name,
                url=page,
                detail=f"vous l’accompagnez {_since(row.on, reader)}{before}",
                do="Lire d’abord",
                do_url=page,
                child_id=row.new.child_id,
            )
        )
    return lines


def _coming(reader: Reader) -> "QuerySet[HandOver] | None":
    return ending.hand_overs_coming(reader.user, reader.day) if reader.has(*FOLLOWING) else None


def _passages(rows: Sequence[HandOver], reader: Reader) -> list[Line]:
    """Named for who may see the child already; the file of a child to come opens on its day."""
    ids = [row.new.child_id for row in rows]
    seen = Child.objects.visible_to(reader.user, at=reader.at).filter(pk__in=ids)
    named = set(seen.values_list("pk", flat=True))
    page = reverse("pathways:hand_overs")
    lines = []
    for row in rows:
        known = row.new.child_id in named
        who = f"vers {row.new.user.full_name}" if reader.coordinates else "vers vous"
        lines.append(
            Line(
                title=row.new.child.full_name if known else "Un enfant, dont le dossier s’ouvrira ce jour-là",
                url=page,
                detail=f"{days_away(row.on, reader.day)}, {who}",
                child_id=row.new.child_id if known else None,
            )
        )
    return lines


SOURCES = (
    Source("seuls", "Enfants sans référent", "user-round-x", 13, _alone, _to_accompany),
    Source(
        "relais-a-lire", "Relais pris, à lire d’abord", "book-open", 14, _to_read, _read_first,
    ),
    Source("fins-passees", "Fins de parcours passées", "flag", 34, _past, _ends),
    Source(
        RELAYS, "Relais sans réponse", "corner-up-right", 46, _unanswered, _relays,
        hint="Proposés il y a plus d’un mois : la structure a-t-elle dit oui ?",
    ),
    Source("nouvelles", "Nouvelles à prendre, après la sortie", "phone", 48, _to_ask, _news),
    Source("fins", "Fins de parcours proches", "flag", 50, _in_sight, _ends),
    Source("pauses", "Suspensions qui durent", "circle-pause", 52, _paused, _pauses),
    Source("passages", "Passages de relais prévus", "users", 87, _coming, _passages, waits=False),
)  # fmt: skip
