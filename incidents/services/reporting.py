"""Reporting an incident: the draft while it is typed, and the case that comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Permission, may
from accounts.models import LegalEntity, Membership, Role, User
from accounts.selectors import members_who_may
from accounts.services import save_legal_entity
from incidents.models import Incident, Party, ReportDraft
from incidents.services.cases import add_timeline_entry, open_incident
from incidents.services.records import write_narrative


@dataclass(frozen=True)
class TimelineNote:
    """Something to stand in the timeline from the first: what happened at `at`, or up to `until`."""

    at: datetime
    until: datetime | None
    text: str


@dataclass(frozen=True)
class Report:
    """A report, read and judged. `company` may be new (without a primary key): then it is made first.

    `company_known` is False where the company only stands in until somebody knows which it is.
    """

    title: str
    company: LegalEntity
    company_known: bool
    facts: Mapping[str, Any]
    summary: str = ""
    notes: Sequence[TimelineNote] = field(default=())


def keep_draft(membership: Membership, page: str, typed: Mapping[str, Sequence[str]], *, unknown: bool) -> ReportDraft:
    """Keeps what was typed on one page, as it was typed. `unknown`: "I do not know yet" was the answer."""
    # PostgreSQL's JSON knows no NUL; nobody can type one.
    kept = {name: [value.replace("\x00", "") for value in values] for name, values in typed.items()}
    with transaction.atomic():
        draft, _ = ReportDraft.objects.select_for_update().get_or_create(
            workspace_id=membership.workspace_id, author_id=membership.user_id, incident=None
        )
        draft.data = {**draft.data, page: {"typed": kept, "unknown": unknown}}
        draft.updated_at = timezone.now()
        draft.save(update_fields=["data", "updated_at"])
    return draft


def discard_draft(membership: Membership) -> None:
    """Throws away the unfinished report of a member."""
    ReportDraft.objects.filter(
        workspace_id=membership.workspace_id, author_id=membership.user_id, incident=None
    ).delete()


@transaction.atomic
def send_report(membership: Membership, draft: ReportDraft, report: Report) -> Incident:
    """Opens the case of a report and empties its draft; a report sent before gives its case again.

    Raises ValidationError or FactsError; then nothing was opened and the draft stands.
    """
    held = ReportDraft.objects.select_for_update(of=("self",)).select_related("incident").get(pk=draft.pk)
    if held.incident is not None:
        return held.incident
    user = membership.user
    company = report.company if report.company.pk else save_legal_entity(report.company)
    owner = owner_of_report(membership)
    incident = open_incident(
        workspace=membership.workspace,
        title=report.title,
        legal_entity=company,
        position=Party.Position.ORGANISATION if report.company_known else Party.Position.UNKNOWN,
        opened_by=user,
        owner=owner,
        deputy=user if owner != user else None,
        facts=report.facts,
    )
    if report.summary:
        write_narrative(
            incident, question="summary", language=membership.workspace.language, text=report.summary, author=user
        )
    for note in report.notes:
        add_timeline_entry(incident, at=note.at, until=note.until, text=note.text, author=user)
    held.incident, held.data, held.updated_at = incident, {}, timezone.now()
    held.save(update_fields=["incident", "data", "updated_at"])
    return incident


def owner_of_report(membership: Membership) -> User:
    """Who runs the case: whoever reports it, if the role may decide; else the first privacy officer."""
    if may(membership, Permission.DECIDE):
        return membership.user
    officer = members_who_may(membership.workspace, Permission.DECIDE).filter(role=Role.PRIVACY_OFFICER).first()
    return officer.user if officer else membership.user
