"""The words of time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workbench import clocks

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than 1 min"),
        (59, "less than 1 min"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 00 min"),
        (9 * 3600 + 5 * 60 + 59, "9 h 05 min"),
        (26 * 3600 + 300, "26 h 05 min"),
        (48 * 3600 - 1, "47 h 59 min"),
        (48 * 3600, "2 d 0 h"),
        (52 * 3600 + 3599, "2 d 4 h"),
        (-4200, "1 h 10 min"),
    ],
)
def test_it_words_a_duration_and_never_rounds_up(seconds: int, words: str) -> None:
    assert clocks.duration_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(hours=9, minutes=5), "Due in 9 h 05 min"),
        (timedelta(seconds=1), "Due in less than 1 min"),
        (timedelta(), "Due in less than 1 min"),
        (timedelta(seconds=-1), "Overdue by less than 1 min"),
        (timedelta(minutes=-70), "Overdue by 1 h 10 min"),
    ],
)
def test_it_counts_the_last_instant_as_in_time(distance: timedelta, words: str) -> None:
    assert clocks.due_words(NOW + distance, NOW).replace("\u00a0", " ") == words


def test_it_breaks_a_clock_before_its_number_only() -> None:
    assert clocks.due_words(NOW - timedelta(days=22, hours=4), NOW).split(" ") == [
        "Overdue",
        "by",
        "22\u00a0d\u00a04\u00a0h",
    ]


def test_it_says_how_far_from_its_deadline_a_thing_was_done() -> None:
    assert clocks.done_words(NOW, NOW + timedelta(hours=15, minutes=58), "en") == ("15 h 58 min before the deadline")
    assert clocks.done_words(NOW, NOW - timedelta(minutes=3)) == "3 min after the deadline"


@pytest.mark.parametrize(
    ("start", "due", "hours"),
    [
        ((2026, 3, 28, 12), (2026, 3, 29, 12), 23),  # the clocks go forward in the night
        ((2026, 10, 24, 12), (2026, 10, 25, 12), 25),  # and back
    ],
)
def test_it_measures_real_time_through_a_change_of_summer_time(
    start: tuple[int, int, int, int], due: tuple[int, int, int, int], hours: int
) -> None:
    first, second = datetime(*start, tzinfo=PARIS), datetime(*due, tzinfo=PARIS)
    assert second - first == timedelta(hours=24)  # what Python says, and a clerk must not
    assert clocks.elapsed(first, second) == timedelta(hours=hours)
    assert clocks.due_words(second, first).replace("\u00a0", " ") == f"Due in {hours} h 00 min"


@pytest.mark.parametrize(
    ("whole", "left", "state"),
    [
        (timedelta(hours=72), timedelta(hours=24), "on_track"),
        (timedelta(hours=72), timedelta(hours=24, seconds=-1), "due_soon"),
        (timedelta(days=30), timedelta(days=10), "on_track"),
        (timedelta(days=30), timedelta(days=9), "due_soon"),
        (timedelta(hours=24), timedelta(hours=23), "due_soon"),
        (timedelta(hours=72), timedelta(), "due_soon"),
        (timedelta(hours=72), timedelta(seconds=-1), "overdue"),
    ],
)
def test_it_warns_in_the_last_day_and_in_the_last_third(whole: timedelta, left: timedelta, state: str) -> None:
    assert clocks.deadline_state(NOW + left, NOW, NOW + left - whole) == state


def test_it_warns_in_the_last_day_where_the_start_is_not_known() -> None:
    assert clocks.deadline_state(NOW + timedelta(hours=25), NOW) == "on_track"
    assert clocks.deadline_state(NOW + timedelta(hours=23), NOW) == "due_soon"


@pytest.mark.parametrize(("passed", "share"), [(-5, 0), (0, 0), (18, 25), (71, 98), (72, 100), (90, 100)])
def test_it_gives_the_share_of_time_that_has_passed(passed: int, share: int) -> None:
    start = NOW - timedelta(hours=passed)
    assert clocks.share_spent(start, start + timedelta(hours=72), NOW) == share


def test_it_takes_a_time_without_length_as_spent() -> None:
    assert clocks.share_spent(NOW, NOW, NOW) == 100


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        (datetime(2026, 11, 22, 7, tzinfo=UTC), "Europe/Paris", "Sun 22 Nov 2026, 08:00 Paris (07:00 UTC)"),
        (
            datetime(2026, 11, 22, 20, tzinfo=UTC),
            "Asia/Tokyo",
            "Mon 23 Nov 2026, 05:00 Tokyo (Sun 22 Nov 2026, 20:00 UTC)",
        ),
        (datetime(2026, 11, 22, 7, tzinfo=UTC), "UTC", "Sun 22 Nov 2026, 07:00 UTC"),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Europe/Paris",
            "Sun 25 Oct 2026, 02:30 Paris (UTC+2) (00:30 UTC)",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Europe/Paris",
            "Sun 25 Oct 2026, 02:30 Paris (UTC+1) (01:30 UTC)",
        ),
    ],
)
def test_it_names_day_place_and_utc(instant: datetime, zone: str, words: str) -> None:
    assert clocks.instant_words(instant, ZoneInfo(zone), utc=True) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", "Paris (UTC+1)"),
        ("America/St_Johns", "St Johns (UTC-3:30)"),
        ("Asia/Kolkata", "Kolkata (UTC+5:30)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (UTC-3)"),
        ("Africa/Abidjan", "Abidjan (UTC)"),
        ("UTC", "UTC"),
    ],
)
def test_it_names_a_zone_with_its_offset_of_the_day(zone: str, words: str) -> None:
    assert clocks.zone_words(ZoneInfo(zone), NOW) == words


def test_it_speaks_french() -> None:
    assert clocks.due_words(NOW + timedelta(days=3, hours=1), NOW, "fr-be") == "Échéance dans 3\u00a0j\u00a01\u00a0h"
    assert clocks.instant_words(NOW, PARIS, "fr") == "dim. 22 nov. 2026 à 9\u00a0h\u00a010 Paris"


def test_it_falls_back_to_english() -> None:
    assert clocks.words_of("ja") is clocks.ENGLISH


def test_it_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match=r"2026-11-22T08:00:00: expected an instant with a time zone"):
        clocks.due_words(datetime(2026, 11, 22, 8), NOW)


def test_it_writes_days_as_each_language_does() -> None:
    assert clocks.date_words(date(2026, 12, 4), "en") == "4 Dec 2026"
    assert [clocks.date_words(date(2026, 12, day), "fr") for day in (1, 4)] == ["1er déc. 2026", "4 déc. 2026"]
