"""The list of cases as people work through it: filters, search, pages, and the next deadline of each case.

The next deadline is that of the law: a duty's own limit, or the hard outer limit beside a vague one,
whichever ends first. A regulator's yardstick, or a duty that is voluntary, stands in only for a case
where no deadline of the law is open. The number of queries does not depend on the number of cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.counting import Bounds, people_sum
from incidents.models import Decision, FactsRevision, Incident, Obligation, Outcome, Party, Phase
from incidents.models.obligation import ObligationQuerySet
from incidents.selectors.narrowing import Narrowing

PER_PAGE = 50
COUNTED = ("affected", "affected_complete", "affected_total")


class Filter(StrEnum):
    """The chips above the list."""

    OPEN = "open"
    MINE = "mine"
    DECISION = "decision"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case in the list.

    `next` is the obligation whose clock leads, `next_at` its instant, `legal` whether that is a deadline
    of the law. `required` counts the duties that apply, `done` those of them that are fulfilled or
    decided; `depends` those that hang on facts. The duties are those of all legal persons of the case, `parties`
    of them; the people are those of the organisation that leads it. `people_low` is None where no number is known.
    """

    incident: Incident
    next: Obligation | None
    next_at: datetime | None
    legal: bool
    required: int
    done: int
    depends: int
    changed: int
    people_low: int | None
    people_high: int | None
    parties: int
    decision_needed: bool


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of the list. `pages` is at least 1."""

    rows: tuple[WorkRow, ...]
    total: int
    number: int
    pages: int


def work_list(
    membership: Membership,
    chosen: Filter = Filter.OPEN,
    *,
    search: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
    standing_still: bool | None = None,
    narrowing: Narrowing | None = None,
) -> WorkPage:
    """The cases that a member sees, next deadline first unless `narrowing` asks for another order. Four queries.

    `standing_still`: only cases that stand still (True) or that do not (False).
    """
    rows = WorkRows(membership, chosen, search=search, standing_still=standing_still, narrowing=narrowing)
    total = len(rows)
    pages = max(1, -(-total // per_page))
    number = min(max(page, 1), pages)
    return WorkPage(tuple(rows[(number - 1) * per_page : number * per_page]), total, number, pages)


class WorkRows:
    """The same as a sequence that reads only the slice that is asked for, as paginators want it."""

    def __init__(
        self,
        membership: Membership,
        chosen: Filter = Filter.OPEN,
        *,
        search: str = "",
        standing_still: bool | None = None,
        narrowing: Narrowing | None = None,
    ) -> None:
        asked = narrowing or Narrowing()
        rows = _searched(_filtered(visible_incidents(membership), chosen, membership), search)
        if standing_still is not None:
            rows = rows.filter(stands_at__isnull=not standing_still)
        self._rows, self._order = asked.apply(rows), asked.ordered_by(_order(chosen))

    def __len__(self) -> int:
        return self._total

    @cached_property
    def _total(self) -> int:
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[WorkRow]:
        listed = _annotated(self._rows).select_related("owner", "deputy").order_by(*self._order)
        return list(_rows(list(listed[part])))


def _order(chosen: Filter) -> tuple[Any, ...]:
    """Closed cases: last closed first. Open ones: next deadline first, those that stand still at the end."""
    if chosen == Filter.CLOSED:
        return ("-closed_at", "-number")
    return (
        F("stands_at").asc(nulls_first=True),
        F("legal_at").asc(nulls_last=True),
        F("yardstick_at").asc(nulls_last=True),
        "-number",
    )


def work_row(incident: Incident) -> WorkRow:
    """One case as a row of the list. Three queries."""
    found = _annotated(Incident.objects.filter(pk=incident.pk)).select_related("owner", "deputy")
    return next(iter(_rows(list(found))))


def counted(membership: Membership) -> dict[Filter, int]:
    """How many cases each chip shows. One query."""
    rows = visible_incidents(membership).annotate(waits=_decision_needed())
    is_open = ~Q(phase=Phase.CLOSED)
    numbers = rows.aggregate(
        open=Count("pk", filter=is_open),
        mine=Count("pk", filter=is_open & _mine(membership)),
        decision=Count("pk", filter=is_open & Q(waits=True)),
        closed=Count("pk", filter=~is_open),
    )
    return {chip: numbers[chip.value] for chip in Filter}


def with_clocks(obligations: ObligationQuerySet) -> QuerySet[Any, Any]:
    """Annotates `legal_at` (a deadline of the law) and `yardstick_at` (a guideline, or a voluntary duty's).

    `possible` is 1 of a duty that hangs on facts: what is required leads, for of many laws that may apply the one with
    the shortest clock would else hide it.
    """
    law = Case(
        When(binding="voluntary", then=Value(None, output_field=DateTimeField())),
        When(limit_kind="guideline", then=F("outer_due")),
        default=Coalesce("due", "outer_due"),
        output_field=DateTimeField(),
    )
    possible = Case(When(outcome=Outcome.APPLIES, then=Value(0)), default=Value(1), output_field=IntegerField())
    return obligations.annotate(
        legal_at=law, yardstick_at=Coalesce("due", "guideline_due", "outer_due"), possible=possible
    )


def _filtered(rows: QuerySet[Incident], chosen: Filter, membership: Membership) -> QuerySet[Incident]:
    if chosen == Filter.CLOSED:
        return rows.filter(phase=Phase.CLOSED)
    rows = rows.exclude(phase=Phase.CLOSED)
    if chosen == Filter.MINE:
        return rows.filter(_mine(membership))
    return rows.filter(_decision_needed()) if chosen == Filter.DECISION else rows


def _mine(membership: Membership) -> Q:
    return Q(owner_id=membership.user_id) | Q(deputy_id=membership.user_id)


def _searched(rows: QuerySet[Incident], search: str) -> QuerySet[Incident]:
    """Every word must stand in the title, the reference, or the name of a legal person or owner."""
    for word in search.replace("\x00", "").split()[:8]:
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(reference__icontains=word)
            | Q(owner__display_name__icontains=word)
            | Q(pk__in=Incident.objects.filter(parties__legal_entity__name__icontains=word).values("pk"))
        )
    return rows


def hangs_on_judgement() -> Q:
    """Duties that depend on a judgement which only a person can make: a legal test, the level of risk."""
    return Q(outcome=Outcome.UNDETERMINED, judged_on__contains='"risk.')


def _decision_needed() -> Q:
    """A judgement is asked for, or a decision waits for a second person."""
    duties = Obligation.objects.filter(incident=OuterRef("pk"))
    judged = duties.open().annotate(judged_on=KeyTextTransform("undetermined_on", "details"))
    waiting = Decision.objects.filter(
        obligation__incident=OuterRef("pk"), revoked_at__isnull=True, approved_at__isnull=True
    )
    return Q(Exists(judged.filter(hangs_on_judgement()))) | Q(Exists(waiting))


def _annotated(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    duties = Obligation.objects.filter(incident=OuterRef("pk"))
    opened = with_clocks(duties.open())
    legal = opened.filter(legal_at__isnull=False).order_by("possible", "legal_at")
    yardstick = opened.filter(yardstick_at__isnull=False).order_by("possible", "yardstick_at")
    required = duties.filter(outcome=Outcome.APPLIES)
    return rows.annotate(
        legal_at=Subquery(legal.values("legal_at")[:1]),
        legal_pk=Subquery(legal.values("pk")[:1]),
        yardstick_at=Subquery(yardstick.values("yardstick_at")[:1]),
        yardstick_pk=Subquery(yardstick.values("pk")[:1]),
        required=_count(required),
        still_open=_count(required.open()),
        depends=_count(duties.filter(outcome=Outcome.UNDETERMINED)),
        changed=_count(duties.filter(changed_in__isnull=False)),
        waits=_decision_needed(),
    )


def _count(rows: QuerySet[Obligation]) -> Coalesce:
    counted = rows.order_by().values("incident").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _people(cases: list[Any]) -> dict[int, tuple[Bounds, int]]:
    """For each case the people of the party that leads it, and how many parties it has. One query.

    Only what is counted is read of the documents, which may be long.
    """
    newest = (
        FactsRevision.objects.filter(party__incident__in=[case.pk for case in cases])
        .order_by("party_id", "-number")
        .distinct("party_id")
        .annotate(**{name: KeyTransform(name, "document") for name in COUNTED})
        .values_list("party__incident_id", "party__position", "party_id", *COUNTED)
    )
    parties: dict[int, list[tuple[Any, ...]]] = {}
    for case_pk, position, *held in newest:
        parties.setdefault(case_pk, []).append((position != Party.Position.ORGANISATION, *held))
    found = {}
    for case_pk, rows in parties.items():
        _, _, *counted = min(rows, key=lambda row: row[:2])
        found[case_pk] = (people_sum(dict(zip(COUNTED, counted, strict=True))).leading, len(rows))
    return found


def _rows(found: list[Any]) -> Iterable[WorkRow]:
    """Rows from cases with the annotations of _annotated, which their type cannot know."""
    wanted = [incident.legal_pk or incident.yardstick_pk for incident in found]
    duties = Obligation.objects.select_related("party__legal_entity").in_bulk([pk for pk in wanted if pk])
    people = _people(found)
    for incident in found:
        (low, high), parties = people.get(incident.pk, ((None, None), 1))
        legal = incident.legal_at is not None
        yield WorkRow(
            incident=incident,
            next=duties.get(incident.legal_pk if legal else incident.yardstick_pk),
            next_at=incident.legal_at if legal else incident.yardstick_at,
            legal=legal,
            required=incident.required,
            done=incident.required - incident.still_open,
            depends=incident.depends,
            changed=incident.changed,
            people_low=low,
            people_high=high,
            parties=parties,
            decision_needed=incident.waits,
        )
