"""Numbers of cases: without gaps, for each workspace and year, whatever runs at the same time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Workspace
from incidents.models import ReferenceCounter

ALL_YEARS = 0
EXERCISES = 20_000
"""The counter of a year's exercises stands beside that of its incidents, so many years on."""


def next_number(workspace: Workspace) -> int:
    """The next number in the workspace, counted over all years: it stands in addresses."""
    return _next(workspace, ALL_YEARS)


def next_reference(workspace: Workspace, opened_at: datetime, *, exercise: bool = False) -> str:
    """The next reference, "INC-2026-014": the year is that of the workspace's own time zone.

    Exercises are counted by themselves ("EXERCISE-2026-001"): they leave no gap among the incidents.
    """
    year = opened_at.astimezone(ZoneInfo(workspace.time_zone)).year
    if exercise:
        return f"EXERCISE-{year}-{_next(workspace, EXERCISES + year):03d}"
    return f"INC-{year}-{_next(workspace, year):03d}"


def _next(workspace: Workspace, year: int) -> int:
    """Counts up. The counter's row stays locked until the caller's transaction ends, and a rolled-back
    transaction gives its number back: that is how there are no gaps.
    """
    table = connection.ops.quote_name(ReferenceCounter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS counter (workspace_id, year, last) VALUES (%s, %s, 1)"  # noqa: S608
            " ON CONFLICT (workspace_id, year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            [workspace.pk, year],
        )
        return int(cursor.fetchone()[0])
