"""Reading facts: as they stand, who said what when, as they were known or recorded at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents import paths
from incidents.asking import Asked, asked
from incidents.catalogue import Question, load_catalogue
from incidents.models import Assessment, FactsRevision, Party

STATES = ("known", "not_yet_known", "unknown_for_good", "not_applicable")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that somebody said of one fact. `value` None: taken back."""

    value: Any
    author: str
    author_id: int
    revision: int
    recorded_at: datetime
    known_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class FactState:
    """One fact: its value now (None: nothing recorded), its state, and what was said of it before.

    `state` is that of its provenance where one is recorded; else "known" or, without a value,
    "not_answered".
    """

    path: str
    value: Any
    state: str
    provenance: Mapping[str, Any]
    question: Question | None
    said: Statement | None
    earlier: tuple[Statement, ...] = field(default=())


def newest_revision(party: Party) -> FactsRevision | None:
    """The facts as they stand; None where a party has none yet."""
    return FactsRevision.objects.filter(party=party).select_related("author").order_by("-number").first()


def revisions(party: Party) -> list[FactsRevision]:
    """The chain of a party, oldest first, with authors. One query."""
    return list(FactsRevision.objects.filter(party=party).select_related("author").order_by("number"))


def facts_with_authors(party: Party) -> dict[str, FactState]:
    """Every fact of a party by path: what is recorded now and what was once. One query.

    Facts without a value stand in it too, where somebody recorded that they are not known or took
    them back.
    """
    chain = revisions(party)
    if not chain:
        return {}
    said = _statements(chain)
    document = chain[-1].document
    values = paths.leaves(document)
    provenance: dict[str, Mapping[str, Any]] = document.get("provenance") or {}
    found = dict.fromkeys([*values, *provenance, *said])
    return {
        path: _state(path, values, provenance.get(path, {}), said.get(path, []))
        for path in found
        if not path.startswith("/provenance/") and path != "/schema"
    }


def _state(path: str, values: Mapping[str, Any], provenance: Mapping[str, Any], said: list[Statement]) -> FactState:
    value = values.get(path)
    state = provenance.get("state") or ("known" if value is not None else "not_answered")
    return FactState(
        path=path,
        value=value,
        state=state,
        provenance=provenance,
        question=load_catalogue().of_path(path),
        said=said[-1] if said else None,
        earlier=tuple(reversed(said[:-1])),
    )


def _statements(chain: list[FactsRevision]) -> dict[str, list[Statement]]:
    """What was said of each path, oldest first. A row taken away takes back each of its facts."""
    said: dict[str, list[Statement]] = {}
    before: Mapping[str, Any] = {}
    for revision in chain:
        values, old = paths.leaves(revision.document), paths.leaves(before)
        for path in (path for path in {**old, **values} if old.get(path) != values.get(path)):
            said.setdefault(path, []).append(
                Statement(
                    value=values.get(path),
                    author=str(revision.author),
                    author_id=revision.author_id,
                    revision=revision.number,
                    recorded_at=revision.recorded_at,
                    known_at=revision.known_at,
                    reason=revision.reason,
                )
            )
        before = revision.document
    return said


def diff_revisions(earlier: FactsRevision | None, later: FactsRevision) -> list[paths.Change]:
    """What `later` says differently from `earlier` (None: from nothing), by path."""
    changes = paths.diff(earlier.document if earlier else {}, later.document)
    return [change for path, change in sorted(changes.items()) if path != "/schema"]


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """The facts as they were known at an instant, made of the revisions whose numbers are listed.

    `left_out` are revisions that were typed earlier but tell of a later knowledge.
    """

    document: dict[str, Any]
    revisions: tuple[int, ...]
    left_out: tuple[int, ...]


def facts_as_recorded_at(party: Party, at: datetime) -> FactsRevision | None:
    """The newest revision that had been typed by `at`: what a colleague saw on the screen then."""
    return (
        FactsRevision.objects.filter(party=party, recorded_at__lte=at)
        .select_related("author")
        .order_by("-number")
        .first()
    )


def facts_as_known_at(party: Party, at: datetime) -> KnownFacts:
    """What was known at `at`, whenever it was typed.

    News may be typed late: a revision of today can tell what was known in May, and stand in the
    chain behind one that tells of June. So the changes of the revisions known by then are applied in
    their order; a detail of a row that was not known yet is left out with it.
    """
    document: dict[str, Any] = {}
    used: list[int] = []
    left_out: list[int] = []
    before: dict[str, Any] = {}
    for revision in revisions(party):
        changes = paths.patch_between(before, revision.document)
        before = revision.document
        if revision.known_at > at:
            left_out.append(revision.number)
            continue
        document = paths.apply(document, changes if not left_out else _grounded(document, changes))
        used.append(revision.number)
    if left_out:
        document = _closed(document)
    return KnownFacts(document, tuple(used), tuple(left_out) if used and _between(left_out, used) else ())


def _between(left_out: list[int], used: list[int]) -> bool:
    return bool(left_out) and left_out[0] < used[-1]


NEEDED_IN_ROW = {"affected": ("country", "region")}
"""A new row of people must say where they are; without that it is a detail of a row not known yet."""


def _grounded(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes without those that speak of affected people of whom the document does not know."""
    kept: dict[str, Any] = {}
    for path, value in changes.items():
        segments = paths.parse(path)
        needed = NEEDED_IN_ROW.get(segments[0])
        if needed and len(segments) > 2 and paths.get(document, paths.join(segments[:2])) is None:
            row = paths.join(segments[:2])
            if not any(f"{row}/{name}" in changes for name in needed):
                continue
        kept[path] = value
    return kept


def _closed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without references to groups of people of whom it does not know."""
    known = {row["id"] for row in document.get("affected", ())}
    out = dict(document)
    if "data" in out:
        out["data"] = [row for row in out["data"] if known.issuperset(row.get("groups") or ())]
    if "affected" in out:
        out["affected"] = [
            {**row, "overlaps": [one for one in row["overlaps"] if one in known]} if "overlaps" in row else row
            for row in out["affected"]
        ]
    return out


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A decisive question: which fact, what it settles, and where it is answered."""

    asked: Asked
    settles: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    findings: int
    earliest_due: datetime | None


def open_questions(assessment: Assessment, document: Mapping[str, Any]) -> list[OpenQuestion]:
    """The questions of an assessment in their order, each with its path in the facts."""
    return [
        OpenQuestion(
            asked=asked(row["fact"], document),
            settles=tuple(row["settles"]),
            jurisdictions=tuple(row.get("jurisdictions", ())),
            findings=row.get("findings", len(row["settles"])),
            earliest_due=datetime.fromisoformat(row["earliest_due"]) if row.get("earliest_due") else None,
        )
        for row in assessment.questions
    ]
