"""Entries of the timeline that follow from acts in the case."""

from datetime import datetime

from accounts.models import User
from incidents import events
from incidents.models import Incident, Party, TimelineEntry


def legal_entry(
    incident: Incident, event: str, at: datetime, text: str, author: User, party: Party | None = None
) -> TimelineEntry:
    """Notes a legal event (opened, fulfilled, decided, ...) in the transaction of the act itself."""
    entry = TimelineEntry.objects.create(
        incident=incident,
        party=party,
        kind=TimelineEntry.Kind.LEGAL,
        event=event,
        at=at,
        text=text,
        author=author,
    )
    events.publish(events.WordsChanged(incident.pk, "timeline", (entry.pk,)))
    return entry
