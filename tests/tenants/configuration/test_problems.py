# ruff: noqa: E501 — a table is read by its lines
"""What is wrong in a file is told with its line, all at once. Every refusal spoils one key of a good file."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tenants.configuration.loading import Invalid, load
from tests.tenants.configuration.examples import small

Spoil = Callable[[dict[str, Any]], object]


def problems_of(write: Callable[..., Path], spoil: Spoil) -> list[str]:
    data = small()
    spoil(data)
    try:
        load([write(data)])
    except Invalid as error:
        return [re.sub(r"^.*/lune\.toml(?::\d+)? : ", "", str(problem)) for problem in error.problems]
    return []


def test_the_file_that_is_spoiled_below_is_good(write: Callable[..., Path]) -> None:
    assert problems_of(write, lambda data: None) == []


SPOILED: list[tuple[Spoil, str]] = [
    (lambda d: d.update(slug="www"), "slug : trouvé « www » ; attendu : un nom court que la plateforme ne se"),
    (lambda d: d.update(slug="Lune"), "slug : trouvé « Lune » ; attendu : un nom court en minuscules"),
    (lambda d: d.update(insee="2C004"), "insee : trouvé « 2C004 » ; attendu : un code INSEE"),
    (lambda d: d.update(insee=1999), "insee : trouvé « 1999 » ; attendu : un texte entre guillemets"),
    (lambda d: d.update(communes=["01999"]), "communes[1] : trouvé « 01999 » ; attendu : une valeur unique"),
    (lambda d: d.update(format=2), "format : trouvé « 2 » ; attendu : l’une des valeurs 1"),
    (lambda d: d.pop("carrier"), "carrier : trouvé rien ; attendu : une valeur, cette clé est obligatoire"),
    (lambda d: d["carrier"].update(kind="mairie"), "carrier.kind : trouvé « mairie » ; attendu : l’une des"),
    (lambda d: d["carrier"].update(siret="99900010200016"), "carrier.siret : trouvé « 99900010200016 »"),
    (lambda d: d["carrier"].update(sirett="1"), "carrier.sirett : trouvé la clé inconnue « sirett » ; attendu : « siret »"),
    (lambda d: d.update(zzz=1), "zzz : trouvé la clé inconnue « zzz » ; attendu : l’une des clés access"),
    (lambda d: d["web"].update(primary="www.lune.example"), "web.primary : trouvé « www.lune.example » ; attendu : un domaine qui ne commence pas par www."),
    (lambda d: d["web"].update(primary="api.lune.example"), "web.primary : trouvé « api.lune.example »"),
    (lambda d: d["web"].update(primary="national.localhost"), "web.primary : trouvé « national.localhost »"),
    (lambda d: d["web"].update(primary="https://lune.example"), "web.primary : trouvé « https://lune.example »"),
    (lambda d: d["web"].update(primary="127.0.0.1"), "web.primary : trouvé « 127.0.0.1 » ; attendu : un nom de domaine"),
    (lambda d: d["web"].update(primary="lune"), "web.primary : trouvé « lune »"),
    (lambda d: d["web"].update(others=["zzlune.localhost"]), "web.others[1] : trouvé « zzlune.localhost » ; attendu : une valeur unique"),
    (lambda d: d["web"].update(others="zz.localhost"), "web.others : trouvé « zz.localhost » ; attendu : une liste"),
    (lambda d: d["mail"].update(sender="pre"), "mail.sender : trouvé « pre » ; attendu : une adresse électronique"),
    (lambda d: d["look"].update(accent="#777777"), "look.accent : trouvé « #777777 » ; attendu : un contraste d’au moins 4,5 pour 1 sur fond blanc (ici 4,48 pour 1) ; la couleur la plus proche qui convient est #767676"),
    (lambda d: d["look"].update(accent="bleu"), "look.accent : trouvé « bleu » ; attendu : une couleur écrite #rrggbb"),
    (lambda d: d["look"].update(logo="absent.svg"), "look.logo : trouvé « absent.svg » ; attendu : un fichier présent"),
    (lambda d: d["look"].update(logo="../x.svg"), "look.logo : trouvé « ../x.svg » ; attendu : un fichier .svg ou"),
    (lambda d: d["ages"].update(youngest=17), "ages : trouvé youngest = « 17 », oldest = « 16 » ; attendu : un âge"),
    (lambda d: d["ages"].update(youngest="6"), "ages.youngest : trouvé « 6 » ; attendu : un nombre entier"),
    (lambda d: d["ages"].update(youngest=6.5), "ages.youngest : trouvé « 6.5 » ; attendu : un nombre entier"),
    (lambda d: d["calendar"].update(time_zone="Europe/Montauban"), "calendar.time_zone : trouvé « Europe/Montauban »"),
    (lambda d: d["calendar"].update(school_year_start="02-30"), "calendar.school_year_start : trouvé « 02-30 »"),
    (lambda d: d["calendar"].update(holidays=[{"label": "a", "starts_on": date(2026, 2, 2), "ends_on": date(2026, 2, 1)}]), "calendar.holidays[1] : trouvé starts_on = « 2026-02-02 », ends_on = « 2026-02-01 »"),
    (lambda d: d.update(retention={"active_months": 25}), "retention.active_months : trouvé « 25 » ; attendu : au plus 24"),
    (lambda d: d.update(retention={"log_months": 5}), "retention.log_months : trouvé « 5 » ; attendu : au moins 6"),
    (lambda d: d.update(small_counts={"nation": 10}), "small_counts.nation : trouvé « 10 » ; attendu : au moins 11"),
    (lambda d: d.update(small_counts={"prefet": 4}), "small_counts.prefet : trouvé « 4 » ; attendu : au moins 5"),
    (lambda d: d.update(entry={"who_may_refer": ["staff", "neighbours"]}), "entry.who_may_refer[2] : trouvé « neighbours »"),
    (lambda d: d.update(access={"mfa_required": 1}), "access.mfa_required : trouvé « 1 » ; attendu : true ou false"),
    (lambda d: d.update(domains=[], organisations=[], users=[]), "domains : trouvé une liste de 0 élément ; attendu : au moins 1 élément"),
    (lambda d: d["domains"].append(dict(d["domains"][0])), "domains[3].code : trouvé « educatif » ; attendu : une valeur unique"),
    (lambda d: d["domains"][0].update(national="school"), "domains[1].national : trouvé « school » ; attendu : un code national connu : education,"),
    (lambda d: d["vocabularies"]["motives"][0].update(national="goals_met"), "vocabularies.motives[1].national : trouvé « goals_met »"),
    (lambda d: d["vocabularies"]["exit_reasons"].append({"code": "fini", "label": "F", "national": "lost"}), "vocabularies.exit_reasons[2].code : trouvé « fini » ; attendu : une valeur unique"),
    (lambda d: d["priority_districts"].append({"code": "QN00199X", "name": "X", "insee": "01999"}), "priority_districts[2].code : trouvé « QN00199X »"),
    (lambda d: d["schools"][0].update(uai="0019901H"), "schools[1].uai : trouvé « 0019901H » ; attendu : un numéro UAI dont la lettre est juste (pour 0019901, ce serait G)"),
    (lambda d: d["schools"].append(dict(d["schools"][0], uai="0019901g")), "schools[2].uai : trouvé « 0019901g » ; attendu : une valeur unique"),
    (lambda d: d["schools"][0].update(network="ZEP"), "schools[1].network : trouvé « ZEP » ; attendu : l’une des valeurs REP, REP+"),
    (lambda d: d["organisations"][0].update(kind="club"), "organisations[1].kind : trouvé « club » ; attendu : une nature connue"),
    (lambda d: d["organisations"][0].update(rna="W01"), "organisations[1].rna : trouvé « W01 » ; attendu : un numéro RNA"),
    (lambda d: d["organisations"][0].update(since="2009-07-01"), "organisations[1].since : trouvé « 2009-07-01 » ; attendu : une date sans"),
    (lambda d: d["organisations"][0].update(districts=["QN00198N"]), "organisations[1].districts[1] : trouvé « QN00198N » ; attendu : un quartier décrit"),
    (lambda d: d["organisations"][0]["offers"][0].update(domains=["sport"]), "organisations[1].offers[1].domains[1] : trouvé « sport » ; attendu : un domaine du fichier (educatif, social)"),
    (lambda d: d["organisations"][0]["offers"][0].update(youngest=12, oldest=6), "organisations[1].offers[1] : trouvé youngest = « 12 », oldest = « 6 »"),
    (lambda d: d["organisations"][0]["contacts"][0].update(phone="12"), "organisations[1].contacts[1].phone : trouvé « 12 »"),
    (lambda d: d["organisations"][0]["agreement"].update(ends_on=date(2025, 1, 1)), "organisations[1].agreement : trouvé starts_on"),
    (lambda d: d["users"][0].update(organisation="autre"), "users[1].organisation : trouvé « autre » ; attendu : une organisation"),
    (lambda d: d["users"].append(dict(d["users"][0], email="Coordination@lune.example")), "users[2].email : trouvé « Coordination@lune.example » ; attendu : une valeur unique"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "told"), SPOILED, ids=[told.split(" : ")[0] for _, told in SPOILED])
def test_one_wrong_key_is_one_problem(write: Callable[..., Path], spoil: Spoil, told: str) -> None:
    problems = problems_of(write, spoil)
    assert len(problems) == 1, problems
    assert problems[0].startswith(told)


def test_all_problems_come_in_one_go_with_their_lines(write: Callable[..., Path]) -> None:
    data = small()
    data["insee"] = "1"
    data["domains"][1]["national"] = "unheard_of"
    data["schools"][0]["uai"] = "0019901H"
    data["web"]["primary"] = "www.lune.example"
    data["organisations"][0]["colour"] = "red"
    path = write(data)
    with pytest.raises(Invalid) as caught:
        load([path])
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [lines[problem.line - 1].split(" = ")[0] for problem in caught.value.problems]
    assert sorted(starts) == ["colour", "insee", "national", "primary", "uai"]
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    assert [problem.line for problem in caught.value.problems] == sorted(
        problem.line for problem in caught.value.problems
    )


def other(slug: str = "zzmer", **web: Any) -> dict[str, Any]:
    return {**small(), "slug": slug, "name": "Zz-Mer", "web": {"primary": "zzmer.localhost", **web}}


def test_two_good_files_go_together(write: Callable[..., Path]) -> None:
    files = load([write(small()), write(other(), "mer")])
    assert [one.file.slug for one in files] == ["zzlune", "zzmer"]


def test_two_files_cannot_claim_a_host_or_a_name(write: Callable[..., Path]) -> None:
    paths = [write(small()), write(other("zzlune", others=["zzlune-bis.localhost"]), "mer")]
    with pytest.raises(Invalid) as caught:
        load(paths)
    host, slug = sorted(caught.value.problems, key=lambda problem: problem.key, reverse=True)
    assert (host.key, host.found) == ("web.others[1]", "« zzlune-bis.localhost »")
    assert "c’est déjà celui de Zz-la-Lune" in host.expected
    assert (slug.key, slug.found) == ("slug", "« zzlune »")


def test_the_neighbours_of_a_file_count_although_they_are_not_named(write: Callable[..., Path]) -> None:
    write(small())
    write({**small(), "broken": 1}, "autre").write_text("= not toml", encoding="utf-8")
    mer = write(other(others=["zzlune.localhost"]), "mer")
    with pytest.raises(Invalid) as caught:
        load([mer])
    assert [problem.key for problem in caught.value.problems] == ["web.others[1]"]


def test_the_national_site_s_host_is_reserved(write: Callable[..., Path]) -> None:
    site = {key: small()[key] for key in ("format", "mail", "look")}
    site |= {
        "kind": "national",
        "slug": "national",
        "name": "Nation",
        "web": {"primary": "zznation.localhost"},
    }
    national = write(site, "national")
    assert load([national])[0].file.kind == "national"
    with pytest.raises(Invalid, match="c’est déjà celui du site national"):
        load([write(other(others=["zznation.localhost"]), "mer")])


def test_a_national_file_has_no_network(write: Callable[..., Path]) -> None:
    with pytest.raises(Invalid) as caught:
        load([write({**small(), "kind": "national"})])
    assert "organisations" in {problem.key for problem in caught.value.problems}


GOOD_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><path fill="#123" d="M0 0"/></svg>'


def logo_problem(write: Callable[..., Path], name: str, content: bytes) -> str:
    data = small()
    data["look"]["logo"] = name
    path = write(data)
    (path.parent / name).write_bytes(content)
    try:
        load([path])
    except Invalid as error:
        (problem,) = error.problems
        return problem.expected
    return ""


def test_a_plain_logo_is_taken_into_the_stored_file(write: Callable[..., Path]) -> None:
    assert logo_problem(write, "logo.svg", GOOD_SVG) == ""
    data = small()
    data["look"]["logo"] = "logo.svg"
    assert load([write(data)])[0].stored["assets"]["logo"]["type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>1</script>",
        b'<g onload="x()"/>',
        b'<image href="https://x.example/a"/>',
        b"<style>a{}</style>",
    ],
)
def test_a_logo_that_runs_or_calls_out_is_refused(write: Callable[..., Path], inside: bytes) -> None:
    assert "sans script" in logo_problem(write, "logo.svg", GOOD_SVG.replace(b"<title>", inside + b"<title>"))


def test_a_logo_that_is_too_heavy_or_no_image_is_refused(write: Callable[..., Path]) -> None:
    assert logo_problem(write, "logo.svg", GOOD_SVG + b" " * 40_000) == "32 ko au plus"
    assert logo_problem(write, "logo.png", GOOD_SVG) == "une image PNG"
    assert logo_problem(write, "logo.gif", GOOD_SVG).startswith("un fichier .svg ou .png")
