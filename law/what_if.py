"""What either answer to a question would do: "yes: 3 duties fall away; no: 2 are required, the first on Friday".

The answers are tried on a copy of the facts; nothing is stored. An open question has as many answers as are worth
telling apart, mostly two.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from law import places
from law.assess import assess
from law.facts import FactsError, parse_facts, to_document
from law.facts.model import BreachFacts
from law.findings import Assessment, Finding
from law.phrases import YES_NO
from law.rulebook import Rulebook

Change = Callable[[dict[str, Any]], None]
ROLES = ("controller", "processor")
EVIDENCE = {"yes": "confirmed", "no": "ruled_out"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one answer does: duties that it settles as required or not, and the first of their deadlines."""

    answer: str
    required: tuple[tuple[str, str], ...]
    not_required: tuple[tuple[str, str], ...]
    still_open: int
    earliest_due: datetime | None


def effects(
    rulebook: Rulebook, facts: BreachFacts, as_of: datetime, fact: str, only: Collection[str] | None = None
) -> list[Effect]:
    """What each answer to the question `fact` would do; empty where the answers cannot be listed (a number, a date).

    `only`: the ids of the duties to look at, as a question names them (`settles`); all unless given.
    """
    answers = _answers(fact)
    if not answers:
        return []
    before = assess(rulebook, facts, as_of, only)
    found = []
    for answer, change in answers:
        document = to_document(facts)
        change(document)
        try:
            after = assess(rulebook, parse_facts(document), as_of, only)
        except FactsError:
            continue  # the facts recorded contradict this answer
        found.append(_effect(answer, before, after))
    return found


def _effect(answer: str, before: Assessment, after: Assessment) -> Effect:
    open_before = {one.key for one in before.findings if one.outcome == "UNDETERMINED"}
    now = [one for one in after.findings if one.key in open_before]
    left = {one.key for one in after.findings}
    gone = [key[:2] for key in sorted(open_before - left)]
    required = [one for one in now if one.outcome == "APPLIES"]
    dues = [one.due for one in required if one.due]
    return Effect(
        answer,
        _duties(required),
        tuple(dict.fromkeys((*_duties([one for one in now if one.outcome == "DOES_NOT_APPLY"]), *gone))),
        sum(one.outcome == "UNDETERMINED" for one in now),
        min(dues, default=None),
    )


def _duties(findings: list[Finding]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((one.duty, one.jurisdiction) for one in findings))


# -- answers -----------------------------------------------------------------------------------------


def _answers(fact: str) -> list[tuple[str, Change]]:
    if fact == "organisation.role":
        return [(role, put(fact, role)) for role in ROLES]
    if fact in YES_NO:
        on_scale = fact.startswith("exposure.") and fact.split(".")[1] in EVIDENCE_SCALE
        return [(answer, put(fact, EVIDENCE[answer] if on_scale else answer)) for answer in ("yes", "no")]
    if match := re.fullmatch(r"risk\.by_test\.(\w+)", fact):
        return [(answer, change_test(match[1], answer)) for answer in ("yes", "no")]
    if match := re.fullmatch(r"affected\[(.+)\]\.(presence|targeted)", fact):
        return [(answer, change_people(match[1], match[2], answer)) for answer in ("yes", "no")]
    if match := re.fullmatch(r"data\[(\w+)\]\.status", fact):
        return [(answer, change_data(match[1], EVIDENCE[answer])) for answer in ("yes", "no")]
    return []


EVIDENCE_SCALE = {
    "access", "exfiltration", "misuse", "acquisition", "use", "disclosure", "loss", "alteration", "destruction",
    "published",
}  # fmt: skip


def put(path: str, value: str) -> Change:
    """Sets the fact at a dotted path."""

    def change(document: dict[str, Any]) -> None:
        *holders, name = path.split(".")
        for holder in holders:
            document = document.setdefault(holder, {})
        document[name] = value

    return change


def change_test(test: str, answer: str) -> Change:
    """Answers a legal test everywhere."""

    def change(document: dict[str, Any]) -> None:
        document.setdefault("risk", {}).setdefault("by_test", {})[test] = answer

    return change


def change_people(place: str, key: str, answer: str) -> Change:
    """Says of the people of a place, listed or not, whether they are affected or targeted."""
    value = EVIDENCE[answer] if key == "presence" else answer

    def change(document: dict[str, Any]) -> None:
        rows = document.setdefault("affected", [])
        own = [row for row in rows if place in (row.get("country"), row.get("subdivision"))]
        if not own and places.is_place(place):
            country = places.country(place).code
            own = [{"id": f"if-{place}", "country": country} | ({} if country == place else {"subdivision": place})]
            rows += own
        for row in own:
            row[key] = value

    return change


def change_data(term: str, status: str) -> Change:
    """Sets whether a category or an element is among the data."""

    def change(document: dict[str, Any]) -> None:
        rows = document.setdefault("data", [])
        own = [row for row in rows if row["category"] == term]
        if not own:
            own = [{"category": term}]
            rows += own
        for row in own:
            row["status"] = status

    return change
