"""Names of the files: shown with the words found, and never without a way out."""

import pytest

from core.people.enums import Role
from core.returns import names
from core.returns.forms import AnswersForm
from core.returns.operations import answering, submitting
from core.returns.operations.answering import CannotWriteError
from tenants.context import Place
from tests.core.pathways import making as people
from tests.core.returns import making
from tests.core.returns.making import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_town_a")]
SON_LE = (frozenset({"son"}), frozenset({"le"}))
AICHA = (names.words("Aïcha"), names.words("Exempleur-Le Goff"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Le travail avance, son bureau aussi.", []),
        ("Le travail avance depuis la rentrée dans toute la ville. Son bureau aussi.", []),
        ("Nous avons vu Son Le.", ["Son Le"]),
        ("aïcha exempleur", []),
        ("Aicha EXEMPLEUR progresse", ["Aicha EXEMPLEUR"]),
        ("Mademoiselle Goff-Durand, Aïcha de son prénom", ["Goff Aïcha"]),
    ],
)
def test_names_stand_near_each_other_with_capitals(text: str, found: list[str]) -> None:
    assert names.pairs(text, [SON_LE, AICHA]) == found


def test_a_last_name_alone_is_shown(in_town_a: Place) -> None:
    known = [SON_LE, AICHA]
    assert names.signs("Le collège Pasteur, son équipe, une Aïcha.", known) == []
    (said,) = names.signs("La mère Exempleur est venue.", known)
    assert "«\u00a0Exempleur\u00a0» est un nom de famille" in said


def test_who_read_again_is_let_through_and_asked_again_at_sending(in_town_a: Place) -> None:
    campaign, coordinator = making.opened(), people.user(Role.COORDINATOR)
    people.child(first_name="Rose", last_name="Exempleur")
    text = "La rue Rose Exempleur a son centre social."
    form = AnswersForm({"equipe": text}, questions=making.FORM, answers={}, comment="")
    assert not form.is_valid()
    assert "Rose Exempleur" in str(form.errors["equipe"])
    values = {"campaign": campaign, "answers": {"equipe": text}, "comment": "", "by": coordinator, "at": NOW}
    with pytest.raises(CannotWriteError, match="Rose Exempleur"):
        answering.write_answers(**values)
    answering.write_answers(**values, read_again=True)
    making.explained(campaign, coordinator)
    with pytest.raises(CannotWriteError, match="Rose Exempleur"):
        submitting.submit_return(campaign=campaign, by=coordinator, at=NOW)
    assert submitting.submit_return(campaign=campaign, by=coordinator, at=NOW, read_again=True).number == 1
