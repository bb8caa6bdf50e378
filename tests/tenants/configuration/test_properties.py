"""Random valid files: they come back as they were written, apply once, and planning never writes."""

import copy
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.configuration import planning
from tenants.configuration.loading import Loaded, checked, load
from tenants.configuration.reading import parse
from tenants.configuration.schema import from_store
from tests.tenants.configuration import writing
from tests.tenants.configuration.examples import town_files
from tests.tenants.configuration.test_planning import content, told


@settings(max_examples=60, deadline=None)
@given(town_files())
def test_a_file_comes_back_from_both_styles_and_from_the_store(data: dict[str, Any]) -> None:
    data = writing.without_nothing(data)
    problems, file = checked(parse(writing.tables(data), "x.toml"))
    assert problems == []
    assert file is not None
    other_problems, other = checked(parse(writing.flat(data), "x.toml"))
    assert (other_problems, other) == ([], file)
    assert from_store(file.model_dump(mode="json")) == file
    written_again = writing.without_nothing(file.model_dump())
    assert checked(parse(writing.tables(written_again), "x.toml")) == ([], file)


def loaded(data: dict[str, Any]) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.toml"
        path.write_text(writing.tables(writing.without_nothing(data)), encoding="utf-8")
        return load([path])[0]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("as_owner")
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=town_files(slug="zz-essai"), second=town_files(slug="zz-essai"), keep=st.booleans())
def test_plan_tells_what_apply_does_and_twice_is_once(
    first: dict[str, Any], second: dict[str, Any], keep: bool
) -> None:
    if keep:  # a file that grew from the first, rather than another altogether
        second = {**copy.deepcopy(first), "look": second["look"], "organisations": second["organisations"]}
        second["priority_districts"], second["domains"] = first["priority_districts"], first["domains"]
        second["organisations"] = first["organisations"][:1]
    with taken_back():
        for data in (first, second, first):
            file = loaded(data)
            before = content("zz-essai")
            plan = planning.plan(file)
            assert content("zz-essai") == before
            done = planning.apply(file)
            assert told(done) == told(plan)
            after = content("zz-essai")
            assert planning.apply(file).changes == []
            assert planning.plan(file).changes == []
            assert content("zz-essai") == after
            for model, rows in before.items():
                if model not in {"towns", "domains"}:
                    kept = {row[0] for row in after[model]}
                    assert {row[0] for row in rows} <= kept  # nothing that was there is deleted
