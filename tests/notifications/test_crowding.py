"""What a crowded mail puts first: what can still be met, and of the rest how many."""

from datetime import UTC, datetime, timedelta
from typing import Any

from notifications.crowding import LEADING, MOST_IN_FULL, counted, in_full
from notifications.entries import Entry
from notifications.wording import wording_of

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
NOTHING: dict[str, Any] = dict.fromkeys(("left", "who", "title", "title_lang", "url", "url_label", "case"), "")


def entry(number: int, hours: float, tone: str = "calm") -> Entry:
    due = NOW + timedelta(hours=hours)
    return Entry(number, due, tone, news=(), lines=(), notes=(), duties=(), **NOTHING)


def test_it_puts_what_can_still_be_met_before_what_is_long_overdue() -> None:
    entries = [entry(n, n - 20) for n in range(40)]  # twenty are overdue
    assert [one.obligation_id for one in in_full(entries, NOW)] == [0, 20, 21, 22, 23]


def test_it_fills_up_with_what_is_overdue() -> None:
    entries = [entry(n, n - 20) for n in range(21)]
    assert [one.obligation_id for one in in_full(entries, NOW)] == [0, 1, 2, 3, 20]
    assert len(in_full(entries, NOW)) == LEADING


def test_it_counts_nothing_where_all_are_told() -> None:
    entries = [entry(n, n) for n in range(MOST_IN_FULL)]
    assert counted(entries, {}, set(), wording_of("en"), NOW) == []


def test_it_counts_by_case_and_by_how_they_press() -> None:
    class Case:
        def __init__(self, pk: int) -> None:
            self.pk, self.number, self.reference = pk, pk, f"INC-{pk}"
            self.workspace = type("Workspace", (), {"slug": "harbour"})

    one, other = Case(1), Case(2)
    kinds = [entry(n, 1) for n in range(5)]
    kinds += [entry(5, -1, "over"), entry(6, 3), entry(7, 30), entry(8, 30), entry(9, 40, "ask"), entry(10, 50)]
    kinds += [entry(11, 90)]
    cases: Any = {n: other if n == 11 else one for n in range(12)}
    first, second = counted(kinds, cases, {10}, wording_of("en"), NOW)
    assert first.label == (
        "INC-1: overdue: 1, due within 24 hours: 1, later: 2, open questions: 1, no longer required: 1"
    )
    assert first.text.endswith("/w/harbour/incidents/1/duties/")
    assert second.label == "INC-2: later: 1"
