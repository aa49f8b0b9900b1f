"""Which cases another rulebook reads otherwise: before it is installed, or after it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import OuterRef, Subquery

from incidents.findings import CLOCKS, change_between, compact, instant, keyed
from incidents.models import Assessment, FactsRevision, Party, Phase
from law.assess import assess
from law.facts import FactsError, parse_facts
from law.rulebook import Rulebook

CHUNK = 50


@dataclass(frozen=True, slots=True)
class DutyImpact:
    """What becomes of one duty. `kind` as of incidents.models.DutyChange; states are outcome and due instant."""

    kind: str
    duty: str
    jurisdiction: str
    stage: str
    before: tuple[str, datetime | None] | None
    after: tuple[str, datetime | None] | None


@dataclass(frozen=True, slots=True)
class CaseImpact:
    """One party of one case whose findings differ. `fault`: the facts cannot be assessed by that rulebook."""

    party: Party
    assessment: Assessment
    duties: tuple[DutyImpact, ...]
    fault: str = ""


def impact(rulebook: Rulebook, *, closed: bool = False) -> Iterator[CaseImpact]:
    """The parties whose newest assessment `rulebook` would have answered otherwise, at the same instant.

    Facts and instant stay, so that every difference is the law's. Open cases only, unless `closed`. Streams: a few
    parties are held at a time, whatever their number. Stores nothing.
    """
    newest = Assessment.objects.filter(party=OuterRef("pk")).order_by("-id").values("pk")[:1]
    parties = Party.objects.annotate(newest=Subquery(newest)).filter(newest__isnull=False)
    if not closed:
        parties = parties.exclude(incident__phase=Phase.CLOSED)
    parties = parties.select_related("incident", "legal_entity").order_by("pk")
    for some in _chunks(parties.iterator(chunk_size=CHUNK)):
        made = Assessment.objects.select_related("revision").in_bulk([party.newest for party in some])  # type: ignore[attr-defined]
        for party in some:
            found = _of_party(party, made[party.newest], rulebook)  # type: ignore[attr-defined]
            if found is not None:
                yield found


def _chunks(parties: Iterator[Party]) -> Iterator[list[Party]]:
    while some := list(islice(parties, CHUNK)):
        yield some


def _of_party(party: Party, made: Assessment, rulebook: Rulebook) -> CaseImpact | None:
    revision: FactsRevision = made.revision
    if made.rulebook == rulebook.digest:
        return None
    try:
        answer = assess(rulebook, parse_facts(revision.document), made.as_of)
    except FactsError as error:
        return CaseImpact(party, made, (), str(error))
    duties = tuple(_differences(made.findings, [compact(one) for one in answer.findings]))
    return CaseImpact(party, made, duties) if duties else None


def _differences(stood: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[DutyImpact]:
    before, after = keyed(stood), keyed(new)
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        kind = change_between(_state(was), _state(now))
        if kind is not None:
            duty, jurisdiction, stage, _ = key
            yield DutyImpact(str(kind), duty, jurisdiction, stage, _said(was), _said(now))


def _state(finding: Any) -> dict[str, Any] | None:
    if finding is None:
        return None
    clocks = {**finding, "guideline_due": (finding.get("guideline") or {}).get("due")}
    return {"outcome": str(finding["outcome"]), **{name: clocks.get(name) for name in CLOCKS}}


def _said(finding: Any) -> tuple[str, datetime | None] | None:
    return (str(finding["outcome"]), instant(finding.get("due"))) if finding is not None else None
