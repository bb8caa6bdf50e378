"""What leaves with a return: nothing from which a reader could count children."""

import json

import pytest

from core.exchange import sources
from core.exchange.models import ReturnInTransit
from core.exchange.questionnaire import Kind, Question, Questionnaire, Section
from core.people.enums import Role
from core.returns.checks import Check, CheckKind
from tenants.context import Place
from tests.core.funding import making as accounts
from tests.core.pathways import making as people
from tests.core.pathways.living import Life
from tests.core.returns import making

pytestmark = pytest.mark.django_db
KINDS = Question("nature", "Partenaires par nature", Kind.TABLE, "partners/kind")


def test_no_check_of_childrens_figures_is_known_to_the_nation(in_town_a: Place) -> None:
    """That it's absent would tell as much as that it stands: eighteen children, none of unknown sex."""
    form = Questionnaire((Section("tout", "Tout", (*making.FORM.questions, KINDS)),))
    campaign = making.opened(form=form)
    coordinator = people.user(Role.COORDINATOR)
    Life()
    accounts.convention(coordinator, reference="")
    sent = making.sent(campaign, coordinator)
    sealed = [one["title"] for one in json.loads(sent.text)["checks"]]
    assert any("réponses manquantes" in one for one in sealed)
    passed = json.loads(ReturnInTransit.objects.get(campaign=campaign).text)
    assert passed["checks"] == [["Une convention de l’État n’a pas de référence DAUPHIN", "C’est bien cela."]]
    assert [label for label, *_ in passed["numbers"]] == ["Réunions tenues"]


@pytest.mark.parametrize(
    ("kind", "source", "leaves"),
    [
        (CheckKind.JUMP, "children", False),
        (CheckKind.JUMP, "partners", False),
        (CheckKind.JUMP, "meetings_held", True),
        (CheckKind.UNKNOWN, "children/sex", False),
        (CheckKind.TOTAL, "partners/kind", False),
        (CheckKind.MONEY, "", True),
    ],
)
def test_a_check_leaves_by_what_it_looked_at(kind: CheckKind, source: str, leaves: bool) -> None:
    assert Check("x", kind, "x", "x", "", source=source).leaves is leaves
    assert sources.tells_of_no_child(source or "funding/granted") is leaves
