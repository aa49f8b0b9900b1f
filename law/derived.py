"""Facts that follow from other facts: a short published table, applied only where the fact itself is missing.

Each application is listed under `assumptions` of the assessment, in words, so that nobody takes it for
something that was recorded. docs/law/contract.md prints the same table.
"""

from dataclasses import dataclass
from typing import Any

from law.facts.model import BreachFacts, Exposure

PAPER = {"lost_stolen_paper", "mail_lost_opened", "misdirected_post", "disposal_paper"}
ORAL = {"verbal_disclosure"}
ELECTRONIC = {
    "lost_stolen_device", "hacking_intrusion", "credential_attack", "malware", "ransomware", "phishing",
    "denial_of_service", "scraping_abuse", "misconfiguration", "cryptographic_flaw", "wrong_person_shown",
    "misdirected_email", "bcc_failure", "disposal_hardware", "system_failure",
}  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that stands in for a missing fact. `fact`: its path; `why`: one sentence."""

    fact: str
    taken_as: Any
    why: str

    def to_json(self) -> dict[str, Any]:
        return {"fact": self.fact, "taken_as": self.taken_as, "why": self.why}


def derive(facts: BreachFacts) -> tuple[BreachFacts, tuple[Assumption, ...]]:
    """`facts` with what follows from them filled in, and what was filled in."""
    made: list[Assumption] = []
    facts = _medium(facts, made)
    facts = _exposure(facts, made)
    facts = _nature(facts, made)
    facts = _relation(facts, made)
    facts = _misuse_tests(facts, made)
    return facts, tuple(made)


def _medium(facts: BreachFacts, made: list[Assumption]) -> BreachFacts:
    if facts.records.medium is not None:
        return facts
    kind = facts.cause.type
    medium = (
        ("paper",) if kind in PAPER else ("oral",) if kind in ORAL else ("electronic",) if kind in ELECTRONIC else None
    )
    if medium is None:
        return facts
    made.append(Assumption("records.medium", list(medium), f"an incident of the kind {kind} concerns such records"))
    return facts.model_copy(update={"records": facts.records.model_copy(update={"medium": medium})})


def _exposure(facts: BreachFacts, made: list[Assumption]) -> BreachFacts:
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
    if values["recipient"] in ("malicious", "public") and values["good_faith_internal"] == "unknown":
        values["good_faith_internal"] = "no"
        made.append(Assumption("exposure.good_faith_internal", "no", f"the recipient is {values['recipient']}"))
    if values == before:
        return facts
    changed = {name: value for name, value in values.items() if value != before[name]}
    return facts.model_copy(update={"exposure": facts.exposure.model_copy(update=changed)})


def _nature(facts: BreachFacts, made: list[Assumption]) -> BreachFacts:
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


def _relation(facts: BreachFacts, made: list[Assumption]) -> BreachFacts:
    relation = {"controller": "owner", "processor": "maintainer"}.get(facts.organisation.role)
    if facts.organisation.data_relation != "unknown" or relation is None:
        return facts
    made.append(Assumption("organisation.data_relation", relation, f"its role is {facts.organisation.role}"))
    return facts.model_copy(update={"organisation": facts.organisation.model_copy(update={"data_relation": relation})})


def _misuse_tests(facts: BreachFacts, made: list[Assumption]) -> BreachFacts:
    if facts.exposure.misuse != "confirmed" or "misuse_occurred" in facts.risk.by_test:
        return facts
    made.append(Assumption("risk.by_test.misuse_occurred", "yes", "misuse is confirmed"))
    tests = {**facts.risk.by_test, "misuse_occurred": "yes"}
    return facts.model_copy(update={"risk": facts.risk.model_copy(update={"by_test": tests})})
