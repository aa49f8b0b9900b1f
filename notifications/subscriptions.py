"""What the case tells this floor: each event plans the reminders that it concerns, in its transaction.

What an event that is lost would have done, the tick finds from the rows (planning.reconcile).
"""

from incidents import events
from incidents.models import Obligation
from notifications import calling, clock, library_news, planning


def duties_changed(event: events.DutiesChanged) -> None:
    """Facts, law or a hand changed duties: deadlines begin, move or end."""
    planning.replan(event.obligation_ids, clock.now())
    if event.assessment_id is not None:
        library_news.note(event.assessment_id, clock.now())


def obligation_fulfilled(event: events.ObligationFulfilled) -> None:
    """Somebody acted, or the record of that was withdrawn."""
    planning.replan([event.obligation_id], clock.now())


def decision_recorded(event: events.DecisionRecorded) -> None:
    """Somebody decided, or took the decision back."""
    planning.replan([event.obligation_id], clock.now())


def incident_closed(event: events.IncidentClosed) -> None:
    """A case was closed, or opened again."""
    ids = Obligation.objects.filter(incident=event.incident_id).values_list("pk", flat=True)
    planning.replan(list(ids), clock.now())


def people_changed(event: events.PeopleChanged) -> None:
    """A case has another owner or deputy, or is seen by others."""
    ids = Obligation.objects.filter(incident=event.incident_id).values_list("pk", flat=True)
    planning.replan(list(ids), clock.now())


def subscribe() -> None:
    """Called once, when the app is ready."""
    events.subscribe(events.DutiesChanged, duties_changed)
    events.subscribe(events.ObligationFulfilled, obligation_fulfilled)
    events.subscribe(events.DecisionRecorded, decision_recorded)
    events.subscribe(events.IncidentClosed, incident_closed)
    events.subscribe(events.PeopleChanged, people_changed)
    events.subscribe(events.PeopleCalled, calling.called)
