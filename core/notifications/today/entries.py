"""From a referral to its contract: families to reach, answers to note, who accompanies, what is signed."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.meetings.models import Meeting
from core.meetings.workflow import PREPARING
from core.notifications.today.shapes import Call, Line, Reader, Source
from core.pathways import steps
from core.pathways.enums import Part
from core.pathways.models import Contract, Decision, ReferentLink, Referral, Signature
from core.pathways.models.contract import LONG_TEXTS
from core.pathways.workflow import LIVING_CONTRACT, STATUS_FOR_REFERRER, ContractState, ReferralState
from core.people.enums import Role
from core.ui.typography import NO_BREAK, day, days_away, enumeration
from tenants import context

HANDLING = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER)
KEPT_IN_SIGHT = timedelta(days=183)  # what one sent, on one's first page
PART_WORDS = {
    Part.CHILD: "l’enfant",
    Part.FAMILY: "la famille",
    Part.COORDINATOR: "la coordination",
    Part.REFERENT: "la ou le référent",
}


def _at(code: str) -> Callable[[Reader], "QuerySet[Referral] | None"]:
    """The referrals at one step, as the inbox's filter of that name shows them."""

    def rows(reader: Reader) -> "QuerySet[Referral] | None":
        if not reader.has(*HANDLING):
            return None
        return steps.at_step(reader.user, code).select_related("child", "contact_person").by_waiting()  # type: ignore[attr-defined,no-any-return]

    return rows


def _inbox(code: str) -> Callable[[Reader], str]:
    return lambda reader: f"{reverse('pathways:inbox')}?etape={code}"


def _line(referral: Referral, reader: Reader, do: str, step: str, **more: Any) -> Line:
    """`step` is the name of the page on which it is done."""
    return Line(
        title=referral.child.full_name if referral.child else referral.stated_name,
        url=reverse("pathways:referral", args=[referral.pk]),
        do=do,
        do_url=reverse(step, args=[referral.pk]) if ":" in step else step,
        child_id=referral.child_id,
        **{"detail": _received(referral, reader), **more},
    )


def _call(referral: Referral) -> Call:
    url = reverse("notifications:call_referral", args=[referral.pk])
    return Call(url, f"appel-orientation-{referral.pk}")


def _received(referral: Referral, reader: Reader) -> str:
    return f"reçue {days_away(referral.received_on, reader.day)}" if referral.received_on else ""


def _to_reach(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    """The coordination first says who calls; whoever calls notes it from here."""
    latest = int(context.require().config.get("entry", {}).get("first_contact_days", 15))
    lines = []
    for row in rows:
        caller = row.contact_person
        detail = _received(row, reader)
        if row.state == ReferralState.NO_ANSWER:
            detail = f"sans réponse jusqu’ici, {detail}"
        if caller is not None and caller != reader.user:
            detail = f"{detail}, confiée à {caller.full_name}"
        act = ("Noter la réponse", "pathways:agreement")
        if caller is None and reader.coordinates:
            act = ("Confier le premier contact", "pathways:charge")
        lines.append(
            _line(
                row,
                reader,
                *act,
                detail=detail,
                late=row.waiting_days(reader.day) > latest,
                call=_call(row),
            )
        )
    return lines


def _to_answer(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    return [
        _line(row, reader, "Relier au dossier de l’enfant", "pathways:link_child")
        if row.child_id is None and reader.coordinates
        else _line(
            row,
            reader,
            "Noter la réponse des parents",
            "pathways:agreement",
            call=_call(row),
        )
        for row in rows
    ]


def _for_a_meeting(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    """Onto the agenda of the next meeting that takes any more."""
    coming = Meeting.objects.filter(state__in=PREPARING, starts_at__gte=reader.midnight)
    meeting = coming.order_by("starts_at", "pk").first()
    if not reader.coordinates:
        return [_line(row, reader, "", "pathways:referral") for row in rows]
    if meeting is None:
        return [_line(row, reader, "Prévoir une réunion", reverse("meetings:new")) for row in rows]
    when = day(timezone.localdate(meeting.starts_at), year=False)
    agenda = reverse("meetings:candidates", args=[meeting.pk])
    return [_line(row, reader, f"Ordre du jour du {when}", agenda) for row in rows]


def _without_referent(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    lines = []
    for row in rows:
        since = f"admission {days_away(row.waiting_since, reader.day)}" if row.waiting_since else ""
        if reader.coordinates:
            lines.append(_line(row, reader, "Choisir la ou le référent", "pathways:referent", detail=since))
        else:
            lines.append(_line(row, reader, "", "pathways:referral", detail=since))
    return lines


def _refused(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    do, page = ("Clore l’orientation", "pathways:close") if reader.coordinates else ("", "pathways:referral")
    return [_line(row, reader, do, page, detail="la famille a dit non") for row in rows]


# --- contracts ----------------------------------------------------------------------------------
def _without_contract(reader: Reader) -> "QuerySet[Referral] | None":
    """Admitted with a referent, and no text begun: the coordination's."""
    if not reader.coordinates:
        return None
    living = Contract.objects.filter(referral=OuterRef("pk"), state__in=LIVING_CONTRACT)
    rows = steps.at_step(reader.user, "contrat").filter(~Exists(living))
    return rows.select_related("child").by_waiting()  # type: ignore[attr-defined,no-any-return]


def _to_draft(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    return [_line(row, reader, "Préparer le contrat", "pathways:draft_contract") for row in rows]


def _contracts(reader: Reader, state: str) -> "QuerySet[Contract] | None":
    """All of the town's for the coordination; for a referent those that name her or him."""
    if not reader.has(Role.COORDINATOR, Role.REFERENT):
        return None
    rows = Contract.objects.visible_to(reader.user).filter(state=state).select_related("child")
    rows = rows.defer(*LONG_TEXTS)  # all of a town's are counted: what the lines do not say stays there
    return rows if reader.coordinates else rows.filter(referent=reader.user)


def _to_finish(reader: Reader) -> "QuerySet[Contract] | None":
    rows = _contracts(reader, ContractState.DRAFT)
    return None if rows is None else rows.order_by("created_at", "pk")


def _drafts(rows: Sequence[Contract], reader: Reader) -> list[Line]:
    return [
        Line(
            title=row.child.full_name,
            url=reverse("pathways:contract", args=[row.pk]),
            detail=f"{row.get_kind_display().lower()} commencé {_days_since(row.created_at, reader)}",
            do="Finir le contrat" if row.is_of_entry else "Finir l’avenant",
            do_url=reverse("pathways:write_contract", args=[row.pk]),
            child_id=row.child_id,
        )
        for row in rows
    ]


def _to_sign(reader: Reader) -> "QuerySet[Contract] | None":
    """One's own signature first, then the longest wait."""
    rows = _contracts(reader, ContractState.SEALED)
    if rows is None:
        return None
    signed = Signature.objects.filter(contract=OuterRef("pk"))
    own = Q(coordinator=reader.user) & ~Exists(signed.filter(part=Part.COORDINATOR))
    own |= Q(referent=reader.user) & ~Exists(signed.filter(part=Part.REFERENT))
    mine_first = rows.annotate(own=ExpressionWrapper(own, output_field=BooleanField()))
    return mine_first.order_by("-own", "sealed_at", "pk")


def _signatures(rows: Sequence[Contract], reader: Reader) -> list[Line]:
    given: dict[int, set[str]] = {}
    for contract, part in Signature.objects.filter(contract__in=rows).values_list("contract", "part"):
        given.setdefault(contract, set()).add(part)
    lines = []
    for row in rows:
        missing = [part for part in Part if part not in given.get(row.pk, set())]
        mine = [part for part in missing if _signs(reader, row, part)]
        page = reverse("pathways:contract", args=[row.pk])
        waited = f", prêt {_days_since(row.sealed_at, reader)}" if row.sealed_at else ""
        lines.append(
            Line(
                title=row.child.full_name,
                url=page,
                detail=f"il manque{NO_BREAK}: {enumeration(PART_WORDS[part] for part in missing)}{waited}",
                do="Signer" if mine else "Compléter les signatures",
                do_url=reverse("pathways:sign_contract", args=[row.pk, mine[0], "screen"]) if mine else page,
                child_id=row.child_id,
            )
        )
    return lines


def _signs(reader: Reader, contract: Contract, part: str) -> bool:
    own = {Part.COORDINATOR: contract.coordinator_id, Part.REFERENT: contract.referent_id}
    return own.get(Part(part)) == reader.user.pk


def _days_since(at: Any, reader: Reader) -> str:
    return days_away(timezone.localdate(at), reader.day)


# --- urgent entries -----------------------------------------------------------------------------
def _to_ratify(reader: Reader) -> "QuerySet[Decision] | None":
    """Decided in urgency, of a referral that goes on, and on no agenda yet."""
    if not reader.coordinates:
        return None
    going_on = [ReferralState.WAITING, ReferralState.ADMITTED, ReferralState.ENTERED]
    planned = Meeting.objects.filter(agenda__referral=OuterRef("referral"), state__in=PREPARING)
    rows = Decision.objects.filter(urgent=True, ratified_on=None, cancelled_on=None)
    rows = rows.filter(~Exists(planned), referral__state__in=going_on)
    return rows.select_related("child", "referral__child").order_by("decided_on", "pk")


def _ratified_next(rows: Sequence[Decision], reader: Reader) -> list[Line]:
    told = _for_a_meeting([row.referral for row in rows], reader)
    return [
        Line(
            title=row.child.full_name,
            url=line.url,
            detail=f"entrée décidée en urgence {days_away(row.decided_on, reader.day)}",
            do=line.do,
            do_url=line.do_url,
            child_id=row.child_id,
        )
        for row, line in zip(rows, told, strict=True)
    ]


# --- what one sent ------------------------------------------------------------------------------
def _sent(reader: Reader) -> "QuerySet[Referral] | None":
    """For who refers and handles nothing: what became of it, over half a year."""
    if not reader.has(Role.PARTNER_WORKER, Role.TEAM_MEMBER) or reader.coordinates:
        return None
    over = [ReferralState.DRAFT, ReferralState.CLOSED]
    own = Referral.objects.visible_to(reader.user).filter(referrer=reader.user)
    rows = own.exclude(state__in=over).filter(received_on__gte=reader.day - KEPT_IN_SIGHT)
    return rows.exclude(contact_person=reader.user).select_related("child").order_by("-received_on", "-pk")


def _followed(rows: Sequence[Referral], reader: Reader) -> list[Line]:
    """In the words that who refers is told; the name as it was written."""
    return [
        Line(
            title=row.stated_name or (row.child.full_name if row.child else ""),
            url=reverse("pathways:referral", args=[row.pk]),
            detail=f"{STATUS_FOR_REFERRER[ReferralState(row.state)]}, {_received(row, reader)}",
            child_id=row.child_id,
        )
        for row in rows
    ]


def is_accompanied_by(reader: Reader) -> "QuerySet[Any, Any]":
    """Ids of the children whose referent this reader is today."""
    return ReferentLink.objects.in_force(reader.day).filter(user=reader.user).values("child_id")


SOURCES = (
    Source(
        "familles", "Familles à joindre", "phone", 10, _at("joindre"), _to_reach, _inbox("joindre"),
    ),
    Source(
        "referents", "Enfants admis, sans référent", "user-round-plus", 12, _at("referent"),
        _without_referent, _inbox("referent"),
    ),
    Source(
        "reponses", "Réponses des parents à noter", "message-circle", 18, _at("reponse"), _to_answer,
        _inbox("reponse"),
    ),
    Source("signatures", "Signatures qui manquent", "pen-line", 16, _to_sign, _signatures),
    Source("contrats", "Contrats à préparer", "file-plus", 30, _without_contract, _to_draft),
    Source("brouillons", "Contrats à finir", "file-pen-line", 31, _to_finish, _drafts),
    Source(
        "equipe", "Situations prêtes pour une réunion", "users-round", 42, _at("equipe"), _for_a_meeting,
        _inbox("equipe"),
    ),
    Source(
        "ratifier", "Entrées décidées en urgence, à ratifier", "siren", 44, _to_ratify, _ratified_next,
        hint="La prochaine réunion les confirme.",
    ),
    Source("refus", "Refus des familles, à clore", "circle-x", 80, _at("refus"), _refused, _inbox("refus")),
    Source(
        "envoyees", "Vos orientations", "send", 90, _sent, _followed, waits=False,
    ),
)  # fmt: skip
