"""An assessment as plain text, for a terminal: earliest clock first, grouped as an officer reads it."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime

from law.explain import in_one_line, jurisdiction_name
from law.findings import Assessment, Finding, standing_line
from law.questions import greedy_cover
from law.risk.answer import Weighed
from law.risk.levels import OpenFact, Proposal
from law.time_limits import shown
from law.wording import question

SIGNS = {"raises": "+", "lowers": "-", "decides": "=", "neither": ".", "open": "?"}
WAYS = {"raise": "raise it", "lower": "lower it", "either": "raise or lower it"}
GROUPS = (("APPLIES", "REQUIRED"), ("UNDETERMINED", "DEPENDS"), ("DOES_NOT_APPLY", "NOT REQUIRED"))


def report(assessment: Assessment) -> str:
    """The whole assessment as text, about 100 columns wide."""
    return "\n".join(_lines(assessment)) + "\n"


def _lines(assessment: Assessment) -> Iterator[str]:
    yield f"As of {assessment.as_of.isoformat()}, rule library of {assessment.rulebook_date.isoformat()}"
    for outcome, title in GROUPS:
        found = [one for one in assessment.findings if one.outcome == outcome]
        yield ""
        yield f"{title} ({len(found)})"
        yield from (line for one in found for line in _finding(one))
    if assessment.no_general_duty:
        yield ""
        yield f"NO GENERAL DUTY ({len(assessment.no_general_duty)})"
        for none in assessment.no_general_duty:
            yield f"  {jurisdiction_name(none.jurisdiction)}: {none.statement}"
    if assessment.unresearched:
        yield ""
        yield f"NOT RESEARCHED ({len(assessment.unresearched)}): nothing is said about the law of"
        yield from _wrapped(jurisdiction_name(one.jurisdiction) for one in assessment.unresearched)
    yield from _questions(assessment)
    yield from _risk(assessment.weighed)
    yield ""
    yield standing_line(assessment.rulebook_date)


def _finding(finding: Finding) -> Iterator[str]:
    where = jurisdiction_name(finding.jurisdiction)
    stage = "" if finding.stage == "initial" else f" ({finding.stage.replace('_', ' ')})"
    yield f"  {_when(finding):<34} {where}: {finding.title}{stage}"
    yield f"  {'':<34}   {finding.static['provision']}. {in_one_line(finding)}"


def _when(finding: Finding) -> str:
    if finding.outcome == "DOES_NOT_APPLY":
        return "-"
    if finding.due:
        return shown(finding.due, finding.clock.zone).split(" (")[0]
    if finding.clock.arises_on:
        return "when it happens"
    return "no fixed time"


def _questions(assessment: Assessment) -> Iterator[str]:
    chosen = greedy_cover(assessment.findings, list(assessment.questions))
    undetermined = sum(1 for one in assessment.findings if one.outcome == "UNDETERMINED")
    if not chosen:
        return
    yield ""
    yield f"{len(chosen)} question{'s' if len(chosen) > 1 else ''} stand behind {undetermined} open findings; first:"
    for one in chosen[:3]:
        yield f"  {question(one.fact)}  [{one.fact}] concerns {one.findings}{_at_stake(one.earliest_due)}"


def _risk(weighed: Weighed) -> Iterator[str]:
    """What each method proposes, why, and the published cases that stand nearest."""
    yield ""
    yield "RISK: two published methods propose; neither answers a legal test"
    for one in weighed.proposals:
        yield f"  {one.title}. {one.in_words}"
        for reason in one.reasons:
            source = f" [{reason.source}]" if not one.title.startswith(reason.source) else ""
            yield from _folded(f"{SIGNS[reason.effect]} {reason.text}{source}")
        if one.open_facts:
            asked = " ".join(f"{fact.question} (may {WAYS[fact.may]})" for fact in _open_facts(one)[:4])
            yield from _folded(f"? {asked}")
    for words, cases in (
        ("Nearest cases in which the authority had to be notified", weighed.nearest.for_),
        ("Nearest cases in which nobody had to be told", weighed.nearest.against),
    ):
        yield f"  {words}:"
        for like in cases:
            yield from _folded(
                f"- {like.precedent.title} ({like.precedent.source}), {like.words}. {like.precedent.held}"
            )


def _open_facts(proposal: Proposal) -> list[OpenFact]:
    """Those that would raise the level first."""
    return sorted(proposal.open_facts, key=lambda one: one.may == "lower")


def _folded(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, 96, initial_indent="    ", subsequent_indent="      ")


def _at_stake(due: datetime | None) -> str:
    return f", earliest {due:%a %d %b %Y, %H:%M} UTC" if due else ""


def _wrapped(names: Iterable[str], width: int = 96) -> Iterator[str]:
    line = "  "
    for name in names:
        if len(line) + len(name) > width:
            yield line.rstrip()
            line = "  "
        line += f"{name}, "
    yield line.rstrip(" ,")
