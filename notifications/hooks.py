"""What a workspace's endpoints are told of reminders: one signed call for each step of an obligation.

Not one for each person: two people who are reminded of the same step are one event. The calls lie in the
outbox, in the transaction in which the reminders are claimed.
"""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Workspace
from notifications.choices import choices_of
from notifications.entries import case_url
from notifications.models import Reminder
from outbox.models import Endpoint
from outbox.services import enqueue_call


def reminded(workspace: Workspace, rows: Sequence[Reminder], now: datetime) -> None:
    """Tells each endpoint in use of these steps."""
    endpoints = list(Endpoint.objects.filter(workspace=workspace, enabled=True).select_related("workspace"))
    if not endpoints:
        return
    discreet = choices_of(workspace, now).policy.discreet
    for endpoint in endpoints:
        for row in rows:
            enqueue_call(
                endpoint,
                content_of(row, discreet),
                key=f"hook:{endpoint.pk}:{row.obligation_id}:{row.due.timestamp():.0f}:{row.step}",
                kind="webhook",
                related=f"incident {row.obligation.incident_id}",
            )


def content_of(row: Reminder, discreet: bool) -> dict[str, object]:
    """The body of a call. Discreet: the reference and the instants, nothing of law, country or title."""
    duty, incident = row.obligation, row.obligation.incident
    known: dict[str, object] = {
        "type": "reminder",
        "step": row.step,
        "due": row.due.isoformat(),
        "planned_for": row.planned_for.isoformat(),
        "incident": incident.reference,
        "url": f"{case_url(incident)}duties/{duty.pk}/",
    }
    if discreet:
        return known
    said = {"title": duty.title, "jurisdiction": duty.jurisdiction, "authority": duty.authority}
    return {**known, "duty": {"id": duty.duty, **said, "provision": duty.provision, "outcome": duty.outcome}}
