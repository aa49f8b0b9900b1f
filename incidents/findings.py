"""What is kept of a finding: its compact form, the columns of its obligation, and what changed. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from incidents.models import DutyChange, Obligation, Outcome
from law.explain import in_one_line
from law.findings import Assessment as Answer
from law.findings import Finding

Key = tuple[str, str, str, str]
"""Duty, jurisdiction, act (the stage, numbered where a law states it more than once), variant."""

Kind = DutyChange.Kind

CLOCKS = ("due", "due_arguable", "outer_due", "guideline_due")
"""The instants of an obligation, strictest first."""

KEPT = (
    "duty", "version", "jurisdiction", "title", "kind", "addressee", "authority", "bound", "binding", "outcome",
    "undetermined_on", "rebuttable_by", "default_if_unresolved", "arises_on", "satisfied_by", "answered_by",
    "lifted_by", "exemptions", "stage", "act", "clock_starts", "clock_fact", "started_at", "limit", "limit_kind",
    "limit_text", "due", "due_arguable", "due_arguable_ground", "due_basis", "due_zone", "outer_limit",
    "outer_due", "guideline", "if_late", "order", "provision", "instrument", "law_date", "law_date_basis",
    "confidence", "verified_on", "via", "languages", "form", "channel",
)  # fmt: skip
"""Keys of a finding that an assessment keeps. The reasons, the contents of notices and the steps of a
deadline are long and follow from facts, instant and rulebook: they are made again when asked for."""

DETAILS = (
    "version", "undetermined_on", "rebuttable_by", "lifted_by", "clock_starts", "clock_fact", "started_at",
    "limit", "limit_text", "due_basis", "due_zone", "due_arguable_ground", "if_late", "via", "confidence",
    "verified_on", "instrument", "languages", "form", "channel", "order", "line",
)  # fmt: skip
"""Keys that a page of duties shows beside the obligation's own columns."""

REMARKS = ("assumptions", "conflicts", "suggested_risk", "no_general_duty", "unresearched")
"""Parts of an assessment beside its findings and questions that are kept as they are."""


def _said(value: object) -> bool:
    return value is not None and value != [] and value != ""


def compact(finding: Finding) -> dict[str, Any]:
    """The part of a finding that is stored; what says nothing is left out."""
    # Without its reasons, which would be built here only to be thrown away.
    said = finding.to_json(reasons=False)
    return {**{key: said[key] for key in KEPT if _said(said.get(key))}, "line": in_one_line(finding)}


def remarks_of(answer: Answer) -> dict[str, Any]:
    """The remarks of a whole assessment (REMARKS)."""
    said = answer.remarks()
    return {key: said[key] for key in REMARKS if _said(said.get(key))}


def numbers_of(findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many findings of each outcome, and the earliest due instant of those that may apply."""
    rows = list(findings)
    counted = Counter(row["outcome"] for row in rows)
    dues = [instant(row["due"]) for row in rows if row.get("due") and row["outcome"] != Outcome.DOES_NOT_APPLY]
    earliest = min((due for due in dues if due), default=None)
    return {
        **{str(outcome): counted.get(str(outcome), 0) for outcome in Outcome.values},
        "earliest_due": earliest.isoformat() if earliest else None,
    }


def instant(value: object) -> datetime | None:
    """An instant of a finding, in UTC; None stays None."""
    return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) and value else None


def keyed(findings: Iterable[Mapping[str, Any]]) -> dict[Key, Mapping[str, Any]]:
    """Findings by the key of their obligation.

    Where several share duty, jurisdiction and stage (a law between two versions), the newest version
    takes the plain key, so that it stays the same row when the doubt is settled in its favour.
    """
    shared: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        key = (finding["duty"], finding["jurisdiction"], finding.get("act") or finding.get("stage") or "initial")
        shared.setdefault(key, []).append(finding)
    out: dict[Key, Mapping[str, Any]] = {}
    for (duty, jurisdiction, stage), rows in shared.items():
        ordered = sorted(rows, key=lambda row: str(row.get("version", "")), reverse=True)
        for index, finding in enumerate(ordered):
            variant = "" if index == 0 else str(finding.get("version", ""))
            while (duty, jurisdiction, stage, variant) in out:
                variant += "+"
            out[duty, jurisdiction, stage, variant] = finding
    return out


def columns_of(finding: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the obligation of a finding."""
    guideline = finding.get("guideline") or {}
    return {
        "title": finding["title"],
        "kind": finding["kind"],
        "addressee": finding.get("addressee") or "",
        "authority": finding.get("authority") or "",
        "provision": finding.get("provision") or "",
        "binding": finding.get("binding") or "mandatory",
        "outcome": str(finding["outcome"]),
        "found": True,
        "limit_kind": finding.get("limit_kind") or "",
        "due": instant(finding.get("due")),
        "due_arguable": instant(finding.get("due_arguable")),
        "outer_due": instant(finding.get("outer_due")),
        "guideline_due": instant(guideline.get("due")),
        "details": {key: finding[key] for key in DETAILS if _said(finding.get(key))},
    }


def state_of(row: Obligation) -> dict[str, Any]:
    """Outcome and clocks of an obligation, fit for JSON: what a change is measured by."""
    clocks = {name: getattr(row, name) for name in CLOCKS}
    return {
        "outcome": str(row.outcome),
        **{name: value.isoformat() if value else None for name, value in clocks.items()},
    }


def change_between(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str | None:
    """What kind of change lies between two states of a duty, or None. None as a state: no such duty."""
    was = before["outcome"] if before else None
    now = after["outcome"] if after else None
    absent = (None, Outcome.DOES_NOT_APPLY)
    if was == now:
        moved = before != after and now not in absent
        return Kind.MOVED if moved else None
    if was in absent and now in absent:
        return None
    if was == Outcome.UNDETERMINED and now is not None:
        return Kind.SETTLED
    if was in absent:
        return Kind.GAINED
    if now == Outcome.UNDETERMINED:
        return Kind.REOPENED
    return Kind.LOST
