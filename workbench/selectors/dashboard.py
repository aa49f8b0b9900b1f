"""The figures of a workspace: open duties by due date, in time or late, causes, countries.

Counted are the cases that the member may see. Cases that stand still (drills, cases told again) are left out
unless asked for, so that no drill improves the figures. All of it is read from what is kept beside the cases
(incidents.services.figures); only what is overdue is counted against the clock, when it is asked.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Func, IntegerField, Sum, Value

from accounts.models import Membership
from incidents.access import visible_figures
from incidents.selectors.counts import Kind, counts_of

COUNTRIES = 12
QUARTERS = 8
SPANS = (
    # name, and the end of the span from now; it begins where the one before ends
    ("overdue", timedelta(0)),
    ("day", timedelta(days=1)),
    ("three_days", timedelta(days=3)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
)
LATER, NO_TIME = "later", "no_time"


@dataclass(frozen=True)
class Due:
    """Open duties whose legal deadline falls into one span: those that apply, and those that may."""

    span: str
    required: int
    depends: int


@dataclass(frozen=True)
class Quarter:
    """Duties fulfilled in one quarter of the workspace's zone, by their legal deadline."""

    year: int
    number: int
    in_time: int
    late: int


@dataclass(frozen=True)
class Figures:
    """Everything on the dashboard. `causes` and `countries` are pairs of a code and a number of cases."""

    due: tuple[Due, ...]
    quarters: tuple[Quarter, ...]
    causes: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, int], ...]
    more_countries: int


def figures(membership: Membership, now: datetime, *, standing_still: bool = False) -> Figures:
    """The figures at `now`. Quarters are those of the workspace's zone. Exercises are never counted. Three queries."""
    kinds = (Kind.RUNNING, Kind.STILL) if standing_still else (Kind.RUNNING,)
    kept = counts_of(membership, kinds)
    countries = _sorted(kept, "country")
    return Figures(
        due=_due(membership, now, kinds),
        quarters=_quarters(kept),
        causes=tuple((code or "not_yet_known", number) for code, number in _sorted(kept, "cause")),
        countries=countries[:COUNTRIES],
        more_countries=max(0, len(countries) - COUNTRIES),
    )


def _due(membership: Membership, now: datetime, kinds: Collection[str]) -> tuple[Due, ...]:
    opened = visible_figures(membership, is_open=True, kind__in=kinds)
    sums = {}
    for name in ("required", "depends"):
        for span, length in SPANS:
            sums[f"{span}_{name}"] = Sum(_due_before(f"due_{name}", now + length), default=0)
        sums[f"{LATER}_{name}"] = Sum(
            Func(F(f"due_{name}"), function="cardinality", output_field=IntegerField()), default=0
        )
        sums[f"{NO_TIME}_{name}"] = Sum(f"untimed_{name}", default=0)
    counted = opened.aggregate(**sums)
    found, before = [], (0, 0)
    for span in (*(name for name, _ in SPANS), LATER):
        until = counted[f"{span}_required"], counted[f"{span}_depends"]
        found.append(Due(span, until[0] - before[0], until[1] - before[1]))
        before = until
    return (*found, Due(NO_TIME, counted[f"{NO_TIME}_required"], counted[f"{NO_TIME}_depends"]))


def _due_before(column: str, end: datetime) -> Func:
    """How many of the deadlines of a case, which are kept in order, lie before an instant."""
    # width_bucket counts those up to its first argument; PostgreSQL's clock knows nothing finer than this.
    last = Value(end - timedelta(microseconds=1), output_field=DateTimeField())
    return Func(last, F(column), function="width_bucket", output_field=IntegerField())


def _quarters(kept: Counter[str]) -> tuple[Quarter, ...]:
    """Duties that had a deadline of the law, by the quarter in which they were fulfilled: up to the last quarter
    in which any was, from the first of those that fit, oldest first.
    """
    keys = [key.partition(":")[2].split("-") for key in kept if key.startswith(("in_time:", "late:"))]
    counted = [int(year) * 4 + int(number) - 1 for year, number in keys]
    if not counted:
        return ()
    last = max(counted)
    found = []
    for place in range(max(min(counted), last - QUARTERS + 1), last + 1):
        year, number = place // 4, place % 4 + 1
        key = f"{year}-{number}"
        found.append(Quarter(year, number, kept[f"in_time:{key}"], kept[f"late:{key}"]))
    return tuple(found)


def _sorted(kept: Counter[str], name: str) -> tuple[tuple[str, int], ...]:
    """The counts of one name, the most frequent first."""
    rows = [(key.partition(":")[2], number) for key, number in kept.items() if key.startswith(f"{name}:")]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
