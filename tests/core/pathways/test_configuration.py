import pytest
from django.db import IntegrityError, transaction

from core.pathways import configuration
from core.pathways.enums import NATIONAL_CODES, NationalDomain, VocabularyKind
from core.pathways.models import Domain, Term
from tenants.configuration.loading import checked
from tenants.configuration.reading import Draft
from tenants.configuration.schema import TownFile
from tests.tenants.configuration.examples import small

pytestmark = pytest.mark.usefixtures("in_town_a")


def file(**data: object) -> TownFile:
    problems, typed = checked(Draft("x.toml", {**small(), "organisations": [], "users": [], **data}))
    assert problems == []
    assert isinstance(typed, TownFile)
    return typed


def test_words_are_planned_then_made_once() -> None:
    plan = configuration.apply(file(), plan=True)
    assert not Domain.objects.exists()
    assert [change.lines()[0] for change in plan] == [
        "+ domaine educatif (Éducatif)",
        "+ domaine social (Social)",
        "+ origine de repérage ecole (École)",
        "+ motif lecture (Lecture)",
        "+ motif de sortie fini (Fini)",
    ]
    assert configuration.apply(file(), plan=False) == plan
    assert configuration.apply(file(), plan=False) == []


def test_the_order_is_the_file_s_unless_it_says_otherwise() -> None:
    domains = [
        {"code": "b", "label": "B", "national": "social"},
        {"code": "a", "label": "A", "national": "health", "order": 1},
        {"code": "c", "label": "C", "national": "culture"},
    ]
    configuration.apply(file(domains=domains), plan=False)
    assert list(Domain.objects.order_by("order", "code").values_list("code", "order")) == [
        ("a", 1),
        ("b", 1),
        ("c", 3),
    ]


def test_a_word_that_leaves_is_kept_for_what_was_said_with_it() -> None:
    configuration.apply(file(), plan=False)
    (change,) = configuration.apply(file(vocabularies={**small()["vocabularies"], "motives": []}), plan=False)
    assert change.lines() == ["- motif lecture (désactivé : ses données restent)"]
    assert not Term.objects.get(kind=VocabularyKind.MOTIVE).active


def test_the_same_code_in_two_lists_is_two_words() -> None:
    same = {"code": "autre", "label": "Autre", "national": "other"}
    words = {"referral_sources": [same], "motives": [same], "exit_reasons": []}
    configuration.apply(file(vocabularies=words), plan=False)
    assert Term.objects.filter(code="autre").count() == 2


@pytest.mark.parametrize("key", ["referral_sources", "motives", "exit_reasons"])
def test_a_code_of_another_list_is_unknown(key: str) -> None:
    data = small()
    assert configuration.check(Draft("x.toml", data)) == []
    data["vocabularies"][key][0]["national"] = "education"  # a domain's
    (problem,) = configuration.check(Draft("x.toml", data))
    assert problem.key == f"vocabularies.{key}[1].national"


@pytest.mark.parametrize("kind", VocabularyKind.values)
def test_the_database_takes_every_code_of_the_list_and_no_other(kind: str) -> None:
    for code in NATIONAL_CODES[kind].values:
        Term.objects.create(kind=kind, code=code, label=code, national=code, order=1)
    with pytest.raises(IntegrityError, match="term_national_code_known"), transaction.atomic():
        Term.objects.create(kind=kind, code="x", label="X", national="education", order=1)


def test_a_domain_has_a_national_code() -> None:
    for code in NationalDomain.values:
        Domain.objects.create(code=code, label=code, national=code, order=1)
    with pytest.raises(IntegrityError, match="domain_national_code_known"), transaction.atomic():
        Domain.objects.create(code="x", label="X", national="school", order=1)
