"""What would change a settled finding: the smallest single facts that would turn it.

"Required: 500 people in Colorado. With 499 it would not be." Each candidate is one fact that the finding rests on,
tried on a copy of the facts; only what really turns the outcome is told. What an exemption would need is told by the
finding itself (`rebuttable_by`), what an open finding hangs on by its questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args, get_origin

from law import places
from law.assess import assess
from law.facts import FactsError, parse_facts, to_document
from law.facts.model import BreachFacts
from law.facts.values import bounds
from law.findings import Finding, Outcome
from law.leaves import OPERATORS
from law.rulebook import Rulebook
from law.rules import Version
from law.what_if import EVIDENCE, EVIDENCE_SCALE, Change, change_data, change_people, change_test, put
from law.wording import question

Kind = Literal["count", "answer", "protection"]
LEAF = re.compile(r"([a-z_]+(?:\.[a-z_]+)+) (?:is|in) .+")
COUNTED = re.compile(r"affected\[(.+)\]\.(count|at_risk_count)")
MOST = 40
"""Candidates that are tried at most; a finding rests on a dozen facts."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One fact that would turn a finding.

    `fact`: its path as questions name it; `was`, `value`: what is recorded and what would be, in words; `outcome`
    and `due`: what the finding would then be.
    """

    kind: Kind
    fact: str
    was: str
    value: str
    outcome: Outcome
    due: datetime | None

    @property
    def text(self) -> str:
        """Words: "How many people in Colorado are affected? 499 instead of 500"."""
        instead = f" instead of {self.was}" if self.was else ""
        if self.kind == "protection":
            return f"How were the data protected? {self.value[:1].upper()}{self.value[1:]}."
        return f"{question(self.fact)} {self.value[:1].upper()}{self.value[1:]}{instead}."


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: Kind
    fact: str
    was: str
    value: str
    change: Change


def flips(rulebook: Rulebook, facts: BreachFacts, as_of: datetime, finding: Finding) -> list[Flip]:
    """Every single fact that would turn this settled finding the other way, thresholds first.

    Empty for a finding that is undetermined, or that only other law or several facts together would turn.
    """
    if finding.outcome == "UNDETERMINED" or finding.version is None:
        return []
    version = next(one for one in rulebook.duties[finding.duty].versions if one.name == finding.version)
    document = to_document(facts)
    found: dict[tuple[str, Kind], Flip] = {}
    candidates = [*_counts(facts, finding, version), *_answers(document, finding.because)]
    for one in candidates[:MOST]:
        if (one.fact, one.kind) not in found and (flip := _tried(rulebook, facts, as_of, finding, one)):
            found[one.fact, one.kind] = flip
    return list(found.values())


def _tried(
    rulebook: Rulebook, facts: BreachFacts, as_of: datetime, finding: Finding, candidate: _Candidate
) -> Flip | None:
    document = to_document(facts)
    candidate.change(document)
    try:
        after = assess(rulebook, parse_facts(document), as_of, only={finding.duty})
    except FactsError:
        return None  # the facts recorded contradict it
    wanted: Outcome = "DOES_NOT_APPLY" if finding.outcome == "APPLIES" else "APPLIES"
    found = next((one for one in after.findings if one.key == finding.key), None)
    if found is None or found.outcome != wanted:
        return None
    return Flip(candidate.kind, candidate.fact, candidate.was, candidate.value, found.outcome, found.due)


# -- numbers of people ---------------------------------------------------------------------------------


def _counts(facts: BreachFacts, finding: Finding, version: Version) -> Iterator[_Candidate]:
    """The number on the other side of each threshold, where one row of people can be given it."""
    for threshold in version.thresholds:
        place = finding.jurisdiction if threshold.place == "here" else threshold.place
        rows = [
            index
            for index, row in enumerate(facts.affected)
            if place in (row.country, row.subdivision) and row.presence != "ruled_out"
        ]
        if len(rows) != 1:
            continue
        key = "at_risk_count" if threshold.at_risk else "count"
        row = facts.affected[rows[0]]
        low, high = bounds(getattr(row, key))
        around = (threshold.threshold - 1, threshold.threshold, threshold.threshold + 1)
        for n in sorted(around, key=lambda one: abs(one - low)):
            meets = OPERATORS[threshold.operator]((n, n), threshold.threshold)
            was_met = OPERATORS[threshold.operator]((low, high), threshold.threshold)
            if n >= 0 and meets is not was_met:
                was = f"{low:,}" if low == high else ""
                change = _number(rows[0], key, n)
                yield _Candidate("count", f"affected[{place}].{key}", was, f"{n:,}", change)


def _number(index: int, key: str, n: int) -> Change:
    def change(document: dict[str, Any]) -> None:
        row = document["affected"][index]
        row[key] = {"kind": "exact", "n": n}
        if key == "at_risk_count" and _highest(row.get("count")) < n:
            row["count"] = {"kind": "exact", "n": n}  # those at risk are among those affected

    return change


def _highest(count: Any) -> float:
    """The highest number of a count of a document."""
    known = count.get("n", count.get("high")) if isinstance(count, dict) else None
    return float("inf") if known is None else float(known)


# -- answers -------------------------------------------------------------------------------------------


def _answers(document: dict[str, Any], tree: dict[str, Any]) -> Iterator[_Candidate]:
    """The other answers to each fact behind the leaves of a tree of reasons."""
    for leaf in _leaves(tree):
        fact = str(leaf.get("fact", ""))
        if match := re.fullmatch(r"risk\.by_test\.(\w+)", fact):
            yield from _pair("answer", fact, leaf, lambda answer, test=match[1]: change_test(test, answer))
        elif match := re.fullmatch(r"affected\[(.+)\]\.(presence|targeted)", fact):
            if places.is_place(match[1]):
                yield from _pair("answer", fact, leaf, lambda answer, m=match: change_people(m[1], m[2], answer))
        elif match := re.fullmatch(r"data\[(\w+)\]\.status", fact):
            yield from _pair("answer", fact, leaf, lambda answer, term=match[1]: change_data(term, EVIDENCE[answer]))
        elif fact == "organisation.role" or LEAF.fullmatch(str(leaf["leaf"])):
            yield from _other_values(fact, document)
        if "unencrypted" in str(leaf["leaf"]) or "intelligible" in str(leaf["leaf"]):
            yield _Candidate("protection", "data", "", "encrypted, and the key is safe", _encrypt)


def _leaves(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "leaf" in tree:
        yield tree
    for part in tree.get("of", ()):
        yield from _leaves(part)


def _pair(kind: Kind, fact: str, leaf: dict[str, Any], change: Any) -> Iterator[_Candidate]:
    """Yes where it is no, no where it is yes."""
    for answer, value in (("yes", "true"), ("no", "false")):
        if leaf["value"] != value:
            yield _Candidate(kind, fact, "", answer, change(answer))


def _other_values(fact: str, document: dict[str, Any]) -> Iterator[_Candidate]:
    """Every other value that the field may have; on the evidence scale its two ends."""
    holder, _, name = fact.rpartition(".")
    recorded = document.get(holder, {}).get(name) if "." not in holder else None
    if holder == "exposure" and name in EVIDENCE_SCALE:
        values = list(EVIDENCE.values())
    else:
        values = [one for one in _literals(fact) if one not in ("unknown", "suspected")]
    for value in values:
        if value != recorded:
            yield _Candidate("answer", fact, _plain(recorded), _plain(value), put(fact, value))


def _literals(fact: str) -> list[str]:
    """The values that a field of the facts document may have, where they are a closed list."""
    holder, _, name = fact.rpartition(".")
    part = BreachFacts.model_fields.get(holder)
    inner: Any = part.annotation if part else None
    field = inner.model_fields.get(name) if hasattr(inner, "model_fields") else None
    found: list[str] = []
    options = [field.annotation] if field else []
    while options:
        one = options.pop()
        if get_origin(one) is Literal:
            found += [value for value in get_args(one) if isinstance(value, str)]
        elif get_origin(one) is not tuple:
            options += get_args(one)
    return sorted(dict.fromkeys(found))


def _plain(value: Any) -> str:
    return str(value).replace("_", " ") if isinstance(value, str) else ""


def _encrypt(document: dict[str, Any]) -> None:
    for row in document.get("data", ()):
        if row.get("status") != "ruled_out":
            row |= {"protection": "encrypted_key_safe", "protection_standard": "recognised", "protected_before": "yes"}
