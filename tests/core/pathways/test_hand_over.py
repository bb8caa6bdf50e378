"""A referent's children pass to a colleague on a date: one loses the file that day, the other gains it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from core.children.access import scope_for
from core.journal.models import Change
from core.pathways.enums import ToRead
from core.pathways.models import HandOver, ReferentLink
from core.pathways.operations import decisions, ending, referents
from core.pathways.operations.referents import MustRead
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from core.people.models import RoleAssignment, User
from tests.core.pathways import ends, making
from tests.core.pathways.ends import SOON
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY, Entry

pytestmark = pytest.mark.usefixtures("in_town_a")
PARIS = ZoneInfo("Europe/Paris")


def partner_referent() -> User:
    """Of another organisation: without a link nothing at all is seen."""
    person = making.user(Role.REFERENT)
    person.organisation_code = "un-partenaire"
    person.save()
    return person


def a_life(**values: Any) -> Life:
    life = Life(**values)
    User.objects.filter(pk=life.referent.pk).update(organisation_code="un-partenaire")
    life.referent = User.objects.get(pk=life.referent.pk)
    return life


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=PARIS)


def links() -> list[tuple[date, date | None]]:
    return list(ReferentLink.objects.order_by("pk").values_list("since_on", "until_on"))


def test_one_loses_the_file_at_midnight_and_the_other_gains_it() -> None:
    life, to = a_life(), partner_referent()
    made = ends.hand_over(life.child, to, by=life.coordinator, note="Appeler le soir.")
    evening = at(SOON - timedelta(days=1), time(23, 59, 59))
    morning = at(SOON, time(0, 0))
    assert (scope_for(life.referent, life.child, evening), scope_for(to, life.child, evening)) == (2, None)
    assert (scope_for(life.referent, life.child, morning), scope_for(to, life.child, morning)) == (None, 2)
    assert links() == [(TODAY, SOON - timedelta(days=1)), (SOON, None)]
    assert (made.note, made.former.user, made.new.user) == ("Appeler le soir.", life.referent, to)
    assert Change.objects.filter(act="pathways.handed_over", child_id=life.child.pk).exists()


def test_at_once_the_former_loses_it_at_once() -> None:
    life, to = a_life(), partner_referent()
    ends.hand_over(life.child, to, by=life.coordinator, on=TODAY)
    assert (scope_for(life.referent, life.child, NOW), scope_for(to, life.child, NOW)) == (None, 2)
    assert links() == [(TODAY, TODAY - timedelta(days=1)), (TODAY, None)]


def test_several_children_in_one_go_all_or_none() -> None:
    lives = [a_life(), a_life()]
    to = partner_referent()
    children = [life.child for life in lives]
    read = MustRead(note="Les deux sœurs.", sections=[ToRead.FAMILY])
    ends.close(lives[1])
    with pytest.raises(CannotMove, match="pas de parcours ouvert"):
        referents.hand_over(
            children=children, to=to, on=SOON, by=lives[0].coordinator, at=NOW, must_read=read
        )
    assert not HandOver.objects.exists()
    third = a_life()
    made = referents.hand_over(
        children=[lives[0].child, third.child], to=to, on=SOON, by=third.coordinator, at=NOW, must_read=read
    )
    assert [(item.new.user, item.sections) for item in made] == [(to, ["family"])] * 2
    with pytest.raises(CannotMove, match="au moins un"):
        referents.hand_over(children=[], to=to, on=SOON, by=third.coordinator, at=NOW)


@pytest.mark.parametrize("on", [TODAY - timedelta(days=1), TODAY - timedelta(days=400)])
def test_not_in_the_past(on: date) -> None:
    life, to = a_life(), partner_referent()
    with pytest.raises(CannotMove, match="passé"):
        ends.hand_over(life.child, to, by=life.coordinator, on=on)
    assert ends.hand_over(life.child, to, by=life.coordinator, on=TODAY).on == TODAY


def test_to_who_holds_the_role_that_day_and_is_not_the_same_person() -> None:
    life = a_life()
    for nobody in (making.user(Role.SECRETARY), making.user(Role.COORDINATOR)):
        with pytest.raises(CannotMove, match="rôle de référence"):
            ends.hand_over(life.child, nobody, by=life.coordinator)
    leaving = partner_referent()
    RoleAssignment.objects.filter(user=leaving).update(until_on=SOON - timedelta(days=1))
    with pytest.raises(CannotMove, match="rôle de référence"):
        ends.hand_over(life.child, User.objects.get(pk=leaving.pk), by=life.coordinator)
    gone = partner_referent()
    User.objects.filter(pk=gone.pk).update(left_on=TODAY)
    with pytest.raises(CannotMove, match="rôle de référence"):
        ends.hand_over(life.child, User.objects.get(pk=gone.pk), by=life.coordinator)
    with pytest.raises(CannotMove, match="accompagne déjà"):
        ends.hand_over(life.child, life.referent, by=life.coordinator)
    assert ends.hand_over(life.child, partner_referent(), by=life.coordinator).pk


def test_one_that_is_announced_is_cancelled_before_another() -> None:
    life = a_life()
    to, other = partner_referent(), partner_referent()
    made = ends.hand_over(life.child, to, by=life.coordinator)
    with pytest.raises(CannotMove, match="déjà prévu"):
        ends.hand_over(life.child, other, by=life.coordinator)
    referents.cancel_hand_over(hand_over=made, by=life.coordinator, at=NOW)
    referents.cancel_hand_over(hand_over=made, by=life.coordinator, at=NOW)  # twice is once
    morning = at(SOON, time(9))
    assert (scope_for(life.referent, life.child, morning), scope_for(to, life.child, morning)) == (2, None)
    assert Change.objects.filter(act="pathways.hand_over_cancelled").count() == 1
    assert ends.hand_over(life.child, other, by=life.coordinator).new.user == other


def test_what_has_taken_place_is_not_cancelled() -> None:
    life = a_life()
    made = ends.hand_over(life.child, partner_referent(), by=life.coordinator)
    with pytest.raises(CannotMove, match="dans l’autre sens"):
        referents.cancel_hand_over(hand_over=made, by=life.coordinator, at=at(SOON, time(0)))
    back = at(SOON, time(10))
    assert ends.hand_over(life.child, life.referent, by=life.coordinator, on=SOON, at=back).pk


def test_naming_a_referent_and_handing_over_are_one_way() -> None:
    life = a_life()
    to, other = partner_referent(), partner_referent()
    made = ends.hand_over(life.child, to, by=life.coordinator)
    decisions.name_referent(referral=life.referral, user=other, since_on=TODAY, by=life.coordinator, at=NOW)
    made.refresh_from_db()
    assert made.cancelled_at == NOW
    assert links() == [
        (TODAY, TODAY - timedelta(days=1)),
        (SOON, SOON - timedelta(days=1)),
        (TODAY, None),
    ]
    for day in (TODAY, SOON, SOON + timedelta(days=400)):
        assert [link.user for link in ReferentLink.objects.in_force(day)] == [other]


def test_naming_who_leaves_before_is_refused() -> None:
    life = a_life()
    with pytest.raises(CannotMove, match="rôle de référence"):
        decisions.name_referent(
            referral=life.referral, user=life.coordinator, since_on=TODAY, by=life.coordinator, at=NOW
        )


def test_a_chain_of_colleagues_on_one_day() -> None:
    life = a_life()
    one, two = partner_referent(), partner_referent()
    ends.hand_over(life.child, one, by=life.coordinator, on=TODAY)
    made = ends.hand_over(life.child, two, by=life.coordinator, on=TODAY)
    assert made.former.user == one
    assert [link.user for link in ReferentLink.objects.in_force(TODAY)] == [two]


def test_a_child_whom_nobody_accompanies_is_taken_over() -> None:
    life = a_life()
    ReferentLink.objects.update(until_on=TODAY - timedelta(days=1))
    made = ends.hand_over(life.child, partner_referent(), by=life.coordinator, on=TODAY)
    assert (made.former, made.new.referral) == (None, life.referral)


def test_an_admitted_child_without_contract_is_handed_over_too() -> None:
    entry = Entry(sealed=False)
    to = partner_referent()
    assert ends.hand_over(entry.child, to, by=entry.coordinator).new.referral == entry.referral
    with pytest.raises(CannotMove, match="pas de parcours ouvert"):
        ends.hand_over(making.child(), to, by=entry.coordinator)


def test_the_end_of_a_pathway_gives_up_what_was_announced() -> None:
    life, to = a_life(), partner_referent()
    made = ends.hand_over(life.child, to, by=life.coordinator)
    closed = ends.close(life)
    made.refresh_from_db()
    assert made.cancelled_at == NOW
    assert not ReferentLink.objects.in_force(SOON).exists()
    ending.undo_exit(ending=closed, by=life.coordinator, at=NOW)
    assert [link.user for link in ReferentLink.objects.in_force(SOON)] == [life.referent]


def test_an_ended_pathway_gets_no_referent() -> None:
    life = a_life()
    ends.close(life)
    with pytest.raises(CannotMove, match="terminé"):
        decisions.name_referent(
            referral=life.referral, user=life.referent, since_on=TODAY, by=life.coordinator, at=NOW
        )


def test_what_is_to_be_read_is_there_from_the_day_until_it_is_read() -> None:
    life, to = a_life(), partner_referent()
    made = ends.hand_over(life.child, to, by=life.coordinator, note="Appeler le soir.")
    assert made not in HandOver.objects.to_read(to, TODAY)
    assert made in HandOver.objects.to_read(to, SOON)
    assert made not in HandOver.objects.to_read(life.referent, SOON)
    with pytest.raises(CannotMove, match="qui prend le relais"):
        referents.mark_read(hand_over=made, by=life.coordinator, at=at(SOON, time(9)))
    for _ in range(2):
        assert referents.mark_read(hand_over=made, by=to, at=at(SOON, time(9))).read_at == at(SOON, time(9))
    assert made not in HandOver.objects.to_read(to, SOON)


def test_two_referents_at_a_time_are_refused_by_the_database() -> None:
    life = a_life()
    for since, until in ((TODAY, None), (SOON, SOON), (TODAY - timedelta(days=9), TODAY)):
        with pytest.raises(DatabaseError, match="accompagne déjà"), transaction.atomic():
            ReferentLink.objects.create(
                child=life.child, user=partner_referent(), since_on=since, until_on=until
            )
    with pytest.raises(DatabaseError, match="d’un enfant"), transaction.atomic():
        link = ReferentLink.objects.get(child=life.child)
        HandOver.objects.create(
            former=link,
            new=ReferentLink.objects.get(child=Life().child),
            on=TODAY,
            by=life.coordinator,
            noted_at=NOW,
        )
