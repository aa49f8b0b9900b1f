"""What an exercise measured: how long each first step took, by the clock on the wall, and how it stands by its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import Decision, Exercise, FactsRevision, Fulfilment, Incident, Obligation
from incidents.selectors.duties import Duty, DutyState, duties_grouped
from reports.models import Document

AWARE = "/timeline/became_aware_at"


@dataclass(frozen=True, slots=True)
class Measured:
    """One step, and how long after the start of the exercise it was first taken; None: not taken."""

    words: str | Promise
    at: datetime | None
    after: timedelta | None


@dataclass(frozen=True, slots=True)
class Results:
    """The steps in their usual order, and the duties by the clock of the exercise."""

    steps: tuple[Measured, ...]
    done: tuple[Duty, ...]
    late: int
    missed: tuple[Duty, ...]

    @property
    def taken(self) -> int:
        return sum(one.at is not None for one in self.steps)


def results(drill: Exercise) -> Results:
    """What was done so far. A constant number of queries."""
    incident = drill.incident
    found: tuple[tuple[str | Promise, datetime | None], ...] = (
        (_("First answer recorded"), _answered(incident)),
        (_("Moment of awareness recorded"), _aware(incident)),
        (_("First country with people"), _people(incident)),
        (_("First document drafted"), _first(Document.objects.filter(incident=incident), "created_at")),
        (_("First document approved"), _first(_dated(incident, "approved_at"), "approved_at")),
        (_("First document recorded as sent"), _first(_dated(incident, "sent_recorded_at"), "sent_recorded_at")),
        (_("First duty done or decided"), _acted(incident)),
        (_("Exercise ended"), drill.ended_at),
    )
    duties = duties_grouped(incident, incident.now(drill.started_at))
    done = tuple(one for one in duties.required if one.fulfilment is not None)
    return Results(
        steps=tuple(Measured(words, at, at - drill.started_at if at else None) for words, at in found),
        done=done,
        late=sum(_is_late(one) for one in done),
        missed=tuple(one for one in duties.required if one.state == DutyState.OVERDUE),
    )


def exercises_of(membership: Membership) -> QuerySet[Exercise]:
    """The exercises of the workspace that this member sees, newest first."""
    seen = visible_incidents(membership).filter(exercise=True)
    return Exercise.objects.filter(incident__in=seen).select_related("incident", "started_by").order_by("-started_at")


def _is_late(duty: Duty) -> bool:
    due, done = duty.leading, duty.fulfilment
    return due is not None and done is not None and duty.leading_kind != "guideline" and done.at > due


def _revisions(incident: Incident) -> QuerySet[FactsRevision]:
    return FactsRevision.objects.filter(party__incident=incident, number__gt=1)


def _answered(incident: Incident) -> datetime | None:
    return _first(_revisions(incident), "recorded_at")


def _aware(incident: Incident) -> datetime | None:
    return _first(_revisions(incident).filter(changed_paths__contains=[AWARE]), "recorded_at")


def _people(incident: Incident) -> datetime | None:
    with_people = _revisions(incident).filter(document__affected__0__has_key="presence")
    return _first(with_people, "recorded_at")


def _dated(incident: Incident, name: str) -> QuerySet[Document]:
    return Document.objects.filter(incident=incident, **{f"{name}__isnull": False})


def _acted(incident: Incident) -> datetime | None:
    duties = Obligation.objects.filter(incident=incident)
    done = _first(Fulfilment.objects.filter(obligation__in=duties, withdrawn_at__isnull=True), "recorded_at")
    decided = _first(Decision.objects.filter(obligation__in=duties, revoked_at__isnull=True), "decided_at")
    return min(_known((done, decided)), default=None)


def _known(instants: Iterable[datetime | None]) -> list[datetime]:
    return [one for one in instants if one is not None]


def _first(
    rows: "QuerySet[FactsRevision] | QuerySet[Document] | QuerySet[Fulfilment] | QuerySet[Decision]", name: str
) -> datetime | None:
    found: datetime | None = rows.order_by(name).values_list(name, flat=True).first()
    return found
