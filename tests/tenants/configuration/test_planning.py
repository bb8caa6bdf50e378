"""plan tells, apply does, and doing it twice does nothing. Under the owner's login, rolled back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, connection, transaction

from core.children.models import PriorityDistrict, School
from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from core.pathways.models import Domain as Accompaniment
from core.pathways.models import Term
from tenants.configuration import planning
from tenants.configuration.changes import Act
from tenants.configuration.loading import Invalid, Loaded, load
from tenants.configuration.schema import TownFile, settings_of, town_settings
from tenants.context import Place, entered, outside
from tenants.models import Domain, Town
from tests.tenants.configuration.examples import small

pytestmark = pytest.mark.usefixtures("as_owner")

Load = Callable[..., Loaded]
TOWNS = Path(__file__).resolve().parents[3] / "infra" / "towns"
MODELS = (Organisation, ContactPerson, Offer, Agreement, School, PriorityDistrict, Accompaniment, Term)


def place_of(slug: str) -> Place:
    town = Town.objects.get(slug=slug)
    place: Place = town.place(str(Domain.objects.get(tenant=town, is_primary=True).domain))
    return place


def content(slug: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a file may touch."""
    rows: dict[str, list[tuple[Any, ...]]] = {
        "towns": list(Town.objects.order_by("pk").values_list()),
        "domains": list(Domain.objects.order_by("pk").values_list()),
    }
    if Town.objects.filter(slug=slug).exists():
        with entered(place_of(slug), switching=True):
            for model in MODELS:
                rows[model.__name__] = list(model._default_manager.order_by("pk").values_list())
    return rows


def told(outcome: planning.Outcome) -> list[str]:
    return [line for change in outcome.changes for line in change.lines()]


def test_a_new_town_is_planned_then_made(loaded: Load) -> None:
    file = loaded(small())
    before = content("zzlune")
    plan = planning.plan(file)
    assert plan.is_new
    assert content("zzlune") == before
    done = planning.apply(file)
    assert told(done) == told(plan)
    assert "+ ville zzlune (Zz-la-Lune)" in told(done)
    assert "+ organisation club (Club de la Lune)" in told(done)
    place = place_of("zzlune")
    assert place.primary_host == "zzlune.localhost"
    with entered(place):
        club = Organisation.objects.get()
        assert (club.code, club.rna, club.since, club.districts) == (
            "club",
            "W011999001",
            date(2009, 7, 1),
            ["QN00199N"],
        )
        assert Offer.objects.get().domains == ["social"]
        assert ContactPerson.objects.get().phone == "+33199000001"
        assert Agreement.objects.get().organisation == club
        assert School.objects.get().uai == "0019901G"
        assert PriorityDistrict.objects.get().name == "La Mer"
        assert list(Accompaniment.objects.order_by("order").values_list("code", flat=True)) == [
            "educatif",
            "social",
        ]
        assert set(Term.objects.values_list("kind", "code")) == {
            ("referral_source", "ecole"),
            ("motive", "lecture"),
            ("exit_reason", "fini"),
        }


def test_a_second_apply_changes_nothing(loaded: Load) -> None:
    planning.apply(loaded(small()))
    before = content("zzlune")
    assert planning.apply(loaded(small())).changes == []
    assert planning.plan(loaded(small())).changes == []
    assert content("zzlune") == before


@pytest.mark.parametrize("path", sorted(TOWNS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_files_apply_once(path: Path) -> None:
    (file,) = load([path])
    Town.objects.filter(slug=file.file.slug).delete()  # the suite's own national site
    if file.file.kind == "national":
        Town.objects.filter(kind="national").delete()
    planning.apply(file)
    assert planning.apply(file).changes == []
    assert settings_of(place_of(file.file.slug)).look.accent == file.file.look.accent


def changed(loaded: Load, change: Callable[[dict[str, Any]], object]) -> tuple[list[str], list[str]]:
    """What plan and then apply tell of a change to the small town; plan is held to write nothing."""
    planning.apply(loaded(small()))
    data = small()
    change(data)
    before = content("zzlune")
    plan = told(planning.plan(loaded(data)))
    assert content("zzlune") == before
    done = told(planning.apply(loaded(data)))
    assert planning.apply(loaded(data)).changes == []
    return plan, done


CHANGES: list[tuple[Callable[[dict[str, Any]], object], list[str]]] = [
    (lambda d: d.update(name="Mars"), ["~ réglage name, valeur : « Zz-la-Lune » → « Mars »"]),
    (lambda d: d["ages"].update(oldest=18), ["~ réglage ages.oldest, valeur : 16 → 18"]),
    (
        lambda d: d.update(access={"mfa_required": True}),
        ["~ réglage access.mfa_required, valeur : non → oui"],
    ),
    (
        lambda d: d["domains"][0].update(label="École"),
        ["~ domaine educatif, libellé : « Éducatif » → « École »"],
    ),
    (
        lambda d: d["schools"].clear(),
        ["- école 0019901G (désactivé : ses données restent)"],
    ),
    (
        lambda d: d["organisations"][0].update(provider=True, siret="99900010200015"),
        ["~ organisation club", "    prestataire : non → oui", "    SIRET : rien → « 99900010200015 »"],
    ),
    (
        lambda d: d["organisations"][0]["offers"].append(
            {"code": "chant", "label": "Chant", "domains": ["educatif"], "form": "both"}
        ),
        ["+ offre club/chant (Chant)"],
    ),
    (
        lambda d: d["organisations"][0].pop("agreement"),
        ["- convention club/C1 (désactivé : ses données restent)"],
    ),
    (
        lambda d: d["web"].update(others=["zzlune-ter.localhost"]),
        ["+ domaine web zzlune-ter.localhost", "- domaine web zzlune-bis.localhost (n’ouvre plus la ville)"],
    ),
    (
        lambda d: d["organisations"][0]["contacts"][0].update(function="Direction"),
        ["~ contact club/Contact fictif, fonction : « Accueil » → « Direction »"],
    ),
]


@pytest.mark.parametrize(("change", "lines"), CHANGES, ids=[lines[0] for _, lines in CHANGES])
def test_one_change_is_told_then_done(
    loaded: Load, change: Callable[[dict[str, Any]], object], lines: list[str]
) -> None:
    plan, done = changed(loaded, change)
    assert plan == done == lines


def test_what_leaves_the_file_is_kept_but_inactive_and_comes_back(loaded: Load) -> None:
    planning.apply(loaded(small()))
    without = small()
    without["organisations"] = without["users"] = []
    planning.apply(loaded(without))
    with entered(place_of("zzlune")):
        assert not Organisation.objects.get(code="club").active
        assert not Offer.objects.get().active
        assert not ContactPerson.objects.get().active
    lines = told(planning.apply(loaded(small())))
    assert "~ organisation club, active : non → oui" in lines
    with entered(place_of("zzlune")):
        assert Organisation.objects.get(code="club").active


def test_what_was_made_on_screen_is_left_alone(loaded: Load) -> None:
    planning.apply(loaded(small()))
    with entered(place_of("zzlune")):
        Organisation.objects.create(code="ecran", name="Saisie à l’écran", kind="sante")
    assert planning.apply(loaded(small())).changes == []
    with entered(place_of("zzlune")):
        assert Organisation.objects.get(code="ecran").active


def test_a_number_goes_from_one_code_to_another(loaded: Load) -> None:
    planning.apply(loaded(small()))
    renamed = small()
    renamed["organisations"][0]["code"] = "club_de_la_lune"
    renamed["users"] = []
    planning.apply(loaded(renamed))
    with entered(place_of("zzlune")):
        assert Organisation.objects.get(rna="W011999001", active=True).code == "club_de_la_lune"


def test_the_new_primary_host_answers_and_the_former_may_stay(loaded: Load) -> None:
    plan, done = changed(
        loaded, lambda d: d["web"].update(primary="zzlune-bis.localhost", others=["zzlune.localhost"])
    )
    assert plan == done
    assert done[0].startswith(
        "~ domaine web zzlune, principal : « zzlune.localhost » → « zzlune-bis.localhost »"
    )
    assert place_of("zzlune").primary_host == "zzlune-bis.localhost"
    assert Domain.objects.filter(tenant__slug="zzlune", is_primary=True).count() == 1


def test_another_town_s_host_in_the_database_is_told_with_its_line(loaded: Load) -> None:
    planning.apply(loaded(small()))
    mer = {**small(), "slug": "zzmer", "web": {"primary": "zzmer.localhost", "others": ["zzlune.localhost"]}}
    file = loaded(mer)  # written over the first file, so only the database knows the town
    for act in (planning.plan, planning.apply):
        with pytest.raises(Invalid) as caught:
            act(file)
        (problem,) = caught.value.problems
        assert (problem.key, problem.found) == ("web.others[1]", "« zzlune.localhost »")
        assert "c’est celui de Zz-la-Lune" in problem.expected
        assert problem.line > 0
    assert not Town.objects.filter(slug="zzmer").exists()


def test_the_national_site_s_host_in_the_database_is_refused(loaded: Load) -> None:
    data = small()
    data["web"]["others"] = ["national.test"]
    with pytest.raises(Invalid) as caught:
        planning.plan(loaded(data))
    # By its first word, before the database is asked.
    assert "réservé à la plateforme" in str(caught.value)


def test_an_applier_that_fails_leaves_nothing(loaded: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: TownFile, *, plan: bool) -> list[Any]:
        raise RuntimeError("no")

    before = content("zzlune")
    monkeypatch.setattr("core.pathways.configuration.apply", broken)
    with pytest.raises(RuntimeError):
        planning.apply(loaded(small()))
    assert content("zzlune") == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%%'")
        (schemas,) = cursor.fetchone()
    assert schemas == Town.objects.count() + 2  # and the two templates


def test_a_plan_cannot_write_even_if_its_code_tried(loaded: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    def writing(file: TownFile, *, plan: bool) -> list[Any]:
        Town.objects.update(name="written")
        return []

    planning.apply(loaded(small()))
    monkeypatch.setattr("core.pathways.configuration.apply", writing)
    with pytest.raises(InternalError, match="read-only"), transaction.atomic(), outside():
        planning.plan(loaded(small()))


def test_public_keeps_nobody_s_name(loaded: Load) -> None:
    planning.apply(loaded(small()))
    stored = str(Town.objects.get(slug="zzlune").config)
    for name in ("Zoé", "coordination@lune.example", "Contact fictif", "+33199000001"):
        assert name not in stored
    assert "Club de la Lune" in stored


def test_the_town_s_typed_settings_come_from_what_is_stored(loaded: Load) -> None:
    planning.apply(loaded(small()))
    place = place_of("zzlune")
    assert town_settings(place).ages.youngest == 6
    assert settings_of(place) is settings_of(place)
    shared = {key: place.config[key] for key in ("format", "name", "mail", "look", "calendar", "access")}
    web = {"primary": "n.localhost", "others": []}
    national = replace(place, kind="national", config={**shared, "kind": "national", "slug": "n", "web": web})
    assert settings_of(national).kind == "national"
    with pytest.raises(TypeError):
        town_settings(national)


def test_keys_that_a_release_dropped_do_not_break_a_stored_file(loaded: Load) -> None:
    planning.apply(loaded(small()))
    place = place_of("zzlune")
    look = {**place.config["look"], "font": "x"}
    assert (
        settings_of(replace(place, config={**place.config, "dropped": 1, "look": look})).look.name == "Lune"
    )


def test_the_acts_are_told_apart(loaded: Load) -> None:
    acts = {change.act for change in planning.plan(loaded(small())).changes}
    assert acts == {Act.ADD}
