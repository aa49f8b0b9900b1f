"""Reading cases: one case at a glance, its timeline."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import (
    FactsRevision,
    Incident,
    IncidentLink,
    Party,
    TimelineEntry,
)
from incidents.selectors.duties import Duties, duties_grouped


@dataclass(frozen=True, slots=True)
class PartyState:
    """One party with the number and author of its newest facts."""

    party: Party
    revision: FactsRevision | None


@dataclass(frozen=True, slots=True)
class Overview:
    """One case at a glance."""

    incident: Incident
    parties: tuple[PartyState, ...]
    duties: Duties
    links: tuple[IncidentLink, ...]
    linked_from: tuple[IncidentLink, ...]

    @property
    def changed(self) -> int:
        """How many duties an assessment has changed since somebody looked."""
        rows = (*self.duties.required, *self.duties.depends, *self.duties.not_required)
        return sum(duty.changed for duty in rows)


def incident_overview(membership: Membership, incident: Incident, now: datetime) -> Overview:
    """One case as it stands at `now`. A constant number of queries.

    Links to cases that this member may not see are left out.
    """
    parties = list(Party.objects.filter(incident=incident).select_related("legal_entity").order_by("pk"))
    newest = {
        revision.party_id: revision
        for revision in FactsRevision.objects.filter(party__incident=incident)
        .order_by("party_id", "-number")
        .distinct("party_id")
        .select_related("author")
    }
    seen = visible_incidents(membership).values("pk")
    return Overview(
        incident=incident,
        parties=tuple(PartyState(party, newest.get(party.pk)) for party in parties),
        duties=duties_grouped(incident, now),
        links=tuple(IncidentLink.objects.filter(incident=incident, other__in=seen).select_related("other")),
        linked_from=tuple(IncidentLink.objects.filter(other=incident, incident__in=seen).select_related("incident")),
    )


def timeline(incident: Incident, *, kind: str | None = None) -> list[TimelineEntry]:
    """The entries of a case, newest event first; corrected ones carry `corrections`. Two queries."""
    rows = TimelineEntry.objects.filter(incident=incident)
    if kind:
        rows = rows.filter(kind=kind)
    return list(
        rows.select_related("author", "party__legal_entity").prefetch_related("corrections").order_by("-at", "-pk")
    )
