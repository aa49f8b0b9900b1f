"""Counting a period: every example is counted by hand from a calendar, and its result written down here."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law import time_limits
from law.expressions import RuleError
from law.schema import Counting, Length
from law.time_limits import Due, Period, due_at, is_working_day, period, shown


def count(start: str, zone: str = "Europe/Paris", calendar: str = "FR", **length: Any) -> Due:
    """The end of a period from a local or UTC instant; keys of Length and of Counting together."""
    lengths = {key: value for key, value in length.items() if key in Length.model_fields}
    counting = Counting.model_validate({key: value for key, value in length.items() if key not in lengths})
    return due_at(period(Length.model_validate(lengths), counting), datetime.fromisoformat(start), zone, calendar)


def utc(due: Due) -> str:
    return due.at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-16T10:20:00+01:00", 72, "2026-11-19T09:20:00Z"),
        ("2026-10-24T12:00:00+02:00", 24, "2026-10-25T10:00:00Z"),  # 25 hours by the clock: summer time ends
        ("2026-03-28T12:00:00+01:00", 24, "2026-03-29T11:00:00Z"),  # 23 hours by the clock: summer time begins
        ("2026-12-31T23:59:59+01:00", 1, "2026-12-31T23:59:59Z"),
        ("2024-02-28T12:00:00+01:00", 24, "2024-02-29T11:00:00Z"),
    ],
)
def test_it_counts_hours_to_the_second_whatever_the_clocks_do(start: str, hours: int, end: str) -> None:
    assert utc(count(start, hours=hours)) == end


@pytest.mark.parametrize(
    ("start", "counting", "last"),
    [
        ("2026-06-01T10:00:00+02:00", {"days": 5}, date(2026, 6, 6)),
        ("2026-06-01T10:00:00+02:00", {"days": 5, "first_day": True}, date(2026, 6, 5)),
        ("2026-06-01T10:00:00+02:00", {"days": 0, "first_day": True}, date(2026, 6, 1)),
        ("2024-02-28T10:00:00+01:00", {"days": 1}, date(2024, 2, 29)),
        ("2023-02-28T10:00:00+01:00", {"days": 1}, date(2023, 3, 1)),
        ("2026-12-31T10:00:00+01:00", {"days": 3}, date(2027, 1, 3)),
        ("2024-01-31T10:00:00+01:00", {"months": 1}, date(2024, 2, 29)),
        ("2023-01-31T10:00:00+01:00", {"months": 1}, date(2023, 2, 28)),
        ("2026-11-30T10:00:00+01:00", {"months": 3}, date(2027, 2, 28)),
        ("2026-11-16T10:00:00+01:00", {"months": 1, "first_day": True}, date(2026, 12, 15)),
        # Ascension Day is Thursday 14 May 2026.
        ("2026-05-13T10:00:00+02:00", {"working_days": 3}, date(2026, 5, 19)),
        ("2026-05-13T10:00:00+02:00", {"working_days": 1, "first_day": True}, date(2026, 5, 13)),
        ("2026-05-14T10:00:00+02:00", {"working_days": 1, "first_day": True}, date(2026, 5, 15)),
        # Three days from Wednesday end on a Saturday.
        ("2026-05-13T10:00:00+02:00", {"days": 3}, date(2026, 5, 16)),
        ("2026-05-13T10:00:00+02:00", {"days": 3, "roll": True}, date(2026, 5, 18)),
        # The next working day after Christmas Eve 2026 (Thursday) in France is Monday the 28th.
        ("2026-12-24T10:00:00+01:00", {"working_days": 1}, date(2026, 12, 28)),
        ("2026-12-24T10:00:00+01:00", {"days": 1, "rule": "eu_1182_71"}, date(2026, 12, 28)),
    ],
)
def test_it_counts_days_by_the_calendar_of_the_place(start: str, counting: dict[str, Any], last: date) -> None:
    due = count(start, **counting)
    assert due.local_day == last
    assert due.at.astimezone(UTC).strftime("%H:%M:%S") in ("22:59:59", "21:59:59")  # the end of the day in Paris


def test_it_takes_a_day_by_the_clock_of_the_place_and_not_of_the_writer() -> None:
    assert utc(count("2023-05-29T20:00:00Z", "Asia/Tokyo", "JP", days=3)) == "2023-06-02T14:59:59Z"
    assert utc(count("2023-05-29T20:00:00Z", "America/Los_Angeles", "US-CA", days=3)) == "2023-06-02T06:59:59Z"


@pytest.mark.parametrize(("end", "at"), [("noon", "11:00:00"), ("office", "16:00:00"), ("day", "22:59:59")])
def test_it_ends_a_day_when_the_law_does(end: str, at: str) -> None:
    assert utc(count("2026-11-16T10:00:00+01:00", days=1, end=end)) == f"2026-11-17T{at}Z"


def test_it_takes_the_first_of_two_midnights_when_clocks_go_back() -> None:
    # In São Paulo 17 February 2018 had two hours from 23:00; the first pass ends at 01:59:59 UTC.
    assert utc(count("2018-02-16T12:00:00-02:00", "America/Sao_Paulo", "BR", days=1)) == "2018-02-18T01:59:59Z"


def test_it_ends_before_a_day_that_a_place_skipped() -> None:
    # Samoa had no 30 December 2011: it went from the 29th straight to the 31st, at 10:00 UTC.
    assert utc(count("2011-12-28T12:00:00-10:00", "Pacific/Apia", "WS", days=2)) == "2011-12-30T09:59:59Z"


def test_it_knows_other_weekends_and_days_of_work_in_exchange() -> None:
    assert count("2026-06-04T10:00:00+03:00", "Asia/Jerusalem", "IL", working_days=1).local_day == date(2026, 6, 7)
    assert is_working_day(date(2026, 2, 14), "CN")  # a Saturday, worked in exchange for the Spring Festival
    assert not is_working_day(date(2026, 2, 17), "CN")


def test_it_knows_the_holidays_of_a_state() -> None:
    assert not is_working_day(date(2026, 10, 5), "AU-NSW")  # Labour Day in New South Wales
    assert is_working_day(date(2026, 10, 5), "AU-VIC")
    assert is_working_day(date(2026, 12, 25), "")  # no calendar: Monday to Friday


# -- Regulation (EEC, Euratom) 1182/71 ---------------------------------------------------------------


def test_it_shows_the_rounding_to_the_full_hour_as_a_later_reading() -> None:
    due = count("2026-11-16T10:20:00+01:00", hours=72, rule="eu_1182_71")
    assert utc(due) == "2026-11-19T09:20:00Z"
    assert due.arguable == datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
    assert due.ground is not None
    assert "Art. 3(1)" in due.ground


def test_it_shows_the_two_working_days_as_a_later_reading() -> None:
    # Friday 25 December 2026 is a holiday; of the four days to Monday only Monday is worked, so Tuesday is added.
    due = count("2026-12-25T09:00:00+01:00", hours=72, rule="eu_1182_71")
    assert utc(due) == "2026-12-28T08:00:00Z"
    assert due.arguable == datetime(2026, 12, 29, 22, 59, 59, tzinfo=UTC)
    assert due.ground is not None
    assert "Art. 3(5)" in due.ground


def test_it_has_no_later_reading_of_a_short_period_that_starts_on_the_hour() -> None:
    assert count("2026-12-25T09:00:00+01:00", hours=24, rule="eu_1182_71").arguable is None
    assert count("2026-12-25T09:20:00+01:00", hours=72).arguable is None


# -- other rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "counting", "end"),
    [
        ("2026-03-02T10:00:00+01:00", {"days": 60, "since": "end_of_year"}, "2027-03-01T22:59:59Z"),
        ("2027-12-31T23:30:00+01:00", {"days": 60, "since": "end_of_year"}, "2028-02-29T22:59:59Z"),
        # Still the old year in Paris, the new one in Tokyo: the place of counting decides.
        ("2026-12-31T20:00:00+01:00", {"days": 60, "since": "end_of_year"}, "2027-03-01T22:59:59Z"),
        ("2024-02-10T10:00:00+01:00", {"days": 5, "since": "end_of_month"}, "2024-03-05T22:59:59Z"),
        ("2026-01-10T10:00:00+01:00", {"months": 1, "since": "end_of_month"}, "2026-02-28T22:59:59Z"),
        ("2026-04-10T10:00:00+02:00", {"working_days": 2, "since": "end_of_month"}, "2026-05-05T21:59:59Z"),
    ],
)
def test_it_counts_from_the_end_of_a_year_or_month(start: str, counting: dict[str, Any], end: str) -> None:
    assert utc(count(start, **counting)) == end


def test_it_says_from_which_end_of_year_it_counts() -> None:
    due = count("2026-03-02T10:00:00+01:00", days=60, since="end_of_year")
    assert due.working[1] == "The period is counted from the end of that year, Thu 31 Dec 2026."


def test_it_refuses_hours_from_the_end_of_a_year() -> None:
    with pytest.raises(RuleError, match="give days or months"):
        count("2026-03-02T10:00:00+01:00", hours=72, since="end_of_year")


def test_it_shows_noon_of_the_next_working_day_as_a_later_reading_of_financial_reports() -> None:
    friday = count("2026-11-20T18:00:00+01:00", hours=24, rule="dora_noon")
    assert utc(friday) == "2026-11-21T17:00:00Z"
    assert friday.arguable == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert friday.ground is not None
    assert "2025/301" in friday.ground
    assert count("2026-11-19T18:00:00+01:00", hours=4, rule="dora_noon").arguable is None


@pytest.mark.parametrize(
    ("what", "start", "counting", "end"),
    [
        # 14 business days from Friday 20 November 2026 pass over Thanksgiving and end on Friday 11 December.
        ("working_days=14", "2026-11-20T16:20:00-05:00", {"working_days": 14}, "2026-12-12T04:59:59Z"),
        ("hours=336", "2026-11-20T16:20:00-05:00", {"hours": 336}, "2026-12-04T21:20:00Z"),
    ],
)
def test_it_never_takes_business_days_for_hours(what: str, start: str, counting: dict[str, Any], end: str) -> None:
    assert utc(count(start, zone="America/New_York", calendar="US-VT", **counting)) == end, what


def test_it_takes_a_month_for_a_month_and_not_for_720_hours() -> None:
    month = count("2026-01-31T10:00:00+01:00", months=1)
    assert utc(month) == "2026-02-28T22:59:59Z"
    assert utc(count("2026-01-31T10:00:00+01:00", hours=720)) == "2026-03-02T09:00:00Z"


def test_it_takes_three_working_days_in_brazil_for_more_than_72_hours() -> None:
    # Friday 20 November 2026 is the Day of Zumbi; from Thursday the third working day is Wednesday.
    given = {"zone": "America/Sao_Paulo", "calendar": "BR"}
    assert utc(count("2026-11-19T10:00:00-03:00", **given, working_days=3)) == "2026-11-26T02:59:59Z"
    assert utc(count("2026-11-19T10:00:00-03:00", **given, hours=72)) == "2026-11-22T13:00:00Z"


# -- words and refusals ------------------------------------------------------------------------------


def test_it_says_its_steps() -> None:
    due = count("2026-05-13T10:00:00+02:00", working_days=3)
    assert due.working == (
        "The clock starts Wed 13 May 2026, 10:00 Europe/Paris (08:00 UTC).",
        (
            "Working day number 3 by the calendar of FR is Tue 19 May 2026, not counting that day, passing over "
            "Thu 14 May (Ascension Day), Sat 16 May, Sun 17 May."
        ),
        "The day ends there at Tue 19 May 2026, 23:59 Europe/Paris (21:59 UTC).",
    )


def test_it_says_where_the_calendar_ends() -> None:
    assert "are not known for 2101" in count("2100-12-30T10:00:00+01:00", days=9).working[-1]


def test_it_shows_the_other_day_where_utc_has_one() -> None:
    words = shown(datetime(2023, 5, 29, 1, 20, tzinfo=UTC), "America/Los_Angeles")
    assert words == "Sun 28 May 2023, 18:20 America/Los_Angeles (Mon 29 May 01:20 UTC)"


def test_it_refuses_instants_without_offset_and_lengths_of_two_units() -> None:
    three = Period("days", 3, Counting())
    with pytest.raises(ValueError, match="no offset"):
        due_at(three, datetime(2026, 1, 1), "Europe/Paris", "FR")
    for faulty in (Length(hours=3, days=1), Length()):
        with pytest.raises(RuleError, match="exactly one"):
            period(faulty, Counting())
    with pytest.raises(RuleError, match="no time zone"):
        due_at(three, datetime(2026, 1, 1, tzinfo=UTC), "Europe/Nowhere", "FR")
    with pytest.raises(RuleError, match="calendar 'XX' is unknown"):
        is_working_day(date(2026, 1, 1), "XX")


ZONES = st.sampled_from(
    ["Europe/Paris", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Tehran", "Pacific/Kiritimati"]
)
STARTS = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
LENGTHS = st.builds(
    lambda unit, n, first, roll, end: Period(unit, n, Counting(first_day=first, roll=roll, end=end)),
    st.sampled_from(["hours", "days", "working_days", "months"]),
    st.integers(1, 40),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["day", "office", "noon"]),
)


@given(length=LENGTHS, start=STARTS, later=st.integers(0, 10**6), zone=ZONES)
@settings(max_examples=60, deadline=None)
def test_it_never_ends_earlier_for_a_later_start(length: Period, start: datetime, later: int, zone: str) -> None:
    one, two = (due_at(length, at, zone, "") for at in (start, start + timedelta(seconds=later)))
    assert one.at <= two.at
    assert one.arguable is None or one.arguable > one.at


@given(start=STARTS, n=st.integers(1, 40), zone=ZONES)
@settings(max_examples=40, deadline=None)
def test_it_gives_whole_days_after_the_day_of_the_event(start: datetime, n: int, zone: str) -> None:
    due = due_at(Period("days", n, Counting()), start, zone, "")
    assert timedelta(days=n - 1) - timedelta(hours=25) < due.at - start < timedelta(days=n + 1, hours=2)


def test_it_names_holidays_alike_on_every_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANG", "LANGUAGE", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    time_limits._calendar.cache_clear()
    bare = time_limits.why_not_working(date(2026, 5, 14), "FR")
    monkeypatch.setenv("LANGUAGE", "fr")
    time_limits._calendar.cache_clear()
    assert time_limits.why_not_working(date(2026, 5, 14), "FR") == bare == "Ascension Day"
