"""Who changed what in a case, when and why: the events of its rows and the revisions of its facts, in one row.

Read are the event tables that database triggers write (accounts.history), so that no way of changing
a row can be missing here. What the law library worked out by itself is no act of a person and is left
out: the waves show it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from incidents.models import (
    Comment,
    Decision,
    EvidenceFile,
    FactsRevision,
    Fulfilment,
    Incident,
    IncidentAccess,
    IncidentLink,
    Lessons,
    MeasureTaken,
    Narrative,
    Obligation,
    Party,
    Task,
)

OWN = frozenset({"id", "incident_id", "party_id", "obligation_id", "legal_entity_id", "created_at", "recorded_at"})
"""Columns that say where a row belongs or when it was made: no news of a change."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of a row, by its Python name, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One act: a row made, changed or removed, or a revision of the facts.

    `user` is None where no person acted (a command, a job). `row` is the event, or the revision;
    `before` is the facts document before a revision. `changes` are the columns that an update changed.
    """

    at: datetime
    user: int | None
    why: str
    model: type[models.Model]
    verb: str
    row: Any
    changes: tuple[FieldChange, ...] = ()
    before: Mapping[str, Any] | None = None

    @property
    def subject(self) -> str:
        """The kind of row: "decision", "factsrevision"."""
        return str(self.model._meta.model_name)


TRACKED: tuple[tuple[type[models.Model], str], ...] = (
    # model, and how its events name the case
    (Incident, "id"),
    (Party, "incident_id"),
    (IncidentLink, "incident_id"),
    (IncidentAccess, "incident_id"),
    (Narrative, "incident_id"),
    (MeasureTaken, "incident_id"),
    (Obligation, "incident_id"),
    (Fulfilment, "obligation__incident_id"),
    (Decision, "obligation__incident_id"),
    (Task, "incident_id"),
    (Comment, "incident_id"),
    (EvidenceFile, "incident_id"),
    (Lessons, "incident_id"),
)


def changelog(incident: Incident, more: Iterable[tuple[type[models.Model], str]] = ()) -> list[LogEntry]:
    """Every act of a person in a case, newest first. A constant number of queries.

    `more` names models of floors above with the name by which their events know the case.
    """
    found = [*_facts(incident)]
    for model, path in (*TRACKED, *more):
        found += _events(model, Q(**{path: incident.pk}))
    return sorted(found, key=lambda one: (one.at, one.subject == "factsrevision"), reverse=True)


def _facts(incident: Incident) -> Iterable[LogEntry]:
    before: dict[int, Mapping[str, Any]] = {}
    rows = FactsRevision.objects.filter(party__incident=incident)
    for row in rows.order_by("party_id", "number"):
        old = before.get(row.party_id)
        yield LogEntry(row.recorded_at, row.author_id, row.reason, FactsRevision, "revised", row, (), old)
        before[row.party_id] = row.document


def _hidden(model: type[models.Model], events: Any) -> set[int]:
    """Rows of which nothing is told: files that are, or once were, marked as privileged have a log of their own."""
    return set(events.filter(privileged=True).values_list("pgh_obj_id", flat=True)) if model is EvidenceFile else set()


def _events(model: type[models.Model], where: Q) -> list[LogEntry]:
    events = model.pgh_event_model.objects.filter(where)  # type: ignore[attr-defined]
    if model is Obligation:
        events = events.filter(origin=Obligation.Origin.HAND)
    hidden = _hidden(model, events)
    last: dict[int, Mapping[str, Any]] = {}
    found = []
    for event in events.exclude(pgh_obj_id__in=hidden).order_by("pgh_id"):
        values = {field.attname: getattr(event, field.attname) for field in _columns(event)}
        old = last.get(event.pgh_obj_id)
        last[event.pgh_obj_id] = values
        changes = tuple(
            FieldChange(name, old[name], value)
            for name, value in values.items()
            if old is not None and name not in OWN and old[name] != value
        )
        if event.pgh_label == "update" and not changes:
            continue
        said = event.pgh_context or {}
        found.append(
            LogEntry(
                event.pgh_created_at, said.get("user"), said.get("reason", ""), model, event.pgh_label, event, changes
            )
        )
    return found


def _columns(event: models.Model) -> list[Any]:
    return [field for field in event._meta.concrete_fields if not field.name.startswith("pgh_")]
