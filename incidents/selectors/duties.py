"""Reading duties: grouped, earliest clock first, with what was done and what a wave changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch

from incidents.findings import compact
from incidents.models import (
    Assessment,
    Decision,
    DutyChange,
    FactsRevision,
    Fulfilment,
    Incident,
    Obligation,
    Outcome,
    Party,
)
from incidents.selectors.rulebooks import rulebook_of
from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment as Answer
from law.findings import Finding
from law.rulebook import load_rulebook


class DutyState(StrEnum):
    """Where a duty stands at an instant. Computed, never stored."""

    DONE = "done"
    DECIDED = "decided"
    OVERDUE = "overdue"
    OPEN = "open"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation with its acts. `leading` is the instant to count down to, None where there is none."""

    obligation: Obligation
    state: DutyState
    fulfilment: Fulfilment | None
    decision: Decision | None
    leading: datetime | None
    leading_kind: str

    @property
    def changed(self) -> bool:
        """Did an assessment change it since somebody last looked?"""
        return self.obligation.changed_in_id is not None


@dataclass(frozen=True, slots=True)
class Duties:
    """The duties of a case in the groups of its pages, earliest clock first, changed ones in front."""

    required: tuple[Duty, ...]
    depends: tuple[Duty, ...]
    not_required: tuple[Duty, ...]
    no_general_duty: tuple[Mapping[str, Any], ...]
    not_researched: tuple[str, ...]

    @property
    def next(self) -> Duty | None:
        """The open duty whose clock ends first."""
        opened = [
            duty
            for duty in (*self.required, *self.depends)
            if duty.state in (DutyState.OPEN, DutyState.OVERDUE) and duty.leading
        ]
        return min(opened, key=_by_clock, default=None)


def duties_grouped(of: Incident | Party, now: datetime) -> Duties:
    """The duties of a case, or of one party of it, as they stand at `now`. Four queries."""
    where = {"incident": of} if isinstance(of, Incident) else {"party": of}
    rows = (
        Obligation.objects.filter(**where)
        .select_related("party__legal_entity")
        .prefetch_related(
            Prefetch(
                "fulfilments",
                Fulfilment.objects.filter(withdrawn_at__isnull=True).select_related("by").order_by("at"),
            ),
            Prefetch("decisions", Decision.objects.filter(revoked_at__isnull=True).select_related("decided_by")),
        )
    )
    duties = sorted((duty_of(row, now) for row in rows), key=_by_clock)
    by_outcome: dict[str, list[Duty]] = {str(outcome): [] for outcome in Outcome.values}
    for duty in duties:
        by_outcome[str(duty.obligation.outcome)].append(duty)
    remarks = [one.remarks for one in newest_assessments(of)]
    return Duties(
        required=tuple(by_outcome["APPLIES"]),
        depends=tuple(by_outcome["UNDETERMINED"]),
        not_required=tuple(by_outcome["DOES_NOT_APPLY"]),
        no_general_duty=_once(row for remark in remarks for row in remark.get("no_general_duty", ())),
        not_researched=tuple(dict.fromkeys(place for remark in remarks for place in remark.get("unresearched", ()))),
    )


def _once(rows: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple({row["jurisdiction"]: row for row in rows}.values())


def duty_of(row: Obligation, now: datetime) -> Duty:
    """One obligation as it stands at `now`; its acts should be prefetched as duties_grouped does."""
    fulfilment = next((one for one in row.fulfilments.all() if one.withdrawn_at is None), None)
    decision = next((one for one in row.decisions.all() if one.revoked_at is None), None)
    leading, kind = leading_clock(row)
    if fulfilment:
        state = DutyState.DONE
    elif decision and decision.kind == Decision.Kind.NOT_TO_NOTIFY:
        state = DutyState.DECIDED
    elif row.outcome == Outcome.DOES_NOT_APPLY:
        state = DutyState.NOT_REQUIRED
    elif leading is not None and leading < now and kind != "guideline":
        state = DutyState.OVERDUE
    else:
        state = DutyState.OPEN
    return Duty(row, state, fulfilment, decision, leading, kind)


def leading_clock(row: Obligation) -> tuple[datetime | None, str]:
    """The instant that leads, and what it is: "law", "outer" or "guideline" (a yardstick, never overdue)."""
    if row.due is not None:
        return row.due, "guideline" if row.limit_kind == "guideline" else "law"
    if row.outer_due is not None:
        return row.outer_due, "outer"
    if row.guideline_due is not None:
        return row.guideline_due, "guideline"
    return None, ""


KIND_ORDER = {"law": 0, "outer": 1, "guideline": 2, "": 3}


def _by_clock(duty: Duty) -> tuple[bool, datetime | int, int, str, str, str]:
    row = duty.obligation
    # Without a clock the second key is never compared with an instant: the first tells them apart.
    when: datetime | int = duty.leading if duty.leading is not None else 0
    return duty.leading is None, when, KIND_ORDER[duty.leading_kind], row.jurisdiction, row.title, row.stage


def newest_assessments(of: Incident | Party) -> list[Assessment]:
    """The newest assessment of each party. One query."""
    where = {"party__incident": of} if isinstance(of, Incident) else {"party": of}
    return list(
        Assessment.objects.filter(**where)
        .order_by("party_id", "-id")
        .distinct("party_id")
        .select_related("party__legal_entity", "revision")
    )


def changes_of(assessment: Assessment) -> list[DutyChange]:
    """What one assessment changed, earliest clock first. One query."""
    rows = DutyChange.objects.filter(assessment=assessment).select_related("obligation__party__legal_entity")
    return sorted(rows, key=_by_change)


def _by_change(change: DutyChange) -> tuple[bool, str, str, str]:
    due = (change.after or change.before or {}).get("due")
    return due is None, due or "", change.obligation.jurisdiction, change.obligation.title


@dataclass(frozen=True, slots=True)
class Wave:
    """One revision of a party's facts, with the assessment that followed it and what that changed."""

    revision: FactsRevision
    assessment: Assessment | None
    changes: tuple[DutyChange, ...]


def waves(party: Party) -> list[Wave]:
    """The waves of a case as one party lived them, oldest first. Three queries."""
    chain = list(FactsRevision.objects.filter(party=party).select_related("author").order_by("number"))
    first: dict[int, Assessment] = {}
    for made in Assessment.objects.filter(party=party).order_by("id"):
        first.setdefault(made.revision_id, made)
    changed: dict[int, list[DutyChange]] = {}
    shown = [made.pk for made in first.values()]
    for change in DutyChange.objects.filter(assessment__in=shown).select_related("obligation"):
        changed.setdefault(change.assessment_id, []).append(change)
    found: list[Wave] = []
    for revision in chain:
        made_of = first.get(revision.pk)
        changes = changed.get(made_of.pk, []) if made_of is not None else []
        found.append(Wave(revision, made_of, tuple(sorted(changes, key=_by_change))))
    return found


def reasons(assessment: Assessment) -> Answer:
    """The full answer behind a stored assessment, made again from facts, instant and rulebook.

    Raises RulebookGone where the rulebook of that digest is neither in use nor kept.
    """
    rulebook = rulebook_of(assessment)
    return assess(rulebook, parse_facts(assessment.revision.document), assessment.as_of)


def finding_of(obligation: Obligation, assessment: Assessment) -> Finding | None:
    """The finding behind an obligation, with its tree of reasons and the contents of its notice.

    None where the assessment no longer names the duty. Raises RulebookGone as reasons() does.
    """
    version = obligation.details.get("version") or ""
    for finding in reasons(assessment).findings:
        if finding.key == (obligation.duty, obligation.jurisdiction, obligation.stage, version):
            return finding
    return None


def look_back(party: Party, at: datetime) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """What the installed library says of the facts as known at an instant: compact findings, and the facts.

    Nothing is stored. Empty where nothing was known yet.
    """
    from incidents.selectors.facts import facts_as_known_at

    known = facts_as_known_at(party, at)
    if not known.document:
        return [], {}
    answer = assess(load_rulebook(), parse_facts(known.document), at)
    return [compact(finding) for finding in answer.findings], known.document
