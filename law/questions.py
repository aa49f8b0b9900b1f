"""Decisive questions: the unknown facts, ranked by what is at stake when they are answered.

Earliest due instant first, then the number of findings that hang on the fact. A question that alone
stands between many findings and their outcome (which states? is the list complete?) is one question.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from law.findings import Finding, Question

FAR = datetime.max.replace(tzinfo=UTC)


def decisive_questions(findings: Iterable[Finding]) -> list[Question]:
    """One question for each unknown fact on which an undetermined finding hangs, most urgent first."""
    hanging: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.outcome == "UNDETERMINED":
            for fact in finding.undetermined_on:
                hanging[fact].append(finding)
    made = [_question(fact, found) for fact, found in hanging.items()]
    return sorted(made, key=lambda one: (one.earliest_due or FAR, -one.findings, one.fact))


def _question(fact: str, found: list[Finding]) -> Question:
    dues = [finding.due for finding in found if finding.due]
    settles = tuple(dict.fromkeys((finding.duty, finding.jurisdiction) for finding in found))
    return Question(fact, settles, min(dues) if dues else None, len(found))


def greedy_cover(findings: Iterable[Finding], questions: list[Question]) -> list[Question]:
    """The fewest questions, taken greedily in their order of urgency, that touch every undetermined finding."""
    facts = {one.key: set(one.undetermined_on) for one in findings if one.outcome == "UNDETERMINED"}
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
