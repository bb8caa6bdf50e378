"""What one line brings, through the operations of every page; what it makes is noted, to be taken back.

Of a child who has a file already, nothing is overwritten: what is missing is added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max, Model, Q
from django.utils import timezone

from core.children.enums import Authority, InDistrict, Level
from core.children.models import Address, Child, Enrolment, Guardian, Guardianship, School
from core.children.operations import adults, files, homes, schooling
from core.imports.enums import RowDecision, RowOutcome
from core.imports.models import Import, ImportedItem, ImportRow
from core.imports.operations.moving import CannotImportError
from core.imports.reading_rows import Reader, Row
from core.imports.vocabularies import OUTSIDE
from core.journal.models import Change
from core.pathways.enums import Part, VocabularyKind, WishedBy
from core.pathways.models import Domain, Objective, Pathway, ReferentLink, Referral, Term
from core.pathways.operations import contracts, taking_over
from core.pathways.operations.taking_over import Paper, Told
from core.people.models import User
from core.people.names import fold

OBJECTIVE = "Repris du contrat papier"
SIGNERS = {
    Part.FAMILY: "family_signer",
    Part.COORDINATOR: "coordinator_signer",
    Part.REFERENT: "referent_signer",
}
SCHOOL_YEAR_BEGINS = 9  # month
WITHDRAWN = (Authority.AUTHORITY_WITHDRAWN, Authority.EXERCISE_WITHDRAWN)


@dataclass
class Bringer:
    """For the lines of one slice: the town's lists are read once."""

    batch: Import
    reader: Reader
    by: User
    at: datetime
    schools: dict[str, School] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    terms: dict[tuple[str, str], Term] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = timezone.localdate(self.at)
        self.schools = {school.uai: school for school in School.objects.order_by("pk")}
        self.domains = {domain.code: domain for domain in Domain.objects.order_by("pk")}
        self.terms = {(term.kind, term.code): term for term in Term.objects.order_by("pk")}
        self.people = dict(self._people())

    def _people(self) -> Iterable[tuple[str, User]]:
        codes = [int(code) for code in self.reader.vocabularies["referent"].codes]
        return ((str(user.pk), user) for user in User.objects.filter(pk__in=codes).order_by("pk"))

    def bring(self, row: ImportRow) -> None:
        """In the caller's transaction. Raises what the operations raise."""
        read = self.reader.read({code: text for code, text in row.cells.items() if isinstance(text, str)})
        if any(problem["grave"] for problem in read.problems):
            raise CannotImportError("Une liste de la ville a changé depuis la vérification.")
        made: list[Model] = []
        child = self._child(row, read, made)
        Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child.pk)
        known_until = self._worked_on_since(child)
        self._schooling(child, read, made)
        self._home(child, read, made)
        self._adults(row, child, read, made)
        self._pathway(child, read, made)
        ImportedItem.objects.bulk_create(
            ImportedItem(row=row, model=item._meta.label_lower, object_id=item.pk) for item in made
        )
        row.child_id, row.outcome, row.said = child.pk, RowOutcome.MADE, ""
        row.brought = sorted({item._meta.model_name or "" for item in made})
        row.last_change = known_until or last_change_of(child.pk)

    def _worked_on_since(self, child: Child) -> int | None:
        """Where somebody wrote in the file between two lines of this table: the last change of the former.

        Kept as it is, taking the import back leaves that work alone.
        """
        rows = self.batch.rows.filter(outcome=RowOutcome.MADE, child_id=child.pk)
        own: int | None = rows.aggregate(last=Max("last_change"))["last"]
        return own if own is not None and last_change_of(child.pk) != own else None

    def _child(self, row: ImportRow, read: Row, made: list[Model]) -> Child:
        if row.decision == RowDecision.SAME:
            return self._known(row)
        details = files.ChildDetails(
            first_name=read.text("first_name"),
            last_name=read.text("last_name"),
            usual_name=read.text("usual_name"),
            birth_on=read.day("birth_on"),
            sex=read.text("sex"),
            languages=read.text("languages"),
        )
        others = self._others(row) if row.decision == RowDecision.NEW else []
        child = files.create_child(by=self.by, at=self.at, details=details, distinct_from=others)
        made.append(child)
        return child

    def _known(self, row: ImportRow) -> Child:
        """The file, or the one of the line above, that the coordinator said is the same child's."""
        pk = row.same_child
        if row.same_row is not None:
            above = self.batch.rows.filter(number=row.same_row, outcome=RowOutcome.MADE).first()
            pk = above.child_id if above is not None else None
        child = Child.objects.alone().filter(pk=pk).first() if pk is not None else None
        if child is None:
            raise CannotImportError(
                "Le dossier dit « le même » n’existe pas : la ligne n’a rien à compléter."
            )
        return child

    def _others(self, row: ImportRow) -> list[int]:
        """Files that the coordinator was shown for this line, and said to be of other children."""
        shown = [twin["child"] for twin in row.twins if "child" in twin]
        numbers = [twin["row"] for twin in row.twins if "row" in twin]
        above = self.batch.rows.filter(number__in=numbers).exclude(child_id=None)
        return [*shown, *above.order_by("number").values_list("child_id", flat=True)]

    def _schooling(self, child: Child, read: Row, made: list[Model]) -> None:
        """From the first day of the school year that goes on: a town's list is of this year."""
        school, other, level = read.text("school"), read.text("other_school"), read.text("level")
        if not (school or other or level) or Enrolment.objects.filter(child=child, until_on=None).exists():
            return
        year = self.today.year - (self.today.month < SCHOOL_YEAR_BEGINS)
        told = schooling.Schooling(
            level=level or Level.UNKNOWN,
            school=self.schools[school] if school else None,
            other_school="" if school else other[:200],
            class_name=read.text("class_name"),
        )
        since = date(year, SCHOOL_YEAR_BEGINS, 1)
        made.append(schooling.enrol(by=self.by, at=self.at, child=child, schooling=told, since=since))

    def _home(self, child: Child, read: Row, made: list[Model]) -> None:
        line, city = read.text("address"), read.text("city")
        if not (line or city) or Address.objects.filter(child=child, until_on=None).exists():
            return
        district = read.text("district")
        inside = bool(district) and district != OUTSIDE
        known = InDistrict.IN if inside else InDistrict.OUTSIDE if district else InDistrict.UNKNOWN
        home = homes.Home(
            line_1=line,
            postal_code=read.text("postal_code"),
            city=city,
            in_district=known,
            district_code=district if inside else "",
        )
        made.append(homes.set_address(by=self.by, at=self.at, of=child, home=home, since=self.today))

    def _adults(self, row: ImportRow, child: Child, read: Row, made: list[Model]) -> None:
        """Who is around the child under that name already is not added again."""
        links = Guardianship.objects.filter(child=child, ends_on=None).select_related("guardian")
        around = {fold(link.guardian.full_name): link.guardian for link in links.order_by("pk")}
        for prefix in read.adults:
            details = adults.AdultDetails(
                last_name=read.text(f"{prefix}_name"),
                first_name=read.text(f"{prefix}_first_name"),
                phone=read.text(f"{prefix}_phone"),
                email=read.text(f"{prefix}_email"),
                language=read.text(f"{prefix}_language"),
            )
            name = fold(f"{details.first_name} {details.last_name}")
            if name not in around:
                _check_addition(row, child)
                around[name] = self._adult(child, details, read, prefix, made)

    def _adult(
        self, child: Child, details: adults.AdultDetails, read: Row, prefix: str, made: list[Model]
    ) -> Guardian:
        """An adult of this very table, under the same name and the same telephone, is one for siblings."""
        rights = adults.Rights(link=read.text(f"{prefix}_link"), authority=read.text(f"{prefix}_authority"))
        known = self._sibling_adult(details)
        if known is not None:
            link = adults.link_adult(
                by=self.by, at=self.at, child=child, guardian=known, rights=rights, since=self.today
            )
        else:
            link = adults.add_adult(
                by=self.by, at=self.at, child=child, details=details, rights=rights, since=self.today
            )
            made.append(link.guardian)
        made.append(link)
        return link.guardian

    def _sibling_adult(self, details: adults.AdultDetails) -> Guardian | None:
        if not details.phone or not details.first_name:
            return None
        items = ImportedItem.objects.filter(row__batch=self.batch, model="children.guardian")
        rows = Guardian.objects.filter(
            sort_name=fold(f"{details.last_name} {details.first_name}"),
            phone=details.phone,
            pk__in=items.values("object_id"),
        )
        return rows.order_by("pk").first()

    def _pathway(self, child: Child, read: Row, made: list[Model]) -> None:
        """A pathway or a referral of that day that the file has already is not doubled."""
        received_on, signed_on = read.day("received_on"), read.day("signed_on")
        if received_on is None:
            return
        told = self._told(read, received_on)
        if signed_on is None:
            if not Referral.objects.filter(child=child, received_on=received_on).exists():
                made.append(taking_over.take_over_referral(child=child, told=told, by=self.by, at=self.at))
            return
        if Pathway.objects.filter(child=child, started_on=signed_on).exists():
            return
        paper = self._paper(read, signed_on)
        pathway = taking_over.take_over_pathway(child=child, told=told, paper=paper, by=self.by, at=self.at)
        made += _made_with(pathway)

    def _told(self, read: Row, received_on: date) -> Told:
        motives = [self.terms[VocabularyKind.MOTIVE, code] for code in read.says.get("motives", [])]
        source = read.text("source")
        return Told(
            received_on=received_on,
            source=self.terms[VocabularyKind.REFERRAL_SOURCE, source] if source else None,
            motives=motives,
            facts=read.text("facts"),
            referrer_name=read.text("referrer_name"),
            referrer_organisation=read.text("referrer_organisation"),
            closing_reason=read.text("closing_reason"),
        )

    def _paper(self, read: Row, signed_on: date) -> Paper:
        text = read.text("objective") or OBJECTIVE
        planned = read.day("planned_end_on")
        assert planned is not None  # noqa: S101 (the reading says one where the table does not)
        reason = read.text("exit_reason")
        return Paper(
            signed_on=signed_on,
            planned_end_on=planned,
            referent=self.people[read.text("referent")],
            objectives=[
                contracts.Objective(self.domains[code], text, WishedBy.TEAM)
                for code in read.says.get("domain", [])
            ],
            ended_on=read.day("ended_on"),
            exit_reason=self.terms[VocabularyKind.EXIT_REASON, reason] if reason else None,
            signers={part: read.text(code) for part, code in SIGNERS.items() if read.text(code)},
        )


def last_change_of(child_id: int) -> int | None:
    last: int | None = Change.objects.filter(child_id=child_id).aggregate(last=Max("pk"))["last"]
    return last


def _check_addition(row: ImportRow, child: Child) -> None:
    """An old table does not put back with a file an adult whom somebody took out of it, or kept apart."""
    followed = (
        Q(ends_on__isnull=False)
        | Q(contact_forbidden=True)
        | Q(address_secret_from__isnull=False)
        | ~Q(decision="")
        | Q(authority__in=WITHDRAWN)
    )
    if row.decision == RowDecision.SAME and Guardianship.objects.filter(followed, child=child).exists():
        raise CannotImportError(
            "Les droits des adultes de ce dossier sont suivis : ajoutez cet adulte sur sa page."
        )


def _made_with(pathway: Pathway) -> list[Model]:
    """All that a pathway came with, in the tables that an import may take back."""
    contract = pathway.contract
    referral = contract.referral
    assert referral is not None  # noqa: S101 (it was just made from one)
    return [
        referral,
        *referral.agreements.order_by("pk"),
        contract.decision,
        *ReferentLink.objects.filter(referral=referral).order_by("pk"),
        contract,
        pathway,
        *Objective.objects.filter(pathway=pathway).order_by("pk"),
        *([pathway.exit] if hasattr(pathway, "exit") else []),
    ]
