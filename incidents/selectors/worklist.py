"""The list of cases as people work through it: filters, search, pages, and the next deadline of each case.

The next deadline is that of the law: a duty's own limit, or the hard outer limit beside a vague one,
whichever ends first. A regulator's yardstick, or a duty that is voluntary, stands in only for a case
where no deadline of the law is open. All of it is read from the figures kept beside each case
(incidents.services.figures): the number of queries does not depend on the number of cases, nor the time of one
page on theirs.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.access import visible_figures, visible_incidents
from incidents.models import CaseFigures, Incident, Phase
from incidents.selectors.narrowing import Narrowing
from incidents.selectors.searching import matching_cases

PER_PAGE = 50
SUMMED = ("counts", "due_required", "due_depends")


class Filter(StrEnum):
    """The chips above the list."""

    OPEN = "open"
    MINE = "mine"
    DECISION = "decision"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case in the list.

    `next_id` is the obligation whose clock leads, `next_at` its instant, `legal` whether that is a deadline
    of the law. `required` counts the duties that apply, `done` those of them that are fulfilled or
    decided; `depends` those that hang on facts. The duties are those of all legal persons of the case, `parties`
    of them; the people are those of the organisation that leads it. `people_low` is None where no number is known.
    """

    incident: Incident
    next_id: int | None
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
    total: int | None = None,
) -> WorkPage:
    """The cases that a member sees, next deadline first unless `narrowing` asks for another order. Two queries.

    `standing_still`: only cases that stand still (True) or that do not (False). `total`: how many there are, where
    the caller has counted them; then there is one query.
    """
    rows = WorkRows(membership, chosen, search=search, standing_still=standing_still, narrowing=narrowing)
    total = len(rows) if total is None else total
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
        rows = _searched(_filtered(visible_incidents(membership), chosen, membership), membership, search)
        if standing_still is not None:
            rows = rows.filter(figures__stands_at__isnull=not standing_still)
        self._rows, self._order = asked.apply(rows), asked.ordered_by(_order(chosen))

    def __len__(self) -> int:
        return self._total

    @cached_property
    def _total(self) -> int:
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[WorkRow]:
        listed = _with_figures(self._rows).order_by(*self._order)
        return [_row(incident) for incident in listed[part]]


def _order(chosen: Filter) -> tuple[Any, ...]:
    """Closed cases: last closed first. Open ones: next deadline first, those that stand still at the end."""
    if chosen == Filter.CLOSED:
        return ("-closed_at", "-number")
    return (
        F("figures__stands_at").asc(nulls_first=True),
        F("figures__legal_at").asc(nulls_last=True),
        F("figures__yardstick_at").asc(nulls_last=True),
        "-figures__number",
    )


def work_row(incident: Incident) -> WorkRow:
    """One case as a row of the list. One query."""
    return _row(_with_figures(Incident.objects.filter(pk=incident.pk)).get())


def _with_figures(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """What a row shows, and not the columns that only sums are made of."""
    return rows.select_related("figures", "owner", "deputy").defer(*(f"figures__{name}" for name in SUMMED))


def counted(membership: Membership, every: Counter[str]) -> dict[Filter, int]:
    """How many cases each chip shows. `every`: counts_of() for this member. Two queries.

    Whoever owns a case, or is the deputy, sees it: of these alone no restriction has to be looked at.
    """
    own = Incident.objects.filter(_mine(membership), workspace=membership.workspace_id).exclude(phase=Phase.CLOSED)
    return {
        Filter.OPEN: every["open"],
        Filter.MINE: own.count() if may(membership, Permission.VIEW_CASE) else 0,
        Filter.DECISION: visible_figures(membership, is_open=True, decision_needed=True).count(),
        Filter.CLOSED: every["closed"],
    }


def open_totals(membership: Membership) -> dict[bool, int]:
    """How many open cases a member sees: of those that stand still (True) and of those that do not. One query."""
    still = Q(stands_at__isnull=False)
    found = visible_figures(membership, is_open=True).aggregate(
        running=Count("pk", filter=~still), standing=Count("pk", filter=still)
    )
    return {False: found["running"], True: found["standing"]}


def _filtered(rows: QuerySet[Incident], chosen: Filter, membership: Membership) -> QuerySet[Incident]:
    if chosen == Filter.CLOSED:
        return rows.filter(phase=Phase.CLOSED)
    rows = _opened(rows, membership)
    if chosen == Filter.MINE:
        return rows.filter(_mine(membership))
    return rows.filter(figures__decision_needed=True) if chosen == Filter.DECISION else rows


def _opened(rows: QuerySet[Incident], membership: Membership) -> QuerySet[Incident]:
    """The open ones of `rows`. The workspace is named twice: its order is an index of the figures."""
    return rows.filter(figures__workspace=membership.workspace_id, figures__is_open=True)


def _mine(membership: Membership) -> Q:
    return Q(owner_id=membership.user_id) | Q(deputy_id=membership.user_id)


def _searched(rows: QuerySet[Incident], membership: Membership, search: str) -> QuerySet[Incident]:
    """The words must stand in the title, the reference, or the name of a legal person or owner."""
    return rows.filter(pk__in=matching_cases(membership, search)) if search.strip() else rows


def _row(incident: Incident) -> WorkRow:
    """A row from a case with its figures."""
    held = incident.figures
    pk, at = _lead(held)
    return WorkRow(
        incident=incident,
        next_id=pk,
        next_at=at,
        legal=held.legal_at is not None,
        required=held.required,
        done=held.required - held.still_open,
        depends=held.depends,
        changed=held.changed,
        people_low=held.people_low,
        people_high=held.people_high,
        parties=held.parties,
        decision_needed=held.decision_needed,
    )


def _lead(held: CaseFigures) -> tuple[int | None, datetime | None]:
    return (held.legal_id, held.legal_at) if held.legal_at else (held.yardstick_id, held.yardstick_at)
