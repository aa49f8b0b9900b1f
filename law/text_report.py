"""An assessment as plain text, for a terminal: earliest clock first, grouped as an officer reads it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from law.explain import in_one_line, jurisdiction_name
from law.findings import Assessment, Finding, standing_line
from law.questions import greedy_cover
from law.time_limits import shown
from law.wording import question

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
