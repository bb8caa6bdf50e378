"""Random tables against a plain oracle: what is there after an import is what the table said, no more."""

import os
import sys
import time
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.children.models import Child, Guardian
from core.imports.enums import RowDecision
from core.imports.models import Import
from core.imports.operations import mending, running
from core.pathways.models import Pathway, Referral, Signature
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.core.imports import making as m
from tests.core.pathways import making
from tests.core.pathways.making import NOW

# One line: which family, what is wrong, what it brings, and the answer when it looks like another.
LINE = st.fixed_dictionaries(
    {
        "family": st.integers(0, 5),
        "wrong": st.sampled_from(["", "", "", "date", "name", "sex", "authority"]),
        "brings": st.sampled_from(["child", "referral", "closed", "pathway", "ended"]),
        "answer": st.sampled_from(["", "same", "new", "skip"]),
    }
)


class Rollback(Exception):
    """Each example begins with an empty town."""


def written(line: dict[str, Any], referent: User) -> dict[str, Any]:
    row: dict[str, Any] = m.child(line["family"])
    row |= {
        "child": {},
        "referral": m.REFERRAL,
        "closed": {**m.REFERRAL, "closing_reason": "Suivi ailleurs"},
        "pathway": m.pathway(referent),
        "ended": m.pathway(referent, ended_on="01/06/2026"),
    }[line["brings"]]
    row |= {
        "": {},
        "date": {"birth_on": "32/13/2016"},
        "name": {"first_name": ""},
        "sex": {"sex": "peut-être"},
        "authority": {"adult_authority": ""},
    }[line["wrong"]]
    return row


def is_wrong(line: dict[str, Any]) -> bool:
    if line["wrong"] == "authority":
        return line["brings"] in ("pathway", "ended")
    return bool(line["wrong"])


class Oracle:
    """The town as plain numbers; written from the rules that the pages say, without the code."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self.referrals = self.pathways = 0
        self.known_adults: set[int] = set()
        self.outcomes: dict[int, str] = {}
        self.of_line: dict[int, dict[str, Any]] = {}

    def take(self, number: int, line: dict[str, Any], looks_like: int | None) -> None:
        undecided = looks_like is not None and line["answer"] == ""
        if line["answer"] == "skip" or is_wrong(line) or undecided:
            self.outcomes[number] = "skipped"
        else:
            self._bring(number, line, looks_like)

    def _bring(self, number: int, line: dict[str, Any], looks_like: int | None) -> None:
        if looks_like is not None and line["answer"] == "same":
            file = self.of_line.get(looks_like)
            if file is None:
                self.outcomes[number] = "failed"
                return
        else:
            file = {"days": set(), "referred": False}
        self._history(file, line)
        if not any(file is one for one in self.files):
            self.files.append(file)
        self.known_adults.add(line["family"])
        self.of_line[number] = file
        self.outcomes[number] = "made"

    def _history(self, file: dict[str, Any], line: dict[str, Any]) -> None:
        """A referral, or a contract, of a day that the file knows is not doubled."""
        if line["brings"] in ("referral", "closed") and not file["referred"]:
            file["referred"] = True
            self.referrals += 1
        elif line["brings"] in ("pathway", "ended") and not file["days"]:
            file["days"].add(date(2025, 11, 3))
            file["referred"] = True
            self.referrals += 1
            self.pathways += 1


def lead(lines: list[dict[str, Any]], boss: User, referent: User) -> tuple[Import, Oracle]:
    """Check, answer as each line says, and run; the oracle goes the same way by itself."""
    batch = m.checked([written(line, referent) for line in lines], boss)
    oracle = Oracle()
    for number, line in enumerate(lines, start=2):
        if line["answer"] == "skip":
            row = batch.rows.get(number=number)
            mending.decide(row=row, decision=RowDecision.SKIP, by=boss, at=NOW)
    for number, line in enumerate(lines, start=2):
        above = _looks_like(lines, number)
        row = batch.rows.get(number=number)
        if not is_wrong(line) and line["answer"] != "skip":
            assert [twin["row"] for twin in row.twins][:1] == ([above] if above else [])
            if above and line["answer"] == "same":
                mending.decide(row=row, decision=RowDecision.SAME, same_row=above, by=boss, at=NOW)
            elif above and line["answer"] == "new":
                mending.decide(row=row, decision=RowDecision.NEW, by=boss, at=NOW)
        oracle.take(number, line, above)
    if all(outcome == "skipped" for outcome in oracle.outcomes.values()):
        return batch, oracle
    return m.ran(batch, boss), oracle


def _looks_like(lines: list[dict[str, Any]], number: int) -> int | None:
    """The first line above of the same family that has both names and is not left aside."""
    line = lines[number - 2]
    if line["wrong"] == "name":
        return None
    for other, above in enumerate(lines[: number - 2], start=2):
        if above["family"] == line["family"] and above["wrong"] != "name" and above["answer"] != "skip":
            return other
    return None


@pytest.fixture
def people(in_town_a: Place) -> tuple[User, User]:
    m.lists()
    return making.user(Role.COORDINATOR, name="Coordination"), making.user(Role.REFERENT, name="Fictive")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINE, min_size=1, max_size=8))
def test_what_is_there_is_what_the_table_said(lines: list[dict[str, Any]], people: tuple[User, User]) -> None:
    boss, referent = people
    try:
        with transaction.atomic():
            batch, oracle = lead(lines, boss, referent)
            if batch.state == "done":
                assert m.outcomes(batch) == oracle.outcomes, [row.said for row in batch.rows.in_order()]
                assert Child.objects.count() == len(oracle.files)
                assert Referral.objects.count() == oracle.referrals
                assert Pathway.objects.count() == oracle.pathways
                assert Signature.objects.count() == 4 * oracle.pathways
                assert Guardian.objects.count() == len(oracle.known_adults)
                batch = m.undone(batch, boss)
                assert set(m.outcomes(batch).values()) <= {"taken_back", "skipped", "failed"}
            for model in (Child, Guardian, Referral, Pathway, Signature):
                assert not model.objects.exists()
            raise Rollback
    except Rollback:
        pass


def test_how_long_thousands_of_lines_take(people: tuple[User, User]) -> None:
    """Printed, not asserted: `REUSSITE_ROWS=3500 pytest -s` shows it at the size of the largest towns."""
    boss, referent = people
    count = int(os.environ.get("REUSSITE_ROWS", "60"))
    rows = [{**m.child(number), **m.pathway(referent)} for number in range(count)]
    began = time.perf_counter()
    batch = m.checked(rows, boss)
    checked_in = time.perf_counter() - began
    for row in batch.rows.to_decide():
        mending.decide(row=row, decision=RowDecision.NEW, by=boss, at=NOW)
    began = time.perf_counter()
    running.run(batch=batch, by=boss, at=NOW)
    batch = m.work(batch)
    ran_in = time.perf_counter() - began
    sys.stdout.write(
        f"\n{count} rows: checked {count / checked_in:.0f} a second, brought {count / ran_in:.0f} a second"
    )
    assert Counter(m.outcomes(batch).values()) == {"made": count}
