"""The facts of a case as both methods of weighing risk read them: three-valued, what is unknown kept apart.

A fact that is not known is never read as good news: it may leave a level open, but it lowers none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from law.case import Case
from law.facts.model import BreachFacts, DataItem
from law.facts.values import bounds
from law.kleene import Value, any_of
from law.risk.kinds import GRAVE, LIMITED, NAMING, NOT_SAID, category_of, grade_of
from law.rows import WORLD
from law.taxonomies import load_taxonomies

FEW = 20
"""Few people, or few recipients: at most 20. The guidelines set no number; this one is the project's choice."""
YES_NO: dict[str, Value] = {"yes": True, "no": False}
HELD = ("confirmed", "reasonably_believed")
PLAYS = ("confirmed", "suspected", "unknown")
VULNERABLE_PEOPLE = frozenset({"child", "patient", "elderly", "vulnerable_person", "beneficiary"})
UNDER_A_VEIL = ("pseudonymised", "tokenised", "truncated", "redacted")

# Which of the three a kind of incident puts in doubt while nobody has said (GDPR Art. 4(12)). A message to the
# wrong person loses no data; a stolen device does; an intruder may have changed them.
TAKES_AWAY = frozenset({
    "lost_stolen_device", "lost_stolen_paper", "mail_lost_opened", "hacking_intrusion", "malware", "ransomware",
    "denial_of_service", "accidental_deletion", "system_failure", "natural_disaster", "physical_intrusion",
    "processor_breach", "disposal_paper", "disposal_hardware", "not_yet_known", "other",
})  # fmt: skip
CHANGES = frozenset({"data_alteration", "hacking_intrusion", "malware", "processor_breach", "not_yet_known", "other"})
ONLY_OUT_OF_REACH = frozenset({"denial_of_service", "accidental_deletion", "system_failure", "natural_disaster"})
ATTACKS = frozenset({"hacking_intrusion", "credential_attack", "malware", "ransomware", "phishing", "scraping_abuse"})
MISHAPS = frozenset({
    "misconfiguration", "cryptographic_flaw", "wrong_person_shown", "unintended_publication", "misdirected_email",
    "misdirected_post", "bcc_failure", "redaction_failure", "verbal_disclosure", "disposal_paper",
    "disposal_hardware", "accidental_deletion", "system_failure", "natural_disaster",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of data. `sure`: confirmed to be concerned; `low`, `high`: what it can do, 0 for unintelligible."""

    item: DataItem
    sure: bool
    low: int
    high: int

    @property
    def label(self) -> str:
        terms = load_taxonomies()
        kind = "data_element" if self.item.category in terms.category else "data_category"
        if self.item.category in NOT_SAID:
            return "data of a kind not yet known"
        label = terms.label(kind, self.item.category)
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]


class Reading:
    """One case, read for its risk."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.facts: BreachFacts = case.facts

    # -- what happened --------------------------------------------------------------------------

    def nature(self, part: str) -> str:
        """yes, suspected, no or unknown: unknown only where the kind of incident leaves it in doubt."""
        said: str = getattr(self.facts.nature, part)
        if said != "unknown":
            return said
        kind = self.facts.cause.type
        if part == "confidentiality":
            doubt = kind not in ONLY_OUT_OF_REACH
        else:
            doubt = kind in (TAKES_AWAY if part == "availability" else CHANGES)
        return "unknown" if doubt else "no"

    @cached_property
    def malicious(self) -> Value:
        """Did somebody mean harm, or gain? An attack is one whatever else is known."""
        intent = self.facts.cause.intent
        if intent == "malicious" or self.facts.cause.type in ATTACKS:
            return True
        if intent in ("accidental", "deliberate"):
            return False
        return False if intent == "unknown" and self.facts.cause.type in MISHAPS else None

    def held(self, *names: str) -> bool:
        """Is one of these held on good evidence (access, exfiltration, published, ...)?"""
        return any(getattr(self.facts.exposure, name) in HELD for name in names)

    @property
    def handful(self) -> bool:
        """Are the recipients few and counted, whoever they are?"""
        top = bounds(self.facts.exposure.recipients)[1]
        return self.facts.exposure.recipient == "unknown" and top is not None and top <= FEW

    @property
    def back_again(self) -> bool:
        """Is nothing missing: what was gone came back, or the same data stand elsewhere?"""
        exposure, said = self.facts.exposure, self.facts.nature.availability
        return said in ("unknown", "no") and (exposure.recovered == "yes" or exposure.backup_available == "yes")

    # -- the data -------------------------------------------------------------------------------

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The rows of data that are, or may be, concerned."""
        return tuple(_kind(item) for item in self.facts.data if item.status in PLAYS)

    @property
    def data_closed(self) -> bool:
        """Is the list of data complete, with nothing in it that may be anything?"""
        return self.facts.data_complete == "yes" and not any(
            kind.item.category in NOT_SAID and kind.high for kind in self.kinds
        )

    @cached_property
    def grade(self) -> tuple[int, int]:
        """The worst kind surely concerned, and the worst that may be; LIMITED to GRAVE, or 0 for none."""
        sure = max((kind.low for kind in self.kinds if kind.sure), default=0)
        worst = max((kind.high for kind in self.kinds), default=0) if self.data_closed else GRAVE
        if self.names_nobody and self.data_closed:
            sure, worst = (_less(one) for one in (sure, worst))
        return sure, max(sure, worst)

    @cached_property
    def names_nobody(self) -> bool:
        """Are the data such that others must help to say whose they are? Only where the list is complete."""
        categories = {category_of(kind.item.category) for kind in self.kinds}
        return (
            self.data_closed
            and bool(categories)
            and not categories & (NAMING | {"location_data"})
            and all(kind.high < GRAVE for kind in self.kinds)
        )

    @cached_property
    def unintelligible(self) -> Value:
        """Is all of it unreadable to whoever has it? Unknown while the list of data is open."""
        if not self.kinds:
            return None
        if any(kind.low > 0 for kind in self.kinds):
            return False
        return True if self.facts.data_complete == "yes" and all(kind.high == 0 for kind in self.kinds) else None

    def worst(self, at: int) -> str:
        """Words for the rows whose grade is `at`: "health, payment card number"."""
        return ", ".join(dict.fromkeys(kind.label for kind in self.kinds if kind.high == at or kind.low == at))

    # -- the people -----------------------------------------------------------------------------

    @cached_property
    def number(self) -> tuple[int, int | None]:
        """The lowest and highest number of people affected."""
        low, high = self.case.count(WORLD, possible=True)
        stated_low, stated_high = bounds(self.facts.affected_total)
        tops = [one for one in (high, stated_high) if one is not None]
        low = max(low if any(group.presence == "confirmed" for group in self.facts.affected) else 0, stated_low)
        return low, max(low, min(tops)) if tops else None

    @cached_property
    def vulnerable(self) -> Value:
        """Are children, patients, people who are looked after, or others in a weak position among them?"""
        groups = [group for group in self.facts.affected if group.presence != "ruled_out"]
        listed: Iterable[Value] = (
            any_of(
                (
                    YES_NO.get(group.vulnerable),
                    YES_NO.get(group.minors),
                    YES_NO.get(group.elderly) if group.elderly == "yes" else False,
                    bool(VULNERABLE_PEOPLE & set(group.subjects)),
                )
            )
            for group in groups
        )
        # A plain "no" to "vulnerable" speaks for minors too, unless minors are known to be there.
        answers = [
            False if value is None and group.vulnerable == "no" else value
            for group, value in zip(groups, listed, strict=True)
        ]
        found = any_of(answers) if answers else None
        return None if found is False and self.facts.affected_complete != "yes" else found

    @cached_property
    def nobody(self) -> bool:
        """Are there no living people behind the data: a complete list, each row ruled out or of legal persons?"""
        groups = self.facts.affected
        return self.case.everybody_listed and all(
            group.presence == "ruled_out" or group.persons == "juristic" for group in groups
        )


def _kind(item: DataItem) -> Kind:
    grade = grade_of(item.category)
    low, high = (grade, grade) if grade else (LIMITED, GRAVE)
    protection, standard = item.protection, item.protection_standard
    if protection == "anonymised":
        low = high = 0
    elif protection in ("encrypted_key_safe", "hashed") and standard != "weak":
        low, high = 0, 0 if standard == "recognised" else high
    elif protection == "encrypted_key_unknown":
        low = 0
    elif protection in UNDER_A_VEIL:
        # What was limited already says nothing under a pseudonym: 01/2021, case 6, user names without meaning.
        low, high = (_less(one) if one > LIMITED else 0 for one in (low, high))
    return Kind(item, item.status == "confirmed", low, high)


def _less(grade: int) -> int:
    return max(grade - 1, LIMITED) if grade else 0
