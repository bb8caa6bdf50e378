"""The figures again, from raw rows and in plain Python: nothing of the engine is used, nothing is quick.

`answers(period, on, ages_on)` reads every table as it lies and counts by the catalogue's words. Where engine
and oracle differ, one of them reads a definition wrongly.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps

PARIS = ZoneInfo("Europe/Paris")
LEVELS = {
    "maternelle": {"tps", "ps", "ms", "gs"},
    "elementaire": {"cp", "ce1", "ce2", "cm1", "cm2"},
    "college": {"6e", "5e", "4e", "3e"},
    "lycee": {"2de", "1re", "term", "cap1", "cap2"},
    "autre": {"not_yet", "other", "out"},
    "unknown": {"unknown"},
}
FAMILY = {"mother", "father", "step_parent", "grandparent", "sibling", "uncle_aunt", "other_family"}
Row = dict[str, Any]


def rows(label: str) -> list[Row]:
    return sorted(apps.get_model(label)._base_manager.values(), key=lambda row: row["id"])


def by_id(label: str) -> dict[int, Row]:
    return {row["id"]: row for row in rows(label)}


def overlaps(first: date, last: date | None, begin: date, end: date) -> bool:
    return first <= end and (last is None or last >= begin)


class Answers:
    def __init__(self, begin: date, on: date, ages_on: date) -> None:
        self.begin, self.on, self.ages_on = begin, on, ages_on
        self.counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self.lengths: dict[str, list[int]] = {"pathway_duration": [], "referent_wait": []}
        self.children = by_id("children.child")
        self.actions = by_id("pathways.action")
        self.sessions = by_id("pathways.session")
        self.domains = {row["id"]: row["national"] for row in rows("pathways.domain")}
        self.terms = {row["id"]: row["national"] for row in rows("pathways.term")}
        self.schools = by_id("children.school")
        self._pathways()
        self._children()
        self._referrals()
        self._doings()
        self._network()

    def add(self, indicator: str, *tables: tuple[str, ...], amount: int = 1, **values: str) -> None:
        for table in ((), *tables):
            self.counts[indicator, tuple(sorted((name, values[name]) for name in table))] += amount

    def during(self, day: date | None) -> bool:
        return day is not None and self.begin <= day <= self.on

    # --- children --------------------------------------------------------------------------------
    def _pathways(self) -> None:
        exits = {row["pathway_id"]: row for row in rows("pathways.exit")}
        self.pathways = []
        for row in rows("pathways.pathway"):
            if not overlaps(row["started_on"], row["ended_on"], self.begin, self.on):
                continue
            ended = row["ended_on"] is not None and row["ended_on"] <= self.on
            if ended and exits[row["id"]]["national"] == "mistake":
                self.add("mistakes")
            else:
                self.pathways.append(row)
        outcomes = rows("pathways.objectiveoutcome")
        objectives = by_id("pathways.objective")
        for row in self.pathways:
            child = self.children[row["child_id"]]
            values = {"sex": child["sex"] or "unknown", "bracket": self.bracket(child)}
            ended = row["ended_on"] is not None and row["ended_on"] <= self.on
            standing = "ended" if ended else "suspended" if self.is_paused(row["id"]) else "active"
            self.add("pathways", ("standing",), standing=standing)
            if row["started_on"] >= self.begin:
                self.add("pathways_opened", ("sex",), ("bracket",), **values)
            if not ended:
                self.add("pathways_open", ("standing",), standing=standing)
                continue
            days = (row["ended_on"] - row["started_on"]).days + 1
            self.lengths["pathway_duration"].append(days)
            self.add(
                "pathways_ended",
                ("reason",),
                ("duration",),
                ("sex",),
                ("bracket",),
                reason=exits[row["id"]]["national"],
                duration=length(days),
                **values,
            )
            for line in outcomes:
                if line["exit_id"] == exits[row["id"]]["id"]:
                    domain = self.domains[objectives[line["objective_id"]]["domain_id"]]
                    tables = (("outcome",), ("domain",), ("domain", "outcome"))
                    self.add("exit_outcomes", *tables, outcome=line["outcome"], domain=domain)

    def is_paused(self, pathway: int) -> bool:
        return any(
            row["pathway_id"] == pathway
            and row["since_on"] <= self.on
            and (row["until_on"] is None or row["until_on"] > self.on)
            for row in rows("pathways.suspension")
        )

    def bracket(self, child: Row) -> str:
        born = child["birth_on"]
        if born is None:
            return "unknown"
        day = self.ages_on
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        for code, top in (("0-1", 1), ("2-5", 5), ("6-10", 10), ("11-16", 16)):
            if age <= top:
                return code
        return "17+"

    def _children(self) -> None:
        accompanied = {row["child_id"] for row in self.pathways}
        participations = by_id("pathways.participation")
        in_group = set()
        for row in rows("pathways.attendance"):
            session = self.sessions[row["session_id"]]
            if session["state"] != "held" or not self.during(session["on"]):
                continue
            action = self.actions[session["action_id"]]
            self.add(
                "presences",
                ("presence",),
                ("form", "presence"),
                presence=row["presence"],
                form=action["form"],
            )
            if row["presence"] == "present" and action["form"] == "group":
                in_group.add(participations[row["participation_id"]]["child_id"])
        counted = {pk for pk in accompanied | in_group if self.children[pk]["merged_into_id"] is None}
        for pk in counted:
            child = self.children[pk]
            how = "group" if pk not in accompanied else "both" if pk in in_group else "pathway"
            schooling = self.last_known(rows_of("children.enrolment", pk))
            district = self.district(pk)
            self.add(
                "children",
                ("participation",),
                ("sex",),
                ("bracket",),
                ("bracket", "sex"),
                ("level",),
                ("residence",),
                ("district",),
                ("network",),
                ("network", "residence"),
                ("bracket", "participation"),
                ("participation", "sex"),
                participation=how,
                sex=child["sex"] or "unknown",
                bracket=self.bracket(child),
                level=self.level(schooling),
                network=self.network(schooling),
                district=district,
                residence=district if district in ("outside", "unknown") else "in_district",
            )
        self._families(counted)

    def last_known(self, found: list[Row], since: str = "since_on", until: str = "until_on") -> Row | None:
        known = [row for row in found if overlaps(row[since], row[until], self.begin, self.on)]
        return max(known, key=lambda row: (row[since], row["id"]), default=None)

    def level(self, schooling: Row | None) -> str:
        if schooling is None:
            return "unknown"
        return next(group for group, levels in LEVELS.items() if schooling["level"] in levels)

    def network(self, schooling: Row | None) -> str:
        if schooling is None:
            return "unknown"
        if schooling["school_id"] is None:
            return "none" if schooling["level"] in ("not_yet", "out") else "unknown"
        day = min(self.on, schooling["until_on"] or self.on)
        year = day.year if day.month >= 9 else day.year - 1
        told = self.schools[schooling["school_id"]]["network"]
        for row in rows("children.schoolnetworkyear"):
            if (row["school_id"], row["year"]) == (schooling["school_id"], year):
                told = row["network"]
        return told or "none"

    def district(self, pk: int) -> str:
        found = self.last_known(rows_of("children.address", pk))
        if found is None:
            homes = []
            for ship in rows_of("children.guardianship", pk):
                if ship["lives_with"] not in ("always", "alternating"):
                    continue
                if not overlaps(ship["starts_on"], ship["ends_on"], self.begin, self.on):
                    continue
                for row in rows("children.address"):
                    at_adults = row["guardian_id"] == ship["guardian_id"]
                    if at_adults and overlaps(row["since_on"], row["until_on"], self.begin, self.on):
                        homes.append((ship["lives_with"] == "always", row["since_on"], row["id"], row))
            found = max(homes, key=lambda home: home[:3])[3] if homes else None
        if found is None or found["in_district"] == "unknown":
            return "unknown"
        return found["district_code"] if found["in_district"] == "in_district" else "outside"

    def _families(self, counted: set[int]) -> None:
        people = by_id("children.guardian")
        around: dict[int, set[int]] = {pk: set() for pk in self.children}
        for ship in rows("children.guardianship"):
            merged = self.children[ship["child_id"]]["merged_into_id"] is not None
            of_family = ship["link"] in FAMILY and people[ship["guardian_id"]]["kind"] == "person"
            if of_family and not merged and overlaps(ship["starts_on"], ship["ends_on"], self.on, self.on):
                around[ship["child_id"]].add(ship["guardian_id"])
        groups = [({pk}, adults) for pk, adults in around.items()]
        joined = True
        while joined:
            joined = False
            for one, other in combinations(groups, 2):
                if one[1] & other[1]:
                    groups.remove(one)
                    groups.remove(other)
                    groups.append((one[0] | other[0], one[1] | other[1]))
                    joined = True
                    break
        self.counts["families", ()] = sum(1 for children, _ in groups if children & counted)

    # --- referrals -------------------------------------------------------------------------------
    def _referrals(self) -> None:
        contracts = by_id("pathways.contract")
        entered = {
            contracts[row["contract_id"]]["referral_id"]
            for row in rows("pathways.pathway")
            if row["started_on"] <= self.on
        }
        motives: dict[int, set[str]] = {}
        for row in rows("pathways.Referral_motives"):
            motives.setdefault(row["referral_id"], set()).add(self.terms[row["term_id"]])
        self.received = []
        for row in rows("pathways.referral"):
            said = self.last_said(row["id"])
            decisions = self.standing_decisions(row["id"])
            closed = row["closed_on"] is not None and row["closed_on"] <= self.on
            self._wait(row, decisions, dropped=closed or said in ("refused", "withdrawn"))
            if row["state"] == "draft" or not self.during(row["received_on"]):
                continue
            self.received.append(row)
            last = decisions[-1]["kind"] if decisions else ""
            if row["id"] in entered:
                uptake = "entered"
            elif said in ("refused", "withdrawn"):
                uptake = "family"
            elif closed:
                uptake = {"redirection": "redirected", "refusal": "declined"}.get(last, "closed")
            else:
                uptake = "admitted" if last == "entry" else "under_way"
            source = self.terms.get(row["source_id"], "unknown")
            self.add(
                "referrals", ("source",), ("uptake",), ("source", "uptake"), source=source, uptake=uptake
            )
            self.counts["referral_motives", ()] += 1
            for motive in motives.get(row["id"], {"unknown"}):
                self.counts["referral_motives", (("motive", motive),)] += 1
                self.counts["referral_motives", (("motive", motive), ("uptake", uptake))] += 1

    def last_said(self, referral: int) -> str:
        said = [
            row
            for row in rows("pathways.parentalagreement")
            if row["referral_id"] == referral and row["said_on"] <= self.on
        ]
        return max(said, key=lambda row: (row["said_on"], row["id"]))["kind"] if said else ""

    def standing_decisions(self, referral: int) -> list[Row]:
        standing = [
            row
            for row in rows("pathways.decision")
            if row["referral_id"] == referral
            and row["decided_on"] <= self.on
            and (row["cancelled_on"] is None or row["cancelled_on"] > self.on)
        ]
        return sorted(standing, key=lambda row: (row["decided_on"], row["id"]))

    def _wait(self, referral: Row, decisions: list[Row], *, dropped: bool) -> None:
        entries = [row["decided_on"] for row in decisions if row["kind"] == "entry"]
        if not entries or entries[0] < self.begin:
            return
        named = [
            row["since_on"]
            for row in rows("pathways.referentlink")
            if row["referral_id"] == referral["id"] and row["since_on"] <= self.on
        ]
        waiting = "named" if named else "dropped" if dropped else "waiting"
        self.add("referent_waits", ("waiting",), waiting=waiting)
        if named:
            self.lengths["referent_wait"].append(max(0, (min(named) - entries[0]).days))

    # --- doings ----------------------------------------------------------------------------------
    def _doings(self) -> None:
        of_period = {row["id"] for row in self.pathways}
        for row in rows("pathways.objective"):
            in_force = overlaps(row["since_on"], row["dropped_on"], self.begin, self.on)
            if row["pathway_id"] in of_period and in_force:
                values = {"domain": self.domains[row["domain_id"]], "wished_by": row["wished_by"]}
                self.add("objectives", ("domain",), ("wished_by",), **values)
        for row in self.actions.values():
            if row["started_on"] and overlaps(row["started_on"], row["ended_on"], self.begin, self.on):
                self.add(
                    "actions",
                    ("domain",),
                    ("origin",),
                    ("form",),
                    ("domain", "origin"),
                    ("form", "origin"),
                    **self.kind_of(row),
                )
        for row in self.sessions.values():
            if row["state"] == "held" and self.during(row["on"]):
                tables = (("form",), ("domain",), ("origin",))
                values = self.kind_of(self.actions[row["action_id"]])
                self.add("sessions_held", *tables, **values)
                self.add("minutes_delivered", *tables, amount=row["minutes"], **values)
        for row in rows("pathways.encounter"):
            if row["reached"] and self.during(row["on"]):
                self.add("encounters", ("encounter",), encounter=row["kind"])

        self._reviews()
        self._parents()

    def _parents(self) -> None:
        parents = by_id("pathways.parentparticipation")
        seen = set()
        for row in rows("pathways.parentattendance"):
            session, parent = self.sessions[row["session_id"]], parents[row["parent_id"]]
            if row["presence"] == "present" and session["state"] == "held" and self.during(session["on"]):
                seen.add(
                    ("adult", parent["guardian_id"]) if parent["guardian_id"] else ("name", parent["id"])
                )
        for _ in seen:
            self.add("parents")

    def _reviews(self) -> None:
        pathways = by_id("pathways.pathway")
        for row in rows("pathways.review"):
            if not self.during(row["due_on"]):
                continue
            held = row["held_on"] is not None and row["held_on"] <= self.on
            ended = pathways[row["pathway_id"]]["ended_on"]
            aside = row["state"] == "cancelled" and row["noted_at"].astimezone(PARIS).date() <= self.on
            if aside or (not held and ended is not None and ended < row["due_on"]):
                continue
            punctuality = "not_held" if not held else "on_time" if row["held_on"] <= row["due_on"] else "late"
            self.add("reviews_due", ("punctuality",), punctuality=punctuality)

    def kind_of(self, action: Row) -> dict[str, str]:
        return {
            "domain": self.domains[action["domain_id"]],
            "origin": action["origin"],
            "form": action["form"],
        }

    def _network(self) -> None:
        self._partners()
        self._meetings()

    def _partners(self) -> None:
        found = {row["organisation_id"] for row in self.received}
        for row in self.actions.values():
            if row["started_on"] and overlaps(row["started_on"], row["ended_on"], self.begin, self.on):
                found.add(row["organisation_id"])
        for row in rows("partners.agreement"):
            ends = [day for day in (row["ends_on"], row["ended_on"]) if day is not None]
            if overlaps(row["starts_on"], min(ends, default=None), self.begin, self.on) and (
                row["active"] or ends
            ):
                found.add(row["organisation_id"])
        for row in rows("partners.organisation"):
            if row["id"] in found:
                self.add("partners", ("kind",), kind=row["kind"])

    def _meetings(self) -> None:
        kinds = {row["id"]: row["kind"] for row in rows("pathways.decision")}
        held = set()
        for row in rows("meetings.meeting"):
            if row["opened_at"] is not None and self.during(row["starts_at"].astimezone(PARIS).date()):
                held.add(row["id"])
                self.add("meetings_held")
        for row in rows("meetings.agendaitem"):
            if row["meeting_id"] in held:
                decision = kinds.get(row["decision_id"], "unknown")
                self.add("situations", ("decision",), decision=decision)

    def spread(self, code: str) -> tuple[int, int, float | None]:
        days = self.lengths[code]
        return len(days), sum(days), median(days) if days else None


def rows_of(label: str, child: int) -> list[Row]:
    return [row for row in rows(label) if row["child_id"] == child]


def length(days: int) -> str:
    """Months of 365.25 / 12 days, cut down to whole days."""
    for code, below in (("0-5", 182), ("6-11", 365), ("12-17", 547), ("18-23", 730)):
        if days < below:
            return code
    return "24+"


def answers(begin: date, on: date, ages_on: date) -> Answers:
    assert begin <= on <= begin + timedelta(days=366 * 5)
    return Answers(begin, on, ages_on)
