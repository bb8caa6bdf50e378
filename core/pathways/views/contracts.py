"""Preparing the contract, holding the signing session, and handing over the paper."""

from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal import operations as journal
from core.journal.reading import reads_children
from core.pathways import documents, permissions, queries, versions
from core.pathways.enums import Part, Way
from core.pathways.forms import contracts as forms_
from core.pathways.forms.referrals import ReasonForm
from core.pathways.models import Contract, Referral, Signature
from core.pathways.operations import amendments, contracts, signing
from core.pathways.operations.contracts import CannotSeal, Objective, Sharing
from core.pathways.operations.signing import CannotSign, Evidence, Signer
from core.pathways.operations.transitions import CannotMove
from core.people.access import any_signed_in, charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import files, toasts

Choice = TypeVar("Choice", Part, Way)
_REFUSED = {
    True: "Le refus est noté. L’enfant n’entre pas dans le PRE.",
    False: "Le refus est noté. Le contrat en vigueur reste comme il est.",
}
preparing_roles = roles_required(Role.COORDINATOR, Role.REFERENT)


@charter_required
@roles_required(Role.COORDINATOR)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """From the decision to a first text."""
    user = _user(request)
    referral = get_object_or_404(Referral.objects.visible_to(user).select_related("child"), pk=pk)
    form = forms_.DraftForm(request.POST or None)
    if form.is_valid():
        try:
            contract = contracts.draft_contract(
                referral=referral, coordinator=user, by=user, at=timezone.now(), **form.cleaned_data
            )
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("pathways:contract", contract.pk)
    page = {"form": form, "referral": referral, "title": "Préparer le contrat", "submit": "Continuer"}
    return render(request, "pathways/referral_act.html", page)


@charter_required
@preparing_roles
@require_safe
@reads_children
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The text, its four parts, and what is left to do."""
    contract = _contract(request, pk)
    _read(request, contract, "contrat")
    return render(request, "pathways/contract_detail.html", queries.contract_page(contract, _user(request)))


@charter_required
@preparing_roles
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft's texts, objectives and sharings on one page."""
    contract = _contract(request, pk)
    form = forms_.ContractForm(request.POST or None, instance=Contract.objects.get(pk=pk))
    objectives = forms_.ObjectiveFormSet(
        request.POST or None, prefix="objectifs", initial=queries.objectives_as_written(contract)
    )
    sharings = forms_.SharingFormSet(
        request.POST or None, prefix="partages", initial=queries.sharings_as_written(contract)
    )
    if request.method == "POST" and form.is_valid() and objectives.is_valid() and sharings.is_valid():
        try:
            _save(request, contract, form, objectives, sharings)
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "Le contrat est enregistré.")
            again = "encore" in request.POST
            return redirect("pathways:write_contract" if again else "pathways:contract", pk)
    page = {"contract": contract, "form": form, "objectives": objectives, "sharings": sharings}
    return render(request, "pathways/contract_write.html", page)


@charter_required
@preparing_roles
@require_POST
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    try:
        contracts.seal_contract(contract=contract, by=_user(request), at=timezone.now())
    except (CannotSeal, CannotMove) as refusal:
        messages.error(request, str(refusal))
    else:
        toasts.done(request, "Le texte est fixé. Il peut être signé, à l’écran ou sur papier.")
    return redirect("pathways:contract", pk)


@charter_required
@preparing_roles
@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft that starts from the version in force; a second press opens the same one."""
    contract = _contract(request, pk)
    pathway = versions.standing(contract).pathway
    if pathway is None:
        raise Http404
    try:
        draft = amendments.propose_amendment(pathway=pathway, by=_user(request), at=timezone.now())
    except CannotMove as refusal:
        messages.error(request, str(refusal))
        return redirect("pathways:contract", pk)
    return redirect("pathways:write_contract", draft.pk)


@charter_required
@preparing_roles
def sign(request: HttpRequest, pk: int, part: str, way: str) -> HttpResponse:
    """One part, one way. A refusal says why and keeps what was typed."""
    contract = _contract(request, pk)
    wanted, manner = _one_of(Part, part), _one_of(Way, way)
    if manner == Way.IMPORTED:  # taken over by an import, with its paper; never typed by hand
        raise Http404
    form = forms_.SigningForm(
        request.POST or None, request.FILES or None, contract=contract, part=wanted, way=manner
    )
    if request.method == "POST" and form.is_valid():
        try:
            signing.sign(
                contract=contract,
                part=wanted,
                signer=_signer(contract, wanted, form.cleaned_data),
                evidence=_evidence(manner, form.cleaned_data),
                by=_user(request),
                at=timezone.now(),
            )
        except CannotSign as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"{wanted.label} : c’est signé.")
            return redirect("pathways:contract", pk)
    page = {"contract": contract, "form": form, "part": wanted, "way": manner}
    return render(request, "pathways/contract_sign.html", page)


@charter_required
@preparing_roles
def refuse(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """The child or the family says no: that is an answer, and it ends here."""
    contract = _contract(request, pk)
    wanted = _one_of(Part, part)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = False
    form.fields["reason"].label = "Avec ses mots, si elle ou il le souhaite"
    if request.method == "POST" and form.is_valid():
        try:
            journal.once(
                key=form.cleaned_data["form_key"],
                at=timezone.now(),
                make=lambda: signing.refuse_to_sign(
                    contract=contract,
                    part=wanted,
                    reason=form.cleaned_data["reason"],
                    by=_user(request),
                    at=timezone.now(),
                ),
            )
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, _REFUSED[contract.is_of_entry])
            return redirect("pathways:contract", pk)
    page = {"contract": contract, "form": form, "part": wanted}
    return render(request, "pathways/contract_refuse.html", page)


@charter_required
@preparing_roles
@require_safe
@reads_children
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The contract as an accessible PDF: to be signed by hand, or with its signatures."""
    contract = _contract(request, pk)
    _read(request, contract, "contrat (PDF)")
    response = HttpResponse(documents.contract_pdf(contract), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="contrat-{contract.pk}.pdf"'
    return response


@charter_required
@preparing_roles
@require_safe
@reads_children
def scan(request: HttpRequest, pk: int, signature: int) -> HttpResponse:
    """The photo of a signed paper, through the same door as the contract."""
    contract = _contract(request, pk)
    found = get_object_or_404(Signature.objects.exclude(scan=""), contract=contract, pk=signature)
    _read(request, contract, "papier signé")
    with found.scan.open("rb") as file:
        return files.handed_over(file.read(), name=f"papier-{found.pk}")


@any_signed_in
def check(request: HttpRequest) -> HttpResponse:
    """Whether a checksum is that of a contract sealed here. It names nobody."""
    form = forms_.ChecksumForm(request.GET or None)
    found = None
    if form.is_valid():
        sealed = Contract.objects.filter(sealed_hash=form.cleaned_data["checksum"])
        found = sealed.values("sealed_at", "completed_on", "state").first() or {}
    return render(request, "pathways/contract_check.html", {"form": form, "found": found})


def _save(request: HttpRequest, contract: Contract, form: Any, objectives: Any, sharings: Any) -> None:
    contracts.correct_contract(
        contract=contract,
        by=_user(request),
        at=timezone.now(),
        objectives=[
            Objective(line["domain"], line["text"], line["wished_by"]) for line in forms_.filled(objectives)
        ],
        sharings=[Sharing(line["organisation"], line["what"]) for line in forms_.filled(sharings)],
        **form.cleaned_data,
    )


def _signer(contract: Contract, part: Part, data: dict[str, Any]) -> Signer:
    if part == Part.COORDINATOR:
        return Signer(contract.coordinator.full_name, user=contract.coordinator)
    if part == Part.REFERENT:
        return Signer(contract.referent.full_name, user=contract.referent)
    guardian = data.get("guardian")
    if guardian is not None:
        return Signer(guardian.full_name, guardian=guardian)
    return Signer(contract.child.full_name)


def _evidence(way: Way, data: dict[str, Any]) -> Evidence:
    drawn = data.get("signature")
    scanned = data.get("scan")
    return Evidence(
        way=way,
        signed_on=data.get("signed_on") or timezone.localdate(),
        drawing=drawn.path if drawn is not None else "",
        typed_name=drawn.name if drawn is not None else "",
        scan=scanned,
        scan_hash=forms_.scan_hash(scanned) if scanned is not None else "",
        witness=data.get("witness", ""),
        language=data.get("language", "français"),
        interpreter=data.get("interpreter", ""),
    )


def _contract(request: HttpRequest, pk: int) -> Contract:
    user = _user(request)
    contract = get_object_or_404(
        Contract.objects.visible_to(user).select_related("child", "decision", "coordinator", "referent"),
        pk=pk,
    )
    if not permissions.can_prepare(user, contract):
        raise PermissionDenied
    return contract


def _read(request: HttpRequest, contract: Contract, page: str) -> None:
    user = _user(request)
    coordinates = user.has_role(Role.COORDINATOR)
    journal.read(
        actor=user,
        page=page,
        at=timezone.now(),
        reason="coordinator" if coordinates else "referent",
        why="Coordination du PRE" if coordinates else "Référence de parcours",
        purpose="Préparer et faire signer le contrat",
        child_id=contract.child_id,
    )


def _one_of(kind: type[Choice], value: str) -> Choice:
    """The member named in an address; any other word is no address."""
    try:
        return kind(value)
    except ValueError:
        raise Http404 from None


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user
