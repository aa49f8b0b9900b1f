"""Reading a report before it is sent: the draft, and what the law library says of it. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import LegalEntity, Membership
from incidents import paths
from incidents.models import FactInstant, Incident, OrganisationSheet, ReportDraft
from law.assess import assess
from law.facts import FactsError, parse_facts
from law.findings import Finding
from law.rulebook import load_rulebook


def open_draft(membership: Membership) -> ReportDraft | None:
    """The report that this member has begun and not sent."""
    return ReportDraft.objects.filter(
        workspace_id=membership.workspace_id, author_id=membership.user_id, incident=None
    ).first()


def sent_draft(membership: Membership, pk: int) -> ReportDraft | None:
    """A report that this member has sent, with its case."""
    return (
        ReportDraft.objects.filter(
            pk=pk, workspace_id=membership.workspace_id, author_id=membership.user_id, incident__isnull=False
        )
        .select_related("incident")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would follow: how many duties are required and how many depend, and the first clock that ends."""

    required: int
    depends: int
    first: Finding | None


def outlook(company: LegalEntity, facts: Mapping[str, Any], now: datetime) -> Outlook | None:
    """What the law library says of the facts of a report; None where they contradict each other."""
    organisation = {"name": company.name, "country": company.country, "kind": company.kind} | _sheet_facts(company)
    document = {"schema": "tocsin.facts/1", "organisation": organisation}
    try:
        answer = assess(load_rulebook(), parse_facts(paths.apply(document, facts)), now)
    except (FactsError, paths.PathError):
        return None
    running = [one for one in answer.findings if one.outcome != "DOES_NOT_APPLY" and one.due is not None]
    return Outlook(
        required=sum(one.outcome == "APPLIES" for one in answer.findings),
        depends=sum(one.outcome == "UNDETERMINED" for one in answer.findings),
        first=min(running, key=lambda one: one.due or now, default=None),
    )


def says_its_regimes(company: LegalEntity) -> bool:
    """Whether the organisation sheet names the special regimes that bind the company, or that none does."""
    return "regimes" in _sheet_facts(company)


def _sheet_facts(company: LegalEntity) -> dict[str, Any]:
    sheet = OrganisationSheet.objects.filter(legal_entity=company.pk).first() if company.pk else None
    return sheet.facts() if sheet else {}


USUAL = timedelta(hours=72)
"""The most common limit: a yardstick for the eye, and no law's answer."""


def would_end(incident: Incident) -> tuple[datetime, bool] | None:
    """When 72 hours would end, counted from the moment of awareness (True) or, without one, from the first sign.

    None where no time is known, or where the case stands still.
    """
    if incident.stands_at is not None:
        return None
    known = dict(
        FactInstant.objects.filter(
            incident=incident, name__in=["became_aware_at", "detected_at"], earliest__isnull=False
        )
        .order_by("-earliest")
        .values_list("name", "earliest")
    )
    for name in ("became_aware_at", "detected_at"):
        if (begin := known.get(name)) is not None:
            return begin + USUAL, name == "became_aware_at"
    return None
