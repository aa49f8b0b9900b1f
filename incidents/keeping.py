"""What this floor keeps beside a case follows its events, last of all subscribers, in the same transaction."""

from incidents import events
from incidents.models import Obligation, Party
from incidents.services.figures import recount
from incidents.services.indexing import reindex


def _of_party(event: events.DutiesChanged | events.FactsRecorded) -> None:
    recount([Party.objects.values_list("incident_id", flat=True).get(pk=event.party_id)])


def _of_obligation(event: events.ObligationFulfilled | events.DecisionRecorded) -> None:
    recount([Obligation.objects.values_list("incident_id", flat=True).get(pk=event.obligation_id)])


def _of_incident(event: events.IncidentClosed | events.PeopleChanged) -> None:
    recount([event.incident_id])


def _words(event: events.WordsChanged) -> None:
    reindex([event.incident_id], [event.source], event.keys)


def _words_of_facts(event: events.FactsRecorded) -> None:
    incident_id = Party.objects.values_list("incident_id", flat=True).get(pk=event.party_id)
    reindex([incident_id], ["case"])
    reindex([incident_id], ["facts"], [event.party_id])


def _words_of_duties(event: events.DutiesChanged) -> None:
    incident_id = Party.objects.values_list("incident_id", flat=True).get(pk=event.party_id)
    reindex([incident_id], ["duties"], [event.party_id])


def _words_of_case(event: events.PeopleChanged) -> None:
    reindex([event.incident_id], ["case"])


def subscribe() -> None:
    """Called once, when the app is ready."""
    events.subscribe(events.WordsChanged, _words)
    events.subscribe(events.FactsRecorded, _words_of_facts)
    events.subscribe(events.DutiesChanged, _words_of_duties)
    events.subscribe(events.PeopleChanged, _words_of_case)
    events.subscribe(events.DutiesChanged, _of_party, last=True)
    events.subscribe(events.FactsRecorded, _of_party, last=True)
    events.subscribe(events.ObligationFulfilled, _of_obligation, last=True)
    events.subscribe(events.DecisionRecorded, _of_obligation, last=True)
    events.subscribe(events.IncidentClosed, _of_incident, last=True)
    events.subscribe(events.PeopleChanged, _of_incident, last=True)
