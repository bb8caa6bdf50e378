"""What the family's last page keeps to itself, and whom nobody asks for news."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.children.models import Guardianship
from core.journal.models import Change
from core.pathways import ending as endings
from core.pathways.documents.exit import exit_of, exit_pdf
from core.pathways.enums import NationalExit, Outcome, RelayState, WishedBy, WithWhom
from core.pathways.forms.ending import CorrectExitForm, ExitForm, RelayForm
from core.pathways.models import AfterExit, Appointment, Exit
from core.pathways.operations import actions, after_exit, ending, taking_over
from core.pathways.operations.contracts import Objective
from core.pathways.operations.ending import Became, Relay
from core.pathways.operations.taking_over import Paper, Told
from core.pathways.operations.transitions import CannotMove
from tests.core.pathways import ends, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
LATER = date(2028, 1, 3)


def ended(life: Life, **values: Any) -> Exit:
    actions.start_action(action=life.action(objective=life.searched()), on=TODAY, by=life.referent, at=NOW)
    return ends.close(
        life,
        words="MOTS",
        strengths="Dessine très bien.",
        outcomes={life.objective.pk: Became(Outcome.MET, "PREUVE")},
        **values,
    )


def keep_apart(life: Life, how: str) -> None:
    ship = Guardianship.objects.filter(child=life.child)[0]
    if how == "address":
        ship.address_secret_from = making.guardian(life.child)
    else:
        ship.contact_forbidden = True
    ship.save()


@pytest.mark.parametrize("how", ["address", "contact"])
@pytest.mark.parametrize("state", [RelayState.PROPOSED, RelayState.ACCEPTED])
def test_where_households_are_kept_apart_the_last_page_names_no_place(how: str, state: RelayState) -> None:
    life = Life()
    made = ended(life, relay=Relay(words="CLUB", state=state))
    keep_apart(life, how)
    told = exit_of(made, on=TODAY)
    assert not {"MOTS", "PREUVE", "CLUB", "Atelier"} & set(str(told).replace("'", " ").split())
    assert "de vive voix" in told["relay"]
    assert (told["met"], told["strengths"]) == ([life.objective.text], [])
    assert exit_pdf(made).startswith(b"%PDF-")


def test_elsewhere_it_says_what_was_done_and_who_goes_on() -> None:
    life = Life()
    told = exit_of(ended(life, relay=Relay(words="CLUB")), on=TODAY)
    assert told["met"] == [f"{life.objective.text}, PREUVE"]
    assert (told["words"], told["strengths"]) == (["MOTS"], ["Dessine très bien."])
    assert "CLUB" in told["relay"]
    assert [item["title"] for item in told["done"]] == ["Atelier de lecture à deux"]


def test_what_a_family_said_when_it_stopped_is_on_no_paper() -> None:
    made = ends.withdraw(Life(), words="MOTS")
    assert made.words == "MOTS"
    assert exit_of(made, on=TODAY)["words"] == []


def test_who_writes_what_is_printed_reads_that_the_family_may() -> None:
    life = Life()
    aim = f"words_{life.objective.pk}"
    form = ExitForm(objectives=[life.objective], referent=None)
    made = ended(life, relay=Relay(words="CLUB"))
    correction = CorrectExitForm(ending=made)
    made.relay_state = RelayState.DECLINED
    relay = RelayForm(ending=made)
    for fields in (
        [form[name] for name in ("words", "relay_organisation", "relay_words", aim)],
        [correction[name] for name in ("strengths", "words", aim)],
        [relay[name] for name in ("organisation", "words")],
    ):
        assert all("La famille peut le lire" in field.help_text for field in fields)


def due(life: Life) -> int:
    waiting = AfterExit.objects.waiting().count()
    assert endings.after_exits_due(life.coordinator, LATER).count() == waiting
    return waiting


@pytest.mark.parametrize("national", [NationalExit.DEATH, NationalExit.MISTAKE])
def test_an_end_said_better_afterwards_may_take_its_news_away(national: NationalExit) -> None:
    life = Life()
    made = ends.close(life)
    assert due(life) == 2
    Exit.objects.filter(pk=made.pk).update(national=national)
    assert due(life) == 0


def test_of_a_child_who_died_nobody_takes_news_for_a_former_pathway() -> None:
    life = Life()
    ends.close(life)
    paper = Paper(
        signed_on=date(2025, 1, 6),
        planned_end_on=date(2026, 1, 6),
        referent=life.referent,
        objectives=[Objective(making.domain(), "Lire", WishedBy.TEAM)],
        ended_on=date(2025, 6, 2),
        exit_reason=making.term("exit_reason", "deces", "death"),
    )
    told = Told(received_on=date(2025, 1, 6))
    first, last = AfterExit.objects.order_by("due_on")
    values = {"reached": True, "became": "Va bien.", "on": TODAY, "by": life.coordinator, "at": NOW}
    assert due(life) == 2
    assert after_exit.note_after_exit(look=first, **values).done_on == TODAY
    taking_over.take_over_pathway(child=life.child, told=told, paper=paper, by=life.coordinator, at=NOW)
    assert due(life) == 0
    with pytest.raises(CannotMove, match="plus de nouvelles à prendre"):
        after_exit.note_after_exit(look=last, **values)
    with pytest.raises(CannotMove, match="plus de nouvelles à prendre"):
        after_exit.charge_after_exit(look=last, user=None, by=life.coordinator, at=NOW)
    last.refresh_from_db()
    assert last.done_on is None


def test_a_family_that_stops_is_asked_once_in_six_months() -> None:
    life = Life()
    made = ends.withdraw(life, news=True)
    assert list(made.looks.values_list("months", flat=True)) == [6]


def test_an_appointment_of_before_is_not_said_to_stop_with_the_end() -> None:
    life = Life()
    for days in (-1, 1):
        Appointment.objects.create(
            pathway=life.pathway, at=NOW + timedelta(days=days), venue="Ici", with_whom=WithWhom.FAMILY,
            user=life.referent,
        )  # fmt: skip
    ends.close(life)
    assert list(Appointment.objects.order_by("at").values_list("state", "outcome")) == [
        ("cancelled", "La suite n’était pas notée à la fin du parcours."),
        ("cancelled", "Le parcours a pris fin."),
    ]


def test_the_log_of_a_correction_keeps_codes_and_no_words() -> None:
    life = Life()
    made = ended(life)
    values = {"asked_by": "family", "words": "MIEUX", "strengths": "Chante."}
    ending.correct_exit(ending=made, by=life.coordinator, at=NOW, national=NationalExit.MOVED, **values)
    change = Change.objects.get(act="pathways.exit_corrected")
    assert change.old == {"national": "goals_met", "asked_by": "team"}
    assert {"words", "strengths"} <= set(change.fields)
