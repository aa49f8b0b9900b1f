"""The figures of a workspace: open duties by due date, in time or late, causes, countries.

Counted are the cases that the member may see. Cases that stand still (drills, cases told again) are left out
unless asked for, so that no drill improves the figures. All of it is read from what is kept beside the cases
(incidents.services.figures); only what is overdue is counted against the clock, when it is asked.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import CaseFigures
from incidents.selectors.counts import counts_of

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
BY_SPAN = """
WITH opened AS MATERIALIZED ({opened})
SELECT 0, width_bucket(at, %s::timestamptz[]) AS span, count(*) FROM opened, unnest(due_required) AS at GROUP BY span
UNION ALL
SELECT 1, width_bucket(at, %s::timestamptz[]) AS span, count(*) FROM opened, unnest(due_depends) AS at GROUP BY span
UNION ALL SELECT 0, NULL, sum(untimed_required) FROM opened
UNION ALL SELECT 1, NULL, sum(untimed_depends) FROM opened
"""


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
    """The figures at `now`. Quarters are those of the workspace's zone. Three queries."""
    kept = counts_of(membership, still=None if standing_still else False)
    countries = _sorted(kept, "country")
    return Figures(
        due=_due(membership, now, standing_still),
        quarters=_quarters(kept),
        causes=tuple((code or "not_yet_known", number) for code, number in _sorted(kept, "cause")),
        countries=countries[:COUNTRIES],
        more_countries=max(0, len(countries) - COUNTRIES),
    )


def _due(membership: Membership, now: datetime, standing_still: bool) -> tuple[Due, ...]:
    opened = CaseFigures.objects.filter(
        workspace=membership.workspace_id, is_open=True, incident__in=visible_incidents(membership)
    )
    if not standing_still:
        opened = opened.filter(stands_at__isnull=True)
    found: Counter[tuple[str, int]] = Counter()
    names = [name for name, _ in SPANS] + [LATER]
    if may(membership, Permission.VIEW_CASE):
        columns = ("due_required", "due_depends", "untimed_required", "untimed_depends")
        statement, values = opened.values(*columns).query.sql_with_params()
        ends = [now + length for _, length in SPANS]
        with connection.cursor() as cursor:
            cursor.execute(BY_SPAN.format(opened=statement), (*values, ends, ends))
            for possible, span, number in cursor.fetchall():
                found[NO_TIME if span is None else names[span], possible] += int(number or 0)
    return tuple(Due(name, found[name, 0], found[name, 1]) for name in (*names, NO_TIME))


def _quarters(kept: Counter[str]) -> tuple[Quarter, ...]:
    """The last quarters in which something was fulfilled that had a deadline of the law, oldest first."""
    keys = {key.partition(":")[2] for key in kept if key.startswith(("in_time:", "late:"))}
    found = []
    for key in sorted(keys)[-QUARTERS:]:
        year, number = key.split("-")
        found.append(Quarter(int(year), int(number), kept[f"in_time:{key}"], kept[f"late:{key}"]))
    return tuple(found)


def _sorted(kept: Counter[str], name: str) -> tuple[tuple[str, int], ...]:
    """The counts of one name, the most frequent first."""
    rows = [(key.partition(":")[2], number) for key, number in kept.items() if key.startswith(f"{name}:")]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
