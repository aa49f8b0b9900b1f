"""What another law library meant for a case: duties gained, lost, moved, and why. Facts and instant were the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet

from incidents.models import Assessment, DutyChange, Party
from incidents.selectors.rulebooks import RulebookGone, rulebook_of
from law.errata import corrections_since
from law.rulebook import Rulebook
from law.rules import Duty
from law.schema import Correction


@dataclass(frozen=True, slots=True)
class Why:
    """Why a duty reads otherwise: corrections of what we had read wrongly, or another text of the law.

    `versions`: days from which versions of the law begin that the older library did not have. `withdrawn`: the newer
    library has no such duty; `added`: the older one had none. All empty: stated otherwise, or by what it refers to.
    """

    corrections: tuple[Correction, ...] = ()
    versions: tuple[str, ...] = ()
    added: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """One look at a case that differs from the look before by the library alone."""

    before: Assessment
    after: Assessment
    changes: tuple[DutyChange, ...]
    why: Mapping[str, Why]

    def why_of(self, change: DutyChange) -> Why:
        return self.why.get(change.obligation.duty, Why())


def _looks(party_id: int) -> QuerySet[Assessment]:
    """Without findings, questions and remarks, which are long."""
    fields = ("party", "revision", "as_of", "made_at", "rulebook", "rulebook_date")
    return Assessment.objects.filter(party=party_id).only(*fields)


def by_library(assessment: Assessment) -> Assessment | None:
    """The look before, where this one differs from it by the library and not by facts; None otherwise."""
    before = _looks(assessment.party_id).filter(pk__lt=assessment.pk).order_by("-pk").first()
    if before is None or before.revision_id != assessment.revision_id or before.rulebook == assessment.rulebook:
        return None
    return before


def looks_by_library(party: Party) -> set[int]:
    """The looks at a party that differ from the look before by the library alone. One query."""
    rows = Assessment.objects.filter(party=party).order_by("pk").values_list("pk", "revision", "rulebook")
    return {after[0] for before, after in pairwise(rows) if before[1] == after[1] and before[2] != after[2]}


def library_change(assessment: Assessment) -> LibraryChange | None:
    """What another library changed by this look; None where it is no such look, or nothing changed."""
    before = by_library(assessment)
    if before is None:
        return None
    rows = DutyChange.objects.filter(assessment=assessment).select_related("obligation")
    return _change(before, assessment, tuple(rows)) if rows else None


def library_changes(party: Party) -> list[LibraryChange]:
    """Everything that other libraries changed in a case of one party, newest first. Two queries and the libraries."""
    looks = list(_looks(party.pk).order_by("pk"))
    pairs = [
        (before, after)
        for before, after in pairwise(looks)
        if before.revision_id == after.revision_id and before.rulebook != after.rulebook
    ]
    changes: dict[int, list[DutyChange]] = {}
    for row in DutyChange.objects.filter(assessment__in=[after.pk for _, after in pairs]).select_related("obligation"):
        changes.setdefault(row.assessment_id, []).append(row)
    return [
        _change(before, after, tuple(changes[after.pk])) for before, after in reversed(pairs) if after.pk in changes
    ]


def _change(before: Assessment, after: Assessment, changes: Sequence[DutyChange]) -> LibraryChange:
    old, new = _library(before), _library(after)
    duties = {row.obligation.duty for row in changes}
    why = _why(before, old, new, duties) if new is not None else {}
    return LibraryChange(before, after, tuple(changes), why)


def _library(assessment: Assessment) -> Rulebook | None:
    try:
        return rulebook_of(assessment)
    except RulebookGone:
        return None


def _why(before: Assessment, old: Rulebook | None, new: Rulebook, duties: Iterable[str]) -> dict[str, Why]:
    found = {}
    for name in duties:
        was, now = old.duties.get(name) if old else None, new.duties.get(name)
        if now is None:
            found[name] = Why(withdrawn=True)
        elif old is not None and was is None:
            found[name] = Why(added=True)
        else:
            made = corrections_since(now, was, before.rulebook_date)
            found[name] = Why(tuple(made), _new_versions(was, now))
    return found


def _new_versions(was: Duty | None, now: Duty) -> tuple[str, ...]:
    if was is None:
        return ()
    known = {version.name for version in was.versions}
    return tuple(version.name for version in now.versions if version.name not in known)


def state_due(state: Mapping[str, Any] | None) -> str | None:
    """The leading instant of a state of incidents.findings.state_of, as it is written; None: no clock."""
    for name in ("due", "outer_due", "guideline_due"):
        if state and state.get(name):
            return str(state[name])
    return None
