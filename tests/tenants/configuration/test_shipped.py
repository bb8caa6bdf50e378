"""The files of infra/towns, and the reference page that explains them."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from core.people.enums import ROLES_OF_KIND
from tenants.configuration import schema
from tenants.configuration.loading import load
from tenants.configuration.planning import APPLIED
from tenants.configuration.schema import TownFile

ROOT = Path(__file__).resolve().parents[3]
TOWNS = ROOT / "infra" / "towns"
SHIPPED = {one.file.slug: one for one in load(sorted(TOWNS.glob("*.toml")))}


def town(slug: str) -> TownFile:
    file = SHIPPED[slug].file
    assert isinstance(file, TownFile)
    return file


def test_montauban_as_its_own_text_says() -> None:
    montauban = town("montauban")
    assert (montauban.insee, montauban.carrier.kind) == ("82121", "ccas")
    assert (montauban.ages.youngest, montauban.ages.oldest) == (6, 16)
    assert [domain.label for domain in montauban.domains] == [
        "Éducatif",
        "Périscolaire",
        "Social",
        "Culturel",
        "Sanitaire",
    ]
    assert {district.code: district.name for district in montauban.priority_districts} == {
        "QN08201I": "Cœur de Ville",
        "QN08202M": "Médiathèque",
        "QN08205N": "Beausoleil-Bas",
    }
    (amiss,) = [one for one in montauban.organisations if one.code == "amiss"]
    assert amiss.since is not None
    assert (amiss.provider, amiss.since.year, amiss.since.month) == (True, 2009, 7)
    assert (amiss.siret, amiss.rna) == (None, None)


def test_two_more_towns_and_the_national_site() -> None:
    assert set(SHIPPED) == {"montauban", "val-du-lis", "rives-de-l-orme", "national"}
    lis, rives = town("val-du-lis"), town("rives-de-l-orme")
    assert (lis.carrier.kind, lis.ages.youngest) == ("caisse_des_ecoles", 2)
    assert len(rives.communes) == 2
    assert len(rives.domains) == 2


def leaves(config: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            found |= leaves(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def test_some_town_differs_from_montauban_in_every_setting() -> None:
    montauban, lis, rives = (
        leaves(town(slug).model_dump()) for slug in ("montauban", "val-du-lis", "rives-de-l-orme")
    )
    # A section that only one has is a difference: `...` equals nothing.
    same = {key for key, value in montauban.items() if value == lis.get(key, ...) == rives.get(key, ...)}
    assert same == {"format", "kind"}
    assert {"domains", "organisations", "users"} <= set(montauban) & APPLIED


@pytest.mark.parametrize("slug", sorted(SHIPPED))
def test_first_users_have_roles_of_their_kind_of_site(slug: str) -> None:
    file = SHIPPED[slug].file
    known = {role.value for role in ROLES_OF_KIND[file.kind]}
    assert file.users
    assert {role for user in file.users for role in user.roles} <= known
    assert all(user.email.endswith(".example") and user.last_name.startswith("Démo") for user in file.users)


def test_montauban_has_somebody_for_every_role() -> None:
    roles = {role for user in town("montauban").users for role in user.roles}
    assert roles == {role.value for role in ROLES_OF_KIND["town"]}


@pytest.mark.parametrize("slug", sorted(SHIPPED))
def test_each_file_says_what_is_fictitious(slug: str) -> None:
    text = SHIPPED[slug].path.read_text(encoding="utf-8")
    comments = " ".join(re.findall(r"#(?![0-9a-f]{6}).*", text))
    assert "FICTITIOUS" in comments


def models() -> list[type[BaseModel]]:
    return [one for one in vars(schema).values() if isinstance(one, type) and issubclass(one, BaseModel)]


def test_the_reference_names_every_key() -> None:
    page = (ROOT / "docs" / "town-file.md").read_text(encoding="utf-8")
    page = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    words = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", page))))
    assert {name for model in models() for name in model.model_fields} <= words
