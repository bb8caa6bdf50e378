"""The versions of a contract: the one signed at entry, and each amendment that all four signed after it."""

from dataclasses import dataclass

from core.pathways.enums import ContractKind, PathwayState
from core.pathways.models import Contract, Pathway
from core.pathways.workflow import ContractState
from core.ui.typography import day

NOTHING_CHANGES = "au moins un changement : un objectif, un partage ou la fin prévue"


def former_of(contract: Contract) -> Contract | None:
    """The version that an amendment changes, or changed; None for the contract of entry."""
    if contract.kind == ContractKind.INITIAL or contract.pathway_id is None:
        return None
    signed = Contract.objects.versions_of(contract.pathway_id).filter(pk__lt=contract.pk)
    return signed.order_by("-pk").first()


def in_force(pathway: Pathway) -> Contract:
    """What is shared and aimed at today: the last version that all four signed."""
    return Contract.objects.versions_of(pathway.pk).order_by("-pk")[0]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an amendment changes, as it is told to a family."""

    about: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.about} ajouté : {self.after}"
        if not self.after:
            return f"{self.about} retiré : {self.before}"
        return f"{self.about} : {self.after} (avant : {self.before})"


def changes_of(amendment: Contract) -> list[Change]:
    """What the family signs again for: objectives, sharing perimeter, end date. Empty for an entry."""
    former = former_of(amendment)
    if former is None:
        return []
    changes = _differences("Objectif", _objectives(former), _objectives(amendment))
    changes += _differences("Partage", _sharings(former), _sharings(amendment))
    if former.planned_end_on != amendment.planned_end_on:
        changes.append(Change("Fin prévue", day(former.planned_end_on), day(amendment.planned_end_on)))
    return changes


def _differences(about: str, before: dict[int | str, str], after: dict[int | str, str]) -> list[Change]:
    """Keys are what stays the same thing while its words change: an organisation; an objective's words."""
    keys = [*before, *(key for key in after if key not in before)]
    return [
        Change(about, before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _objectives(contract: Contract) -> dict[int | str, str]:
    lines = contract.objectives.select_related("domain").order_by("order", "pk")
    return {f"{item.domain_id} {item.text}": f"{item.domain.label}, {item.text}" for item in lines}


def _sharings(contract: Contract) -> dict[int | str, str]:
    lines = contract.sharings.select_related("organisation").order_by("pk")
    return {item.organisation_id: f"{item.organisation.name}, {item.what}" for item in lines}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one version stands among the others of its pathway."""

    pathway: Pathway | None  # none before the fourth signature of an entry
    former: Contract | None
    replaced_by: Contract | None
    changes: list[Change]
    may_be_amended: bool  # in force, of a pathway that goes on, with no amendment under way


def standing(contract: Contract) -> Standing:
    pathway = contract.pathway or Pathway.objects.filter(contract=contract).first()
    if pathway is None:
        return Standing(None, None, None, [], may_be_amended=False)
    signed = Contract.objects.versions_of(pathway.pk)
    later = signed.filter(pk__gt=contract.pk).order_by("pk").first() if contract.is_complete else None
    open_ = pathway.state != PathwayState.ENDED
    return Standing(
        pathway=pathway,
        former=former_of(contract),
        replaced_by=later,
        changes=changes_of(contract),
        may_be_amended=contract.is_complete and open_ and later is None and living_amendment(pathway) is None,
    )


def living_amendment(pathway: Pathway) -> Contract | None:
    """The one that is being written or signed: there is one at a time."""
    living = [ContractState.DRAFT, ContractState.SEALED]
    return Contract.objects.filter(pathway=pathway, state__in=living).first()
