"""What other law libraries meant for a case, as rows of a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from incidents.models import DutyChange, Party
from incidents.selectors import LibraryChange, Why, library_changes
from workbench.selectors.changes import ORDER, ChangeRow, change_row


@dataclass(frozen=True)
class DutyMeant:
    """One duty that reads otherwise, and why."""

    row: ChangeRow
    why: Why


@dataclass(frozen=True)
class LibraryLook:
    """One look at the case by a library that read it otherwise: the states of both libraries, and when it was made."""

    before: date
    after: date
    made_at: datetime
    as_of: datetime
    duties: tuple[DutyMeant, ...]


def library_looks(party: Party) -> list[LibraryLook]:
    """Newest first; none where no library has read the case otherwise."""
    return [_look(one) for one in library_changes(party)]


def _look(change: LibraryChange) -> LibraryLook:
    made = change.after
    return LibraryLook(
        change.before.rulebook_date, made.rulebook_date, made.made_at, made.as_of, tuple(_rows(change, change.changes))
    )


def _rows(change: LibraryChange, rows: Iterable[DutyChange]) -> list[DutyMeant]:
    found = [DutyMeant(change_row(one.kind, one.before, one.after, one.obligation), change.why_of(one)) for one in rows]
    return sorted(found, key=lambda one: ([str(kind) for kind in ORDER].index(one.row.kind), str(one.row.due)))
