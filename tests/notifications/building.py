"""A case with one reminder that is out, for tests that only need there to be one (tests/matrix)."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import LegalEntity
from incidents.models import Incident, Obligation, Party
from notifications import links
from notifications.models import Capacity, Reminder, State
from outbox.services import enqueue
from tests.conftest import Cast

NUMBER = 901
BUNDLE = "0123456789" * 4
TOKEN = links.token_of(BUNDLE)


def reminder(cast: Cast) -> Reminder:
    """Case 901 of Alice's, with a duty of which she was reminded. Plain rows, no services."""
    now = timezone.now()
    incident = Incident.objects.create(
        workspace=cast.workspace,
        number=NUMBER,
        reference="INC-2026-901",
        title="Files readable from outside",
        owner=cast.alice,
        opened_by=cast.alice,
        time_zone="Europe/Paris",
    )
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Reminders SA", country="FR")
    party = Party.objects.create(incident=incident, legal_entity=entity, created_by=cast.alice)
    duty = Obligation.objects.create(
        incident=incident,
        party=party,
        origin=Obligation.Origin.HAND,
        title="Tell the insurer",
        source="Policy, clause 7",
        due=now + timedelta(hours=8),
        created_by=cast.alice,
    )
    message = enqueue(
        workspace=cast.workspace, to=cast.alice.email, subject="8 h left", text="8 h left.", html="", key="reminder:901"
    )
    return Reminder.objects.create(
        obligation=duty,
        due=now + timedelta(hours=8),
        step="8h",
        recipient=cast.alice,
        capacity=Capacity.OWNER,
        planned_for=now,
        state=State.CLAIMED,
        message=message,
        bundle=BUNDLE,
        claimed_at=now,
        said={"title": "Tell the insurer", "who": "insurer", "label": "Deadline", "deadline": "tonight"},
    )
