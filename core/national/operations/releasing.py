"""A release from its making to its publication: prepared, suppressed and audited, published for ever."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from core.exchange import queries as exchange
from core.exchange.enums import Status
from core.exchange.models import Batch, Pin
from core.journal import operations as journal
from core.national import choosing, engine, places, tables, towns, workflow
from core.national.disclosure.shapes import DataError, Fault
from core.national.engine import NotComputableError, Result
from core.national.enums import Recipient
from core.national.models import Release, ReleasedCell, ReleaseQuerySet
from core.national.workflow import ReleaseState
from core.people.models import User
from core.reporting.indicators import CATALOGUE, Period

log = structlog.get_logger(__name__)
# Kept with the release and read before it is out: no town, no code, no count.
FAULTS: Mapping[Fault, str] = {
    Fault.COUNT: "une ville a transmis un nombre qui n’entre dans aucun tableau",
    Fault.TOTALS: "deux répartitions des mêmes enfants n’ont pas le même total",
    Fault.PLACE: "une ville n’a pas de lieu",
    Fault.DIMENSIONS: "une publication antérieure de la période compte par d’autres répartitions",
    Fault.CROSSING: "un tableau croise des répartitions que les villes ne transmettent pas ensemble",
    Fault.TREE: "un lieu ou un code est rangé à deux endroits",
    Fault.LEFT: "une ville de la publication antérieure n’a plus de chiffres",
}
LEFT = (
    "Une ville qui a quitté la plateforme, ou dont les chiffres ne sont plus là, est comptée dans la "
    "publication déjà parue pour cette période. Sans elle, une soustraction les dirait\u00a0: aucune "
    "autre ne peut paraître pour cette période. Rien n’a changé."
)
INCOMPLETE = "les chiffres d’une ville ne sont pas complets"
KEPT = timedelta(days=3 * 366)  # cells of a release, so that a later one of its period can be audited
KEPT_PREPARED = timedelta(days=30)  # cells of one that is not out
STOPPED = "Le contrôle s’est arrêté sur une erreur."
LEAST_TOWNS = 3


class ReleaseError(Exception):
    """The message is French, for the screen."""


class CannotPrepareError(ReleaseError):
    pass


class CannotAuditError(ReleaseError):
    pass


class CannotPublishError(ReleaseError):
    pass


class CannotDiscardError(ReleaseError):
    pass


@transaction.atomic
def prepare_release(
    *,
    period: Period,
    recipient: Recipient,
    source: Status,
    labelled: int,
    by: User | None,
    at: datetime,
    active: int | None = None,
    made_up: bool = False,
) -> Release:
    """Choose the towns' latest cells of the period and keep them; nothing is shown yet.

    `labelled`: how many towns the State counts. `active` is given for made-up towns alone. Where a release
    of the period is out, its towns are counted and no other. Raises CannotPrepareError.
    """
    last = Release.objects.select_for_update().order_by("-number").first()  # one is prepared at a time
    _check_alone(Release.objects.of_period(period, made_up).filter(recipient=recipient, source=source))
    answers = _answers(period, source, made_up)
    chosen = answers.batches
    active = max(active or 0, len(chosen)) if made_up else towns.active(answers.codes)
    _check_counts(answering=len(chosen), active=active, labelled=labelled)
    release = Release.objects.create(
        number=last.number + 1 if last else 1,
        recipient=recipient,
        source=source,
        made_up=made_up,
        first_on=period.first,
        last_on=period.last,
        labelled=labelled,
        active=active,
        answering=len(chosen),
        document=_document(period, answers),
        towns=answers.codes,
        made_at=at,
        made_by_id=by.pk if by else None,
    )
    _pin(release, chosen, at)
    _note(release, "national.release_prepared", by, at)
    return release


def _pin(release: Release, batches: Sequence[Batch], at: datetime) -> None:
    until = at.date() + KEPT_PREPARED
    Pin.objects.bulk_create([Pin(batch=batch, release=release.number, until=until) for batch in batches])


def _document(period: Period, answers: choosing.Answers) -> dict[str, Any]:
    described = places.described(answers.places)
    return {**tables.frozen(), "period": period.label, "places": described, "waiting": answers.waiting}


def _answers(period: Period, source: Status, made_up: bool) -> choosing.Answers:
    former = list(Release.objects.published().of_period(period, made_up).order_by("published_at", "number"))
    _check_catalogue(former, CATALOGUE, CannotPrepareError)
    try:
        return choosing.answers_of(period, source, made_up, known=_held(former))
    except choosing.TownLeftError as error:
        raise CannotPrepareError(LEFT) from error


def _check_alone(alike: ReleaseQuerySet) -> None:
    """Two that wait side by side are two samples of the same counts for whoever prepares them."""
    waiting = alike.filter(state__in=workflow.WAITING)
    if (other := waiting.order_by("number").first()) is not None:
        raise CannotPrepareError(
            f"La publication n°\u00a0{other.number} attend déjà, pour la même période et les mêmes lecteurs. "
            "Publiez-la ou écartez-la, puis préparez-en une autre\u00a0: rien n’a changé."
        )


def _check_catalogue(former: Sequence[Release], catalogue: str, refusal: type[ReleaseError]) -> None:
    """What two releases count must be the same for the audit to hold one against the other."""
    for one in former:
        if one.document["catalogue"] != catalogue:
            raise refusal(
                f"La publication n°\u00a0{one.number} de cette période suit d’autres définitions "
                f"(version {one.document['catalogue']}). Aucune autre ne peut plus paraître pour cette "
                "période\u00a0: rien n’a changé."
            )


def _check_counts(*, answering: int, active: int, labelled: int) -> None:
    if answering < LEAST_TOWNS:
        raise CannotPrepareError(
            f"{answering} ville(s) ont transmis leurs chiffres pour cette période\u00a0: il en faut "
            f"{LEAST_TOWNS} au moins."
        )
    if labelled < active:
        raise CannotPrepareError(
            f"Il ne peut y avoir moins de villes labellisées ({labelled}) que de villes actives ({active})."
        )


def _held(former: Sequence[Release]) -> Mapping[str, str] | None:
    """The towns to which a release of this period is held: those of the one that is out, None when none is.

    What a whole town adds to a total, or takes from it, is all that it counts (ADR 0032).
    """
    return former[-1].towns if former else None


def audit_release(*, release: Release, by: User | None, at: datetime) -> Release:
    """Hide what must be, attack what is left, and keep the result: audited, or refused.

    The computation stands outside the transaction: it may take a minute.
    Raises CannotAuditError when the release is no draft or its cells can't be used.
    """
    if workflow.target("pass", release.state) is None:
        raise CannotAuditError("Cette publication a déjà été contrôlée.")
    former = former_of(release)
    _check_catalogue(former, release.document["catalogue"], CannotAuditError)
    held = _held(former)
    if held is not None and held != release.towns:
        raise CannotAuditError(
            "Une publication de la même période est parue depuis la préparation, avec d’autres villes. "
            "Préparez-en une nouvelle\u00a0: elle comptera les mêmes."
        )
    try:
        result = engine.compute(release, former)
    except (NotComputableError, DataError, exchange.IncompleteBatchError) as error:
        raise CannotAuditError(f"Ces chiffres ne peuvent pas être publiés\u00a0: {_said(error)}.") from error
    return _store(release=release, result=result, former=former, by=by, at=at)


def _said(error: Exception) -> str:
    if isinstance(error, DataError):
        return FAULTS[error.fault]
    return str(error) if isinstance(error, NotComputableError) else INCOMPLETE


@transaction.atomic
def _store(
    *, release: Release, result: Result, former: Sequence[Release], by: User | None, at: datetime
) -> Release:
    locked = Release.objects.select_for_update().get(pk=release.pk)
    state = workflow.target("pass" if result.passed else "refuse", locked.state)
    if state is None:
        raise CannotAuditError("Cette publication a déjà été contrôlée.")
    if result.passed:  # of a refused release nothing is kept but why
        ReleasedCell.objects.bulk_create(
            [
                ReleasedCell(
                    release=locked,
                    indicator=one.indicator,
                    place=one.place,
                    breakdown=one.breakdown,
                    value=one.value,
                )
                for one in result.lines
            ],
            batch_size=2000,
        )
    locked.state = state
    locked.audit, locked.audit_passed = result.audit, result.passed
    locked.former = [one.number for one in former]
    locked.carried, locked.postponed = result.carried, result.postponed
    locked.fingerprint, locked.audited_at = result.fingerprint, at
    locked.save()
    _note(locked, "national.release_audited", by, at)
    return locked


@transaction.atomic
def publish_release(*, release: Release, by: User | None, at: datetime) -> Release:
    """Let it out. Raises CannotPublishError.

    An audit holds for the releases that it knew: when another of the period came out since, it is made anew.
    """
    alike = Release.objects.of_period(release.period, release.made_up)
    rows = {one.pk: one for one in alike.select_for_update().order_by("pk")}
    locked = rows.pop(release.pk)
    state = workflow.target("publish", locked.state)
    if state is None or not locked.audit_passed:
        raise CannotPublishError(
            "Cette publication n’a pas passé le contrôle, ou elle est déjà parue\u00a0: rien n’a changé."
        )
    out = {one.number for one in rows.values() if one.state == ReleaseState.PUBLISHED}
    if out != set(locked.former):
        raise CannotPublishError(
            "Une autre publication de la même période est parue depuis ce contrôle. Écartez celle-ci et "
            "préparez-en une nouvelle\u00a0: elle sera contrôlée avec celle-là."
        )
    if engine.fingerprint_of(engine.stored_lines(locked)) != locked.fingerprint:
        raise CannotPublishError(
            "Les chiffres gardés ne sont plus ceux que le contrôle a vus\u00a0: rien n’est paru. Écartez "
            "cette publication et préparez-en une autre."
        )
    _keep_long(locked, at)
    locked.state, locked.published_at = state, at
    locked.published_by_id = by.pk if by else None
    locked.save()
    _note(locked, "national.release_published", by, at)
    return locked


def _keep_long(release: Release, at: datetime) -> None:
    """The counts stay for as long as another release of the period may have to be held against this one."""
    pins = Pin.objects.filter(release=release.number, until__gte=at.date())
    if pins.update(until=at.date() + KEPT) != release.answering:
        raise CannotPublishError(
            "Cette publication a attendu plus de trente jours\u00a0: les chiffres des villes n’ont pas été "
            "gardés pour elle. Écartez-la et préparez-en une autre\u00a0: rien n’est paru."
        )


@transaction.atomic
def discard_release(*, release: Release, by: User | None, at: datetime) -> Release:
    """Set aside one that waits; its cells are erased. Raises CannotDiscardError."""
    locked = Release.objects.select_for_update().get(pk=release.pk)
    state = workflow.target("discard", locked.state)
    if state is None:
        raise CannotDiscardError("Cette publication n’attend plus\u00a0: rien n’a changé.")
    locked.state = state
    locked.save(update_fields=["state"])
    locked.cells.all().delete()
    _note(locked, "national.release_discarded", by, at)
    return locked


def former_of(release: Release) -> list[Release]:
    """Published releases of the same period, in the order in which they came out."""
    return list(Release.objects.published().linked_to(release).order_by("published_at", "number"))


def audit_waiting(*, at: datetime) -> int:
    """Control what was prepared on the pages, oldest first. Returns how many."""
    waiting = Release.objects.filter(state=ReleaseState.DRAFT).order_by("number")
    done = 0
    for release in list(waiting):
        try:
            audit_release(release=release, by=None, at=at)
        except CannotAuditError as error:
            _refuse(release=release, reason=str(error), at=at)
        except Exception as error:  # its text may hold a count: its kind alone is noted
            log.error("audit_stopped", release=release.number, error=type(error).__name__)
            _refuse(release=release, reason=STOPPED, at=at)
        done += 1
    return done


@transaction.atomic
def _refuse(*, release: Release, reason: str, at: datetime) -> None:
    """What can't be computed is refused with its reason, rather than tried for ever."""
    locked = Release.objects.select_for_update().get(pk=release.pk)
    if state := workflow.target("refuse", locked.state):
        locked.state, locked.audit_passed = state, False
        locked.audit, locked.audited_at = {"reason": reason, "populations": []}, at
        locked.save()
        _note(locked, "national.release_audited", None, at)


def _note(release: Release, act: str, by: User | None, at: datetime) -> None:
    label = "" if by else "travail planifié"
    journal.record(actor=by, actor_label=label, act=act, target=release, at=at, fields=["state"])


def years(on: date) -> list[int]:
    """School years for which a release may be made, the newest first."""
    last = on.year if on.month >= 9 else on.year - 1
    return [last - back for back in range(4)]
