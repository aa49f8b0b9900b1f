"""The risk of one case: the tests of the laws with the officer's answers, and what published methods propose."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from incidents import paths
from incidents.asking import asked
from incidents.findings import instant
from incidents.models import Outcome
from law.facts import parse_facts
from law.risk.answer import Weighed, weigh
from law.risk.levels import CANNOT_SAY, LEVELS, OpenFact, Proposal, Reason
from law.rulebook import load_rulebook
from workbench import words
from workbench.selectors.facts import FactRow
from workbench.selectors.questions import FAR

TEST = re.compile(r"test\((\w+)\)")
PREFIX = "risk.by_test."
RIGHTS = ("rights_risk", "rights_high_risk")
LEVEL_WORDS = {
    "unlikely": _("Judged: a risk to people is unlikely."),
    "risk": _("Judged: there is a risk to people, not a high one."),
    "high_risk": _("Judged: there is a high risk to people."),
    "some": _("Judged: there is a risk to people. Whether a high one is not answered."),
}
NOT_ASSESSED = _("Not assessed. Clocks run as if the duty applied.")
TAGS = {CANNOT_SAY: _("Cannot say yet"), "unlikely": _("Risk unlikely"), "risk": _("Risk"), "high_risk": _("High risk")}
BANDS = {
    "low": _("Low severity"),
    "medium": _("Medium severity"),
    "high": _("High severity"),
    "very_high": _("Very high severity"),
}
LIKELIHOOD = frozenset({"Type of breach", "Who has the data"})
"""Factors that say how likely harm is; the others say how bad it would be."""


@dataclass(frozen=True)
class AskedTest:
    """One test that a law asks, and the duties that hang on it, each by its title and place.

    `lifts`: its answer can lift a duty, not make one.
    """

    key: str
    path: str
    duties: tuple[tuple[str, str], ...]
    lifts: bool
    earliest_due: datetime | None


@dataclass(frozen=True)
class Judgement:
    """A test with what stands recorded: the answer in words, by whom, when and why; `earlier` as the row has it."""

    asked: AskedTest
    row: FactRow
    by: str
    at: datetime | None

    @property
    def answered(self) -> bool:
        return self.row.value is not None


@dataclass(frozen=True)
class Shown:
    """A method on a page: its reasons by what they say, with the way to each fact that would settle it."""

    proposal: Proposal
    groups: tuple[tuple[str, tuple[Reason, ...]], ...]
    asks: tuple[tuple[OpenFact, str], ...]

    @property
    def tone(self) -> str:
        """The state of the page's tags that says its level."""
        level = self.proposal.level
        return {CANNOT_SAY: "undecided", "unlikely": "not_required", "risk": "due_soon"}.get(level, "overdue")

    @property
    def tag(self) -> str:
        """The level in two words, of a score its band."""
        if self.proposal.band and self.proposal.level != CANNOT_SAY:
            return str(BANDS[self.proposal.band])
        return str(TAGS[self.proposal.level])


def tests_asked(findings: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> list[AskedTest]:
    """Every test that a duty of the case hangs on or that could lift one, and those answered already."""
    hanging: dict[str, dict[tuple[str, str], None]] = {}
    lifting: dict[str, bool] = {}
    dues: dict[str, list[datetime]] = {}
    for finding in findings:
        if finding["outcome"] == Outcome.DOES_NOT_APPLY and not finding.get("lifted_by"):
            continue
        for key, lifts in (*_open(finding), *_exempting(finding)):
            hanging.setdefault(key, {})[finding["title"], words.jurisdiction_words(finding["jurisdiction"])] = None
            lifting[key] = lifting.get(key, True) and lifts
            if due := instant(finding.get("due")):
                dues.setdefault(key, []).append(due)
    for key in (document.get("risk") or {}).get("by_test") or {}:
        hanging.setdefault(key, {})
    found = [
        AskedTest(
            key=key,
            path=asked(f"{PREFIX}{key}", document).path,
            duties=tuple(duties),
            lifts=lifting.get(key, False),
            earliest_due=min(dues.get(key, ()), default=None),
        )
        for key, duties in hanging.items()
    ]
    return sorted(found, key=lambda one: (one.key not in RIGHTS, one.earliest_due or FAR, -len(one.duties), one.key))


def _open(finding: Mapping[str, Any]) -> Iterable[tuple[str, bool]]:
    for fact in finding.get("undetermined_on", ()):
        if fact.startswith(PREFIX):
            yield fact.removeprefix(PREFIX), False


def _exempting(finding: Mapping[str, Any]) -> Iterable[tuple[str, bool]]:
    """Tests in the exemptions that the organisation may show, as the law in use words them."""
    wanted = {one["id"] for one in finding.get("exemptions", ()) if one.get("shown_by") == "test"}
    duty = load_rulebook().duties.get(finding["duty"]) if wanted else None
    for version in duty.versions if duty else ():
        if version.name == finding.get("version"):
            for exemption in version.exemptions:
                if exemption.rule.id in wanted:
                    yield from ((test, True) for test in TEST.findall(str(exemption.rule.when)))


def judged(asked_test: AskedTest, row: FactRow, document: Mapping[str, Any]) -> Judgement:
    """The officer's answer as it stands recorded."""
    value = paths.get(document, asked_test.path)
    record: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    by = str(record.get("by") or (row.said.author if row.said else ""))
    return Judgement(asked_test, row, by, instant(record.get("at")) or (row.said.recorded_at if row.said else None))


def result_of(document: Mapping[str, Any], judgements: list[Judgement]) -> tuple[str, bool]:
    """The result in one sentence, and whether anything has been judged."""
    level = level_judged(document)
    if level:
        return str(LEVEL_WORDS[level]), True
    answered = sum(one.answered for one in judgements)
    if not answered:
        return str(NOT_ASSESSED), False
    whole = len(judgements)
    said = ngettext(
        "{answered} of {number} test of the laws answered.", "{answered} of {number} tests of the laws answered.", whole
    )
    return said.format(answered=answered, number=whole), True


def level_judged(document: Mapping[str, Any]) -> str | None:
    """The officer's own level, from the level itself or from the two tests of the GDPR; "some": a risk at least."""
    risk = document.get("risk") or {}
    if risk.get("level") in LEVELS:
        return str(risk["level"])
    answers = risk.get("by_test") or {}
    some, high = (_answer(answers.get(name)) for name in RIGHTS)
    if high == "yes":
        return "high_risk"
    if some == "no":
        return "unlikely"
    if some == "yes":
        return "risk" if high == "no" else "some"
    return None


def _answer(value: Any) -> str | None:
    return value.get("answer") if isinstance(value, Mapping) else value


def disagreement(document: Mapping[str, Any], weighed: Weighed) -> str:
    """What to look at where the officer's level lies below what the second method holds for sure; else empty."""
    level = level_judged(document)
    if level is None or LEVELS.index("risk" if level == "some" else level) >= LEVELS.index(weighed.edpb.at_least):
        return ""
    return gettext(
        "Your answer lies below what the factors of the EDPB give on the recorded facts. It is yours to give; let the "
        "reason say what the method does not see."
    )


def weighed_of(document: Mapping[str, Any], as_of: datetime) -> Weighed:
    """The recorded facts, weighed. Raises FactsError where the document is no facts document."""
    return weigh(parse_facts(dict(document)), as_of)


def shown(proposal: Proposal, url_of: Any = None) -> Shown:
    """A proposal ready for a page. `url_of(fact)`: the page that asks for a fact, or empty."""
    likely = tuple(reason for reason in proposal.reasons if reason.factor in LIKELIHOOD)
    severe = tuple(reason for reason in proposal.reasons if reason.factor not in LIKELIHOOD)
    groups = ((gettext("How it reckons"), severe),) if proposal.score is not None else (
        (gettext("How likely harm is"), likely), (gettext("How bad it could be"), severe),
    )  # fmt: skip
    facts = sorted(proposal.open_facts, key=lambda one: one.may == "lower")
    return Shown(
        proposal=proposal,
        groups=tuple((title, reasons) for title, reasons in groups if reasons),
        asks=tuple((one, url_of(one.fact) if url_of else "") for one in facts),
    )
