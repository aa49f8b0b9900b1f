"""Decisive questions: the unknown facts, ranked by what is at stake when they are answered.

Earliest due instant first, then the number of findings that hang on the fact. A question that alone
stands between many findings and their outcome (which states? is the list complete?) is one question.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from law.findings import Finding, Question

FAR = datetime.max.replace(tzinfo=UTC)
# Who can answer: what the organisation knows of itself is quickest, forensics take longest.
SLOWER = ("organisation", "parties", "timeline", "affected", "data", "measures", "risk", "cause", "exposure")


def decisive_questions(findings: Iterable[Finding]) -> list[Question]:
    """One question for each unknown fact on which an outcome or a date hangs, most urgent first."""
    outcomes: dict[str, list[Finding]] = defaultdict(list)
    dates: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        for fact in finding.hangs_on:
            outcomes[fact].append(finding)
        if finding.outcome != "DOES_NOT_APPLY":
            for fact in finding.clock.missing:
                dates[fact].append(finding)
    made = [_question(fact, outcomes[fact], dates[fact]) for fact in dict.fromkeys((*outcomes, *dates))]
    return sorted(made, key=_urgency)


def _urgency(one: Question) -> tuple[datetime, int, int, str]:
    head = re.split(r"[.\[]", one.fact, maxsplit=1)[0]
    speed = SLOWER.index(head) if head in SLOWER else len(SLOWER)
    return one.earliest_due or FAR, -one.findings, speed, one.fact


def _question(fact: str, outcomes: list[Finding], dates: list[Finding]) -> Question:
    dues = [due for finding in (*outcomes, *dates) if (due := finding.due or finding.clock.arguable)]
    return Question(
        fact,
        settles=tuple(dict.fromkeys((finding.duty, finding.jurisdiction) for finding in outcomes)),
        earliest_due=min(dues, default=None),
        findings=len(outcomes),
        dates=tuple(dict.fromkeys((finding.duty, finding.jurisdiction) for finding in dates)),
    )


def greedy_cover(findings: Iterable[Finding], questions: list[Question]) -> list[Question]:
    """The fewest questions, taken greedily in their order of urgency, that touch every undetermined finding."""
    facts = {one.key: set(one.hangs_on) for one in findings if one.outcome == "UNDETERMINED"}
    left = set(facts)
    rank = {question.fact: place for place, question in enumerate(questions)}
    chosen: list[Question] = []
    while left:
        gains = Counter(fact for key in left for fact in facts[key] if fact in rank)
        if not gains:
            break
        best = max(gains, key=lambda fact: (gains[fact], -rank[fact]))
        chosen.append(questions[rank[best]])
        left = {key for key in left if best not in facts[key]}
    return chosen
