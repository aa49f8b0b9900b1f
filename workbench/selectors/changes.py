"""What changed in the duties, in words: after an answer, in a wave, or as an answer would change them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.findings import change_between, columns_of, compact, instant, keyed, state_of
from incidents.models import Assessment, DutyChange, FactsRevision, Obligation, Outcome, Party
from incidents.selectors import looks_by_library
from law.assess import assess
from law.facts import parse_facts
from law.rulebook import load_rulebook
from workbench import words
from workbench.selectors.duties import stage_words, who_words

Kind = DutyChange.Kind

ORDER = (Kind.GAINED, Kind.SETTLED, Kind.REOPENED, Kind.MOVED, Kind.LOST)
ICONS = {
    Kind.GAINED: "plus",
    Kind.SETTLED: "check",
    Kind.REOPENED: "help-circle",
    Kind.MOVED: "clock",
    Kind.LOST: "circle-minus",
}
OUTCOMES = {
    str(Outcome.APPLIES): _("required"),
    str(Outcome.UNDETERMINED): _("depends"),
    str(Outcome.DOES_NOT_APPLY): _("not required"),
}


@dataclass(frozen=True)
class ChangeRow:
    """One duty that changed. `due` and `due_before` are its leading clocks after and before."""

    kind: str
    icon: str
    words: str
    who: str
    title: str
    place: str
    stage: str
    due: datetime | None
    due_before: datetime | None
    obligation: Obligation | None
    required: bool = False

    @property
    def fell_away(self) -> bool:
        return self.kind == Kind.LOST

    @property
    def moved(self) -> bool:
        """Did the clock move from one instant to another?"""
        return self.due is not None and self.due_before is not None and self.due != self.due_before


@dataclass(frozen=True)
class Changed:
    """What one revision of the facts changed: unseen changes are grouped by it, newest first."""

    revision: FactsRevision
    assessment: Assessment
    rows: tuple[ChangeRow, ...]
    by_library: bool = False


def unseen_changes(party: Party, obligations: Iterable[Obligation]) -> list[Changed]:
    """The changes at which nobody has looked yet, by what made them. None without changes, else two queries."""
    marked = {row.pk: row for row in obligations if row.changed_in_id is not None}
    if not marked:
        return []
    pairs = {(row.changed_in_id, row.pk) for row in marked.values()}
    found = DutyChange.objects.filter(
        assessment__in={pair[0] for pair in pairs}, obligation__in=marked, assessment__party=party
    ).select_related("assessment__revision__author")
    by_library = looks_by_library(party)
    by_assessment: dict[int, list[DutyChange]] = {}
    for change in found:
        if (change.assessment_id, change.obligation_id) in pairs:
            by_assessment.setdefault(change.assessment_id, []).append(change)
    return [
        Changed(
            revision=changes[0].assessment.revision,
            assessment=changes[0].assessment,
            rows=sorted_rows(change_row(one.kind, one.before, one.after, marked[one.obligation_id]) for one in changes),
            by_library=changes[0].assessment_id in by_library,
        )
        for _, changes in sorted(by_assessment.items(), reverse=True)
    ]


def rows_of(changes: Iterable[DutyChange]) -> tuple[ChangeRow, ...]:
    """The stored changes of a wave as rows; `obligation` must be loaded."""
    return sorted_rows(change_row(one.kind, one.before, one.after, one.obligation) for one in changes)


def change_row(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, row: Obligation
) -> ChangeRow:
    """One change as a row."""
    return ChangeRow(
        kind=kind,
        icon=ICONS[Kind(kind)],
        words=kind_words(kind, before, after),
        who=who_words(row),
        title=row.title,
        place=words.jurisdiction_words(row.jurisdiction),
        stage=stage_words(row.stage),
        due=_leading(after),
        due_before=_leading(before),
        obligation=row if row.pk else None,
        required=kind in (Kind.SETTLED, Kind.GAINED) and (after or {}).get("outcome") == Outcome.APPLIES,
    )


def kind_words(kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What happened to a duty: "Settled: required", "New: depends", "Deadline moved"."""
    outcome = OUTCOMES.get(str((after or {}).get("outcome")), gettext("no longer asked"))
    match Kind(kind):
        case Kind.SETTLED:
            return gettext("Settled: {outcome}").format(outcome=outcome)
        case Kind.GAINED:
            return gettext("New: {outcome}").format(outcome=outcome)
        case Kind.REOPENED:
            return gettext("Open again: depends")
        case Kind.LOST:
            return gettext("Fell away")
        case _:
            was, now = _leading(before), _leading(after)
            if was == now:
                return gettext("Another clock of it moved")
            if was is None:
                return gettext("Clock begins")
            return gettext("Clock ends") if now is None else gettext("Deadline moved")


def _leading(state: Mapping[str, Any] | None) -> datetime | None:
    for name in ("due", "outer_due", "guideline_due"):
        if state and (found := instant(state.get(name))):
            return found
    return None


def sorted_rows(rows: Iterable[ChangeRow]) -> tuple[ChangeRow, ...]:
    """Gained first, fallen away last; within a kind what is required first, then the earliest clock."""

    def order(row: ChangeRow) -> tuple[int, bool, bool, str, str, str]:
        return ORDER.index(Kind(row.kind)), not row.required, row.due is None, str(row.due), row.place, row.title

    return tuple(sorted(rows, key=order))


@dataclass(frozen=True)
class Preview:
    """What an answer would change. Nothing of it is stored."""

    rows: tuple[ChangeRow, ...]
    depends_before: int
    depends_after: int

    @property
    def summary(self) -> str:
        """How many duties change in which way: "1 settled: required; 43 settled: not required"."""
        counted = Counter(row.words for row in self.rows)
        return "; ".join(f"{number} {said[0].lower()}{said[1:]}" for said, number in counted.items())


def preview(before: Mapping[str, Any], after: Mapping[str, Any], as_of: datetime) -> Preview:
    """What the duties would be with `after` instead of `before` as facts, both looked at as of one instant.

    Raises FactsError where `after` is not valid.
    """
    was, now = _findings(before, as_of), _findings(after, as_of)
    states = {key: _state(finding) for key, finding in was.items()}
    rows = []
    for key in {**was, **now}:
        old, new = states.get(key), _state(now[key]) if key in now else None
        kind = change_between(old, new)
        if kind is not None:
            rows.append(change_row(kind, old, new, _unsaved(key, now.get(key) or was[key])))
    return Preview(sorted_rows(rows), _undetermined(was), _undetermined(now))


def _findings(document: Mapping[str, Any], as_of: datetime) -> Mapping[Any, Mapping[str, Any]]:
    answer = assess(load_rulebook(), parse_facts(dict(document)), as_of)
    return keyed([compact(finding) for finding in answer.findings])


def _unsaved(key: tuple[str, str, str, str], finding: Mapping[str, Any]) -> Obligation:
    row = Obligation(duty=key[0], jurisdiction=key[1], stage=key[2], variant=key[3])
    for name, value in columns_of(finding).items():
        setattr(row, name, value)
    return row


def _state(finding: Mapping[str, Any]) -> dict[str, Any]:
    return state_of(_unsaved(("", "", "", ""), finding))


def _undetermined(findings: Mapping[Any, Mapping[str, Any]]) -> int:
    return sum(finding["outcome"] == Outcome.UNDETERMINED for finding in findings.values())
