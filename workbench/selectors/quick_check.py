"""An assessment that is shown once and kept nowhere: grouped as an officer reads it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from law.assess import assess
from law.explain import in_one_line
from law.facts import parse_facts
from law.findings import Assessment, Finding, standing_line
from law.precedents.similar import Nearest
from law.questions import greedy_cover
from law.rulebook import load_rulebook
from law.wording import question
from workbench import words
from workbench.selectors.risk import Shown, shown
from workbench.selectors.rule_words import ADDRESSEES, SHORT_CONFIDENCE

QUESTIONS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in words. `legal` is False for a regulator's yardstick or a voluntary duty."""

    place: str
    code: str
    title: str
    stage: str
    whom: str
    due: datetime | None
    legal: bool
    time: str
    basis: str
    why: str
    provision: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A decisive question: the words, how many findings it bears on, the earliest deadline at stake."""

    words: str
    fact: str
    findings: int
    earliest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Result:
    """The answer. Groups in the order of a page; each group earliest clock first.

    `assumptions`: what was asked, and why it is taken as answered.
    """

    as_of: datetime
    required: tuple[Row, ...]
    depends: tuple[Row, ...]
    not_required: tuple[Row, ...]
    no_general_duty: tuple[tuple[str, str], ...]
    not_researched: tuple[str, ...]
    questions: tuple[Asked, ...]
    assumptions: tuple[tuple[str, str], ...]
    methods: tuple[Shown, ...]
    nearest: Nearest
    notice: str

    @property
    def without(self) -> int:
        """How many duties are not required, with the places that have no general duty."""
        return len(self.not_required) + len(self.no_general_duty)


def quick_result(document: object, as_of: datetime) -> Result:
    """Assesses a facts document. Raises FactsError with every fault."""
    answer = assess(load_rulebook(), parse_facts(document), as_of)
    return Result(
        as_of=as_of,
        required=_group(answer, "APPLIES"),
        depends=_group(answer, "UNDETERMINED"),
        not_required=_group(answer, "DOES_NOT_APPLY"),
        no_general_duty=tuple(
            (words.jurisdiction_words(one.jurisdiction), one.statement) for one in answer.no_general_duty
        ),
        not_researched=tuple(sorted(words.jurisdiction_words(one.jurisdiction) for one in answer.unresearched)),
        questions=tuple(
            Asked(question(one.fact).replace("??", "?"), one.fact, one.findings, one.earliest_due)
            for one in greedy_cover(answer.findings, list(answer.questions))[:QUESTIONS]
        ),
        assumptions=tuple((question(one.fact), f"{_capital(one.why)}.") for one in answer.assumptions),
        methods=tuple(shown(one) for one in answer.weighed.proposals),
        nearest=answer.weighed.nearest,
        notice=standing_line(answer.rulebook_date),
    )


def _group(answer: Assessment, outcome: str) -> tuple[Row, ...]:
    return tuple(_row(one) for one in answer.findings if one.outcome == outcome)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _row(finding: Finding) -> Row:
    limit_kind = finding.static["limit_kind"]
    due = finding.due or finding.clock.outer_due or finding.clock.guideline_due
    yardstick = limit_kind == "guideline" or (finding.due is None and finding.clock.outer_due is None)
    return Row(
        place=words.jurisdiction_words(finding.jurisdiction),
        code=finding.jurisdiction,
        title=finding.title,
        stage="" if finding.stage == "initial" else finding.stage.replace("_", "-"),
        whom=str(finding.authority or ADDRESSEES.get(finding.addressee or "", "")),
        due=due,
        legal=not yardstick and finding.static["binding"] != "voluntary",
        time=_capital(finding.static["limit_text"]),
        basis=finding.clock.basis,
        why=in_one_line(finding),
        provision=finding.static["provision"],
        confidence=SHORT_CONFIDENCE[finding.static["confidence"]],
    )
