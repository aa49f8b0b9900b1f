"""Facts that follow from other facts: a short published table, applied only where the fact itself is missing.

Each application is listed under `assumptions` of the assessment, in words, so that nobody takes it for
something that was recorded. docs/law/contract.md prints the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from law.facts.model import BreachFacts, Exposure
from law.facts.values import AtLeast, bounds
from law.rows import least_together

PAPER = {"lost_stolen_paper", "mail_lost_opened", "misdirected_post", "disposal_paper"}
ORAL = {"verbal_disclosure"}
ELECTRONIC = {
    "lost_stolen_device", "hacking_intrusion", "credential_attack", "malware", "ransomware", "phishing",
    "denial_of_service", "scraping_abuse", "misconfiguration", "cryptographic_flaw", "wrong_person_shown",
    "misdirected_email", "bcc_failure", "disposal_hardware", "system_failure",
}  # fmt: skip
MEDIA = {
    **dict.fromkeys(PAPER, "paper"),
    **dict.fromkeys(ORAL, "oral"),
    **dict.fromkeys(ELECTRONIC, "electronic"),
}

# A fact of the left column, held on good evidence, carries the right one with it; the right one ruled
# out rules the left one out. What nobody has used, nobody has misused; what nobody could reach, nobody took.
STEPS = (
    ("misuse", "use"),
    ("use", "access"),
    ("exfiltration", "acquisition"),
    ("acquisition", "access"),
)
NATURE = {
    "confidentiality": ("access", "acquisition", "disclosure", "published"),
    "integrity": ("alteration",),
    "availability": ("loss", "destruction"),
}
HELD = ("confirmed", "reasonably_believed")
OUTSIDERS = ("malicious", "public", "other_customer", "former_staff")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that stands in for a missing fact. `fact`: its path; `why`: one sentence."""

    fact: str
    taken_as: Any
    why: str

    def to_json(self) -> dict[str, Any]:
        return {"fact": self.fact, "taken_as": self.taken_as, "why": self.why}


def derive(facts: BreachFacts, day: date) -> tuple[BreachFacts, tuple[Assumption, ...]]:
    """`facts` with what follows from them filled in, and what was filled in. `day`: who is in the EEA."""
    made: list[Assumption] = []
    for step in TABLE:
        facts = step(facts, day, made)
    return facts, tuple(made)


def _medium(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    kind = facts.cause.type
    if facts.records.medium is not None or kind not in MEDIA:
        return facts
    made.append(Assumption("records.medium", [MEDIA[kind]], f"an incident of the kind {kind} concerns such records"))
    return facts.model_copy(update={"records": facts.records.model_copy(update={"medium": (MEDIA[kind],)})})


def _exposure(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    values: dict[str, Any] = {name: getattr(facts.exposure, name) for name in Exposure.model_fields}
    before = dict(values)
    for strong, weak in STEPS:
        if values[strong] in HELD and values[weak] == "unknown":
            values[weak] = values[strong]
            made.append(Assumption(f"exposure.{weak}", values[weak], f"{strong} is {values[strong]}"))
    for strong, weak in reversed(STEPS):
        if values[weak] == "ruled_out" and values[strong] == "unknown":
            values[strong] = "ruled_out"
            made.append(Assumption(f"exposure.{strong}", "ruled_out", f"{weak} is ruled out"))
    if values["recipient"] in OUTSIDERS and values["good_faith_internal"] == "unknown":
        values["good_faith_internal"] = "no"
        made.append(Assumption("exposure.good_faith_internal", "no", f"the recipient is {values['recipient']}"))
    if values == before:
        return facts
    changed = {name: value for name, value in values.items() if value != before[name]}
    return facts.model_copy(update={"exposure": facts.exposure.model_copy(update=changed)})


def _nature(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    """What happened to the data says which of the three was breached (GDPR Art. 4(12))."""
    changed: dict[str, str] = {}
    for part, ways in NATURE.items():
        held = next((way for way in ways if getattr(facts.exposure, way) in HELD), None)
        if held and getattr(facts.nature, part) == "unknown":
            changed[part] = "yes"
            made.append(Assumption(f"nature.{part}", "yes", f"{held} is {getattr(facts.exposure, held)}"))
    if not changed:
        return facts
    return facts.model_copy(update={"nature": facts.nature.model_copy(update=changed)})


def _relation(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    relation = {"controller": "owner", "processor": "maintainer"}.get(facts.organisation.role)
    if facts.organisation.data_relation != "unknown" or relation is None:
        return facts
    made.append(Assumption("organisation.data_relation", relation, f"its role is {facts.organisation.role}"))
    return facts.model_copy(update={"organisation": facts.organisation.model_copy(update={"data_relation": relation})})


def _presence(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    """People who have been counted are there."""
    if not any(group.presence == "unknown" for group in facts.affected):
        return facts
    changed = []
    for group in facts.affected:
        if group.presence == "unknown" and max(bounds(group.count)[0], bounds(group.at_risk_count)[0]) > 0:
            made.append(Assumption(f"affected[{group.id}].presence", "confirmed", "people of this group were counted"))
            changed.append(group.model_copy(update={"presence": "confirmed"}))
        else:
            changed.append(group)
    return facts.model_copy(update={"affected": tuple(changed)})


def _business(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    """Said here, applied by `Case.does_business`: to fill the list would close it for every other country."""
    if facts.organisation.does_business_in is None:
        held = {
            group.subdivision or str(group.country)
            for group in facts.affected
            if group.presence == "confirmed" and group.country not in (None, "unknown")
        }
        if held:
            why = "holding the data of its residents is doing business in a place"
            made.append(Assumption("organisation.does_business_in", sorted(held), why))
    return facts


def _total(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    """The processing holds at least as many people as were affected."""
    low, high = bounds(facts.processing.total_subjects)
    if low or high is not None:
        return facts
    known = {group.id: bounds(group.count)[0] for group in facts.affected if group.presence == "confirmed"}
    least = max(least_together(known, facts.affected), bounds(facts.affected_total)[0])
    if not least:
        return facts
    count = {"kind": "at_least", "low": least}
    made.append(Assumption("processing.total_subjects", count, "the processing holds the people who were affected"))
    processing = facts.processing.model_copy(update={"total_subjects": AtLeast.model_validate(count)})
    return facts.model_copy(update={"processing": processing})


def _misuse_tests(facts: BreachFacts, day: date, made: list[Assumption]) -> BreachFacts:
    if facts.exposure.misuse != "confirmed" or "misuse_occurred" in facts.risk.by_test:
        return facts
    made.append(Assumption("risk.by_test.misuse_occurred", "yes", "misuse is confirmed"))
    tests = {**facts.risk.by_test, "misuse_occurred": "yes"}
    return facts.model_copy(update={"risk": facts.risk.model_copy(update={"by_test": tests})})


TABLE: tuple[Callable[[BreachFacts, date, list[Assumption]], BreachFacts], ...] = (
    _medium, _exposure, _nature, _relation, _presence, _business, _total, _misuse_tests,
)  # fmt: skip
