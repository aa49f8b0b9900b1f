"""What a mail of a very bad hour says of the duties behind the first: how many of which kind in which case."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from incidents.models import Incident
from notifications.entries import Entry, Line, case_url
from notifications.wording import Wording

MOST_IN_FULL = 10
"""A mail of so many duties tells each of them in full."""
LEADING = 5
"""Of more duties so many are told in full: nobody reads a mail of seventy at three in the morning."""
_A_DAY = timedelta(hours=24)


def in_full(entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """The entries to tell in full, of entries in the order of their deadlines.

    In a crowd that is the first, which the subject names, and then those whose deadline can still be met.
    """
    if len(entries) <= MOST_IN_FULL:
        return list(entries)
    ahead = [entry for entry in entries[1:] if entry.due >= now]
    passed = [entry for entry in entries[1:] if entry.due < now]
    chosen = [entries[0], *[*ahead, *passed][: LEADING - 1]]
    return [entry for entry in entries if entry in chosen]


def counted(
    entries: Sequence[Entry], cases: Mapping[int, Incident], ended: set[int], words: Wording, now: datetime
) -> list[Line]:
    """The others as a line for each case, with the page of its duties. `cases`: by obligation, `ended` likewise."""
    told = in_full(entries, now)
    rest = [entry for entry in entries if entry not in told]
    by_case: dict[int, list[Entry]] = {}
    for entry in rest:
        by_case.setdefault(cases[entry.obligation_id].pk, []).append(entry)
    found = []
    for held in by_case.values():
        incident = cases[held[0].obligation_id]
        parts = [f"{label}{words.colon}{number}" for label, number in _numbers(held, ended, words, now) if number]
        found.append(Line(f"{incident.reference}{words.colon}{', '.join(parts)}", f"{case_url(incident)}duties/"))
    return found


def _numbers(entries: Sequence[Entry], ended: set[int], words: Wording, now: datetime) -> list[tuple[str, int]]:
    """The kinds in the order in which they press."""
    kinds = [_kind(entry, entry.obligation_id in ended, now) for entry in entries]
    named = [
        (words.more_overdue, "overdue"),
        (words.more_soon, "soon"),
        (words.more_later, "later"),
        (words.more_questions, "question"),
        (words.more_ended, "ended"),
    ]
    return [(label, kinds.count(kind)) for label, kind in named]


def _kind(entry: Entry, ended: bool, now: datetime) -> str:
    if entry.tone == "ask":
        return "question"
    if ended:
        return "ended"
    if entry.due < now:
        return "overdue"
    return "soon" if entry.due - now < _A_DAY else "later"
