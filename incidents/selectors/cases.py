"""Reading cases: the list with its next deadlines, one case at a glance, its timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import (
    AffectedPeople,
    FactsRevision,
    Incident,
    IncidentLink,
    Obligation,
    Outcome,
    Party,
    Phase,
    TimelineEntry,
)
from incidents.selectors.duties import Duties, duties_grouped


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One case in a list. `people_low` counts people of whom a number is known; `people_open`: there may be more."""

    incident: Incident
    next_due: datetime | None
    required: int
    depends: int
    open: int
    changed: int
    people_low: int
    people_open: bool


def incident_list(membership: Membership, *, closed: bool = False) -> list[IncidentRow]:
    """The cases that a member may see, next deadline first. One query, however many cases there are."""
    rows = visible_incidents(membership)
    rows = rows.filter(phase=Phase.CLOSED) if closed else rows.exclude(phase=Phase.CLOSED)
    ordered = _annotated(rows).order_by(F("next_due").asc(nulls_last=True), "-number")
    return [_row(incident) for incident in ordered.select_related("owner", "deputy")]


def _row(incident: Any) -> IncidentRow:
    """A row of the list from a case with the annotations of _annotated, which its type cannot know."""
    return IncidentRow(
        incident=incident,
        next_due=incident.next_due,
        required=incident.required,
        depends=incident.depends,
        open=incident.open,
        changed=incident.changed,
        people_low=incident.people_low,
        people_open=incident.people_open,
    )


def _annotated(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    duties = Obligation.objects.filter(incident=OuterRef("pk"))
    opened = duties.open()
    clock = Coalesce("due", "outer_due")
    people = AffectedPeople.objects.filter(incident=OuterRef("pk")).exclude(presence="ruled_out")
    return rows.annotate(
        next_due=Subquery(
            opened.annotate(clock=clock).filter(clock__isnull=False).order_by("clock").values("clock")[:1],
            output_field=DateTimeField(),
        ),
        required=_count(duties.filter(outcome=Outcome.APPLIES)),
        depends=_count(duties.filter(outcome=Outcome.UNDETERMINED)),
        open=_count(opened),
        changed=_count(duties.filter(changed_in__isnull=False)),
        people_low=Coalesce(
            Subquery(
                people.order_by().values("incident").annotate(n=Sum("low")).values("n"),
                output_field=BigIntegerField(),
            ),
            0,
        ),
        people_open=Exists(people.filter(Q(high__isnull=True) | Q(high__gt=F("low")))),
    )


def _count(rows: QuerySet[Obligation]) -> Coalesce:
    counted = rows.order_by().values("incident").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


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
