"""Reading the everyday incident: what would follow before it is recorded, and what was recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import LegalEntity
from incidents import paths
from incidents.models import Decision, FactsRevision, Fulfilment, Incident, Obligation, ReportDraft
from law.assess import assess
from law.facts import parse_facts
from law.findings import Finding
from law.rulebook import load_rulebook


def bound_by_no_sector(company: LegalEntity) -> bool:
    """Whether the company's newest facts, in whichever case, say that no rules of a sector bind it."""
    newest = FactsRevision.objects.filter(party__legal_entity=company).order_by("-recorded_at", "-pk").first()
    return newest is not None and (newest.document.get("organisation") or {}).get("regimes") == []


@dataclass(frozen=True, slots=True)
class SmallOutlook:
    """What would follow: notices that the judgement would settle as not required, and those that would stay."""

    fallen: tuple[Finding, ...]
    required: tuple[Finding, ...]
    depends: tuple[Finding, ...]


def small_outlook(
    company: LegalEntity, facts: Mapping[str, Any], judgement: Mapping[str, Any], now: datetime
) -> SmallOutlook:
    """Assesses the facts without and with the judgement. Raises FactsError; stores nothing."""
    organisation = {"name": company.name, "country": company.country, "kind": company.kind}
    told = paths.apply({"schema": "tocsin.facts/1", "organisation": organisation}, facts)
    rulebook = load_rulebook()
    after = assess(rulebook, parse_facts(paths.apply(told, judgement)), now).findings
    # What follows a first report stands and falls with it.
    notices = [one for one in after if one.kind == "notify" and one.stage != "follow_up"]
    before = assess(rulebook, parse_facts(told), now).findings if judgement else ()
    stood = {_key(one) for one in before if one.kind == "notify" and one.outcome != "DOES_NOT_APPLY"}
    return SmallOutlook(
        fallen=tuple(one for one in notices if one.outcome == "DOES_NOT_APPLY" and _key(one) in stood),
        required=tuple(one for one in notices if one.outcome == "APPLIES"),
        depends=tuple(one for one in notices if one.outcome == "UNDETERMINED"),
    )


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.duty, finding.jurisdiction, finding.stage, str(finding.version)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the one page has recorded: decisions, entries of the register, and the notices still open."""

    decisions: tuple[Decision, ...]
    kept: tuple[Fulfilment, ...]
    still_open: tuple[Obligation, ...]


def recorded_of(incident: Incident) -> Recorded | None:
    """What was recorded where the case came from the one page; None for any other case."""
    if not ReportDraft.objects.filter(incident=incident, data__has_key="small").exists():
        return None
    return Recorded(
        decisions=tuple(
            Decision.objects.filter(obligation__incident=incident, revoked_at__isnull=True)
            .select_related("obligation", "decided_by")
            .order_by("pk")
        ),
        kept=tuple(
            Fulfilment.objects.filter(obligation__incident=incident, withdrawn_at__isnull=True)
            .select_related("obligation")
            .order_by("pk")
        ),
        still_open=tuple(
            Obligation.objects.filter(incident=incident, kind="notify")
            .exclude(stage="follow_up")
            .open()
            .order_by("due", "pk")
        ),
    )
