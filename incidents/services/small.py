"""The everyday incident: opened, judged and decided in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Permission, may
from accounts.models import LegalEntity, Membership
from incidents.models import Incident, Obligation, Outcome, Party, ReportDraft
from incidents.models.obligation import ObligationQuerySet
from incidents.services.acts import decide_not_to_notify, record_fulfilment
from incidents.services.cases import add_timeline_entry, open_incident
from incidents.services.facts import patch_facts
from incidents.services.records import write_narrative
from incidents.services.reporting import owner_of_report

RECORDS = ("document", "assess")
"""Kinds of duty that the record itself fulfils: the register entry and the assessment with its reason."""


@dataclass(frozen=True)
class SmallReport:
    """What was typed on the one page, read and judged. `judgement`: the facts of the risk, empty where open."""

    title: str
    summary: str
    company: LegalEntity
    noticed: datetime
    facts: Mapping[str, Any]
    judgement: Mapping[str, Any]
    reason: str


@transaction.atomic
def record_small(membership: Membership, report: SmallReport, key: str) -> Incident:
    """Opens the case, records the judgement, and decides as far as the judgement reaches.

    The facts come first and the judgement second, so that the history shows which duties stood before
    it and fell by it: for each of those notices the decision not to notify is recorded with the reason.
    A notice that is still required, or still open, is left open. Where the member's role may not
    decide, the case is opened with the judgement alone.

    `key` makes it safe to send twice: the second call returns the case of the first.
    """
    # One at a time for each person: two clicks must not open two cases.
    Membership.objects.select_for_update().get(pk=membership.pk)
    made = _sent_before(membership, key)
    if made is not None:
        return made
    user, owner = membership.user, owner_of_report(membership)
    incident = open_incident(
        workspace=membership.workspace,
        title=report.title,
        legal_entity=report.company,
        opened_by=user,
        owner=owner,
        deputy=user if owner != user else None,
        facts=report.facts,
    )
    write_narrative(
        incident, question="summary", language=membership.workspace.language, text=report.summary, author=user
    )
    add_timeline_entry(incident, at=report.noticed, text="Noticed in the organisation.", author=user)
    if report.judgement:
        _judge(membership, incident.parties.get(), report)
    ReportDraft.objects.create(
        workspace=membership.workspace, author=user, incident=incident, data={"small": {"key": key}}
    )
    return incident


def _sent_before(membership: Membership, key: str) -> Incident | None:
    """The case that this member has recorded from the page with this key."""
    draft = (
        ReportDraft.objects.filter(
            workspace_id=membership.workspace_id, author_id=membership.user_id, data__small__key=key
        )
        .select_related("incident")
        .first()
    )
    return draft.incident if draft else None


def _judge(membership: Membership, party: Party, report: SmallReport) -> None:
    user = membership.user
    before = set(_notices(party).standing().values_list("pk", flat=True))
    patch_facts(party, report.judgement, 1, user, f"Judgement of the risk: {report.reason}")
    if not may(membership, Permission.DECIDE):
        return
    fallen = _notices(party).filter(pk__in=before, outcome=Outcome.DOES_NOT_APPLY).order_by("pk")
    for row in fallen:
        decide_not_to_notify(row, by=user, reason=report.reason)
    if not may(membership, Permission.SEND):
        return
    kept = Obligation.objects.filter(party=party, kind__in=RECORDS, outcome=Outcome.APPLIES).order_by("pk")
    for row in kept:
        record_fulfilment(
            row, at=timezone.now(), by=user, channel="internal", note="The record of this case, with its reason."
        )


def _notices(party: Party) -> ObligationQuerySet:
    """Notices by their first act: what follows a first report falls with it."""
    return Obligation.objects.filter(party=party, kind="notify").exclude(stage="follow_up")
